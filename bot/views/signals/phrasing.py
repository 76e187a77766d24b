"""The four things that are said of a signal."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.views.evidence import Evidence

Sentence = Callable[[Evidence], str]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """How one kind of signal is put into words."""

    name: Sentence
    """What it is called."""
    reason: Sentence
    """One sentence, without its full stop, for every state but unknown."""
    short: Sentence
    """A few words and at most one number, no amount of money: for lists and lock screens."""
    step: Sentence
    """What to do about it, with its full stop; not asked for where the signal has no next step."""
    missing: Callable[[Evidence], str | None] | None = None
    """What is missing, likewise without its full stop, where the state is unknown and the evidence tells; None else."""
