"""Reads whom a cell names: by e-mail address, Slack user id, or name.

Never here: which member that is (`bot.importing.lookup`).
"""

import re

from bot.importing.errors import CellError
from bot.importing.parsing.limits import MAX_PERSON_CHARS
from bot.infra.visible import clean_name

_EMAIL = re.compile(r"[^@\s<>,;\"]++@[^@\s<>.,;\"]++(?:\.[^@\s<>.,;\"]++)++")
_NAMED_EMAIL = re.compile(
    r"(?P<name>[^<>()@]*)[<(]\s*(?:mailto:)?(?P<email>[^<>()\s]+@[^<>()\s]+)\s*[>)]", re.IGNORECASE
)
_SLACK_USER = re.compile(r"(?:<@)?([UW](?:(?=[A-Z]*[0-9])[A-Z0-9]{5,30}|[A-Z]{8}|[A-Z]{10}))(?:\|[^>]*+)?>?")
"""With a digit, or of a length at which ids have none: a name in capitals is not a user id."""
_SPELLED_OUT = re.compile(r"\((?:at|a)\)|\[(?:at|a)\]", re.IGNORECASE)
"""An address that is written so that programs do not find it."""
_AROUND = " \t\r\n,;"


def read_slack_user(text: str) -> str | None:
    """Read a Slack user id, also as Slack writes a mention; None for anything else."""
    found = _SLACK_USER.fullmatch(text)
    return found[1] if found else None


def read_email(text: str) -> str | None:
    """Read an e-mail address, in lower case; None for anything else, as for an address with a name before it."""
    found = text.strip()
    return found.lower() if len(found) <= MAX_PERSON_CHARS and _EMAIL.fullmatch(found) else None


def find_email(text: str) -> str | None:
    """Read the one address in a cell, with a name, ``mailto:`` or commas around it; None where it has no address.

    Raises:
        CellError: when it has two, or what is written like one is none.
    """
    if "@" not in text.removeprefix("@"):
        return None
    bare = text.strip(_AROUND)
    if bare.count("@") > 1:
        raise CellError("holds more than one e-mail address: write one")
    named = _NAMED_EMAIL.fullmatch(bare)
    address = named["email"] if named else re.sub(r"^mailto:\s*", "", bare, flags=re.IGNORECASE)
    found = read_email(address.strip("\"'").rstrip(".,;:"))
    if found is None:
        raise CellError("is no e-mail address")
    return found


def read_name(text: str) -> str | None:
    """Read a person's name on one line; None where nothing in it is a letter."""
    if _SPELLED_OUT.search(text):
        raise CellError("is no e-mail address")
    name = clean_name(text.strip(_AROUND).removeprefix("@"))
    return name if any(letter.isalpha() for letter in name) else None
