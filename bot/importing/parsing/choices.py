"""Reads a word as one of a column's choices, or as true or false, in five languages.

Never here: the lists of words themselves (`bot.importing.parsing.value_words`).
"""

import re
from collections.abc import Mapping
from functools import cache

from bot.importing.parsing.cells import Cell, display_text, is_blank
from bot.importing.parsing.titles import normalize_title
from bot.importing.parsing.value_words import FLAG_WORDS, VALUE_WORDS

_COUNTED_DAYS = re.compile(
    r"(?:^|_)(?:(?:in|by|um|seit|za|w|hace|на|через)_)?[0-9]+_(?:days?|tage?n?|dias?|dni|dzien|дн|дня|дней|день)(?:_ago)?"
)
"""As in "Overdue 12 days" or "Due in 5 days"."""


def find_choice(text: str, choices: tuple[str, ...]) -> str | None:
    """Return the choice that a text means, by its own name or an alias; None where it is none of them."""
    by_name, title = _choices_by_name(choices), normalize_title(text)
    found = by_name.get(title)
    return by_name.get(_COUNTED_DAYS.sub("", title).strip("_")) if found is None and "_" in title else found


def is_blank_choice(cell: Cell, choices: tuple[str, ...]) -> bool:
    """Whether a cell names no choice: a mark for a missing value that is no word for one of them."""
    return is_blank(cell) and find_choice(display_text(cell), choices) is None


def find_flag(text: str) -> bool | None:
    """Return whether a text says yes; None where it says neither yes nor no."""
    return _flags().get(normalize_title(text) or text.strip())


@cache
def _choices_by_name(choices: tuple[str, ...]) -> Mapping[str, str]:
    aliases = {normalize_title(alias): choice for choice in choices for alias in VALUE_WORDS.get(choice, "").split()}
    return aliases | {choice: choice for choice in choices}


@cache
def _flags() -> Mapping[str, bool]:
    return {normalize_title(word) or word: says for says, words in FLAG_WORDS.items() for word in words.split()}
