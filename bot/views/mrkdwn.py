"""Reads the text of a message in Slack's own markup as its readers see it. Never here: how our own texts are marked."""

import re
from collections.abc import Mapping

from bot.views.blocks import unescape

_MARKED = re.compile(r"<([^<>]*+)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]++)")


def find_people(text: str) -> set[str]:
    """Return the Slack ids of the people whom a message mentions."""
    return set(_PERSON.findall(text))


def to_plain(text: str, people: Mapping[str, str]) -> str:
    """Return a message without markup: links by their words and address, people by name, channels with their sign.

    `people` are names by Slack id; somebody who is not among them is "@someone" unless the message has their name.
    """
    return unescape(_MARKED.sub(lambda found: _read(found[1], people), text))


def _read(marked: str, people: Mapping[str, str]) -> str:
    target, _, label = marked.partition("|")
    if target.startswith("@"):
        return "@" + (people.get(target[1:]) or label or "someone")
    if target.startswith("#"):
        return "#" + (label or "channel")
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in {target, address} or address.endswith(f"//{label}"):
        return address
    return f"{label} ({address})"
