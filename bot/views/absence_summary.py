"""What a member missed while they were away: a line for each of their clients about which anything happened."""

from collections.abc import Sequence

from bot.infra.i18n import Translator
from bot.views import blocks, names, words
from bot.views.blocks import Json
from bot.views.data import MissedActivity
from scoring.assessment import Signal

MOST = 8
"""Clients listed; the digest below shows how all of them stand."""
NAMES = 3
"""People, or signals, named in one line."""


def absence_blocks(missed: Sequence[MissedActivity], t: Translator) -> list[Json]:
    """The summary as a single block; empty if nothing was missed."""
    if not missed:
        return []
    title, *items = absence_lines(missed, t)
    return [
        blocks.rich_text(
            blocks.rich_section(blocks.span(title, "bold")),
            blocks.bullet_list([blocks.span(line)] for line in items),
        )
    ]


def absence_lines(missed: Sequence[MissedActivity], t: Translator) -> list[str]:
    """The summary as lines of text, the first of them the title; empty if nothing was missed."""
    if not missed:
        return []
    left = len(missed) - MOST
    more = [t.plural("and {count} more client", "and {count} more clients", left)] if left > 0 else []
    return [t("While you were away:"), *(_line(each, t) for each in missed[:MOST]), *more]


def _line(each: MissedActivity, t: Translator) -> str:
    parts = []
    if each.contacts:
        parts.append(t.plural("{count} contact", "{count} contacts", each.contacts))
    if each.attempts:
        parts.append(t.plural("{count} try with no answer", "{count} tries with no answer", each.attempts))
    if each.by:
        people = names.listed([names.person_name(who, t) for who in each.by], NAMES, t, ", ")
        parts = [t("{what} by {people}", what=", ".join(parts), people=people)]
    if each.opened:
        parts.append(t("came up: {signals}", signals=_signals(each.opened, t)))
    if each.closed:
        parts.append(t("settled: {signals}", signals=_signals(each.closed, t)))
    return t("{client}: {text}", client=names.client_name(each.name, t, 40), text=" · ".join(parts))


def _signals(keys: Sequence[str], t: Translator) -> str:
    called = dict.fromkeys(words.name(_of_key(key), t) for key in keys)
    return names.listed(list(called), NAMES, t, ", ")


def _of_key(key: str) -> Signal:
    name, _, subject = key.partition(":")
    return Signal(name, "breach", subject=subject)
