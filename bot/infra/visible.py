"""Text that can be seen: without terminal controls, and without characters that only make two names look alike.

Names come in from Slack, files and forms, and are compared, searched and printed. Never here: how a text is cut,
escaped or laid out for Slack (`bot.views.blocks`).
"""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""Characters without a shape of their own: soft hyphens, fillers, zero-width spaces, direction controls, tags."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal acts upon; line feeds and tabs are the program's own."""
_PLAIN_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
"""Scripts whose letters neither join nor vary."""


def clean_name(text: str) -> str:
    """Return a name on one line, with single spaces, without anything that cannot be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = _UNSEEN.sub("", _CONTROLS.sub(" ", text))
    if _JOINERS.search(seen):
        seen = _JOINERS.sub(lambda found: found[0] if _joins(seen, found.start()) else "", seen)
    return " ".join(seen.split())


def _joins(text: str, at: int) -> bool:
    """Whether a joiner, or what varies the sign before it, has work to do: in emoji, or a script that joins letters."""
    around = text[at - 1 : at] + text[at + 1 : at + 2] if text[at] in "\u200c\u200d" else text[at - 1 : at] * 2
    return len(around) == 2 and not any(
        letter.isspace() or unicodedata.name(letter, "").startswith(_PLAIN_SCRIPTS) for letter in around
    )


def for_terminal(text: str) -> str:
    """Return a text that a terminal shows and does not act upon: a mark in the place of each control character."""
    return _TERMINAL.sub("\ufffd", text)


def for_json(text: str) -> str:
    """Return a JSON text that says the same, with what a terminal acts upon written as escapes."""
    return _TERMINAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def for_log(text: str) -> str:
    """Return a text as one line of a log, with control characters written as escapes."""
    return _TERMINAL.sub(_escaped, text).replace("\n", "\\n").replace("\t", "\\t")


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
