"""The texts that each kind of signal has.

Belongs here: their shape. Never here: the texts themselves, which are in this folder's other files.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.views.evidence import Evidence

Sentence = Callable[[Evidence], str]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """How one kind of signal is put into words."""

    name: Sentence
    """What it is called, in a heading or a list."""
    reason: Sentence
    """One sentence, without its full stop, for every state but unknown."""
    short: Sentence
    """A few words and at most one number, no amount of money: for lists and lock screens."""
    step: Sentence
    """What to do about it, with its full stop; asked for only if the signal has a next step."""
    missing: Callable[[Evidence], str | None] | None = None
    """Why the state is unknown, without its full stop; None if the evidence does not tell."""
