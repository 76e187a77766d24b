"""What judging a client results in: plain data, made by `scoring.assess`, read by everything that shows it.

Named tuples rather than dataclasses: a full sweep makes millions of these, and they are made four times as fast.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from scoring.vocabulary import Colour, Effort, Level, State

Evidence = Mapping[str, int | float | str | date | bool | None]
Draft = dict[str, int | float | str | date | bool | None]
"""Evidence that is still being put together."""

_NO_EVIDENCE: Evidence = {}


class Signal(NamedTuple):
    """One thing noticed about a client.

    `subject` tells two signals of one name apart (the metric of a goal). `severity` is 0..1, nothing unless the state
    is soon or breach. `since` is the first local day on which the present state held, as far as the facts tell.
    `evidence` is data from which any language can make the sentence; it holds dates rather than ages, so that it does
    not change by the passing of a night alone. `next_step` names an action; `until` is the first local day on which
    this signal would read differently though nothing new came in, or None.
    """

    name: str
    state: State
    severity: float = 0.0
    subject: str = ""
    level: Level | None = None
    since: date | None = None
    evidence: Evidence = _NO_EVIDENCE
    next_step: str | None = None
    effort: Effort = "quick"
    until: date | None = None

    @property
    def key(self) -> str:
        """Name and subject in one: ``goal_pacing:leads``."""
        return f"{self.name}:{self.subject}" if self.subject else self.name


def ok(name: str, evidence: Evidence, until: date | None = None, subject: str = "") -> Signal:
    """Make the signal of nothing amiss."""
    return Signal._make((name, "ok", 0.0, subject, None, None, evidence, None, "quick", until))  # naming takes longer


def unknown(name: str, evidence: Evidence, until: date | None = None, subject: str = "") -> Signal:
    """Make the signal of what cannot be told yet."""
    return Signal._make((name, "unknown", 0.0, subject, None, None, evidence, None, "quick", until))


class Factors(NamedTuple):
    """What risk is multiplied by to get priority. Each is 1 where it says nothing."""

    value: float = 1.0
    relationship: float = 1.0
    timing: float = 1.0
    effort: float = 1.0

    @property
    def product(self) -> float:
        """All four together."""
        return self.value * self.relationship * self.timing * self.effort


class Assessment(NamedTuple):
    """A client judged at one moment. `risk` and `health` are 0..100, unrounded; `priority` is risk × factors."""

    client_id: int
    assessed_at: datetime
    on: date
    """The owner's local day."""
    risk: float
    colour: Colour
    priority: float
    factors: Factors
    signals: tuple[Signal, ...]
    next_change_at: datetime | None
    """The moment at which the answer would differ though nothing new came in; None if it never would."""

    @property
    def health(self) -> float:
        """100 less the risk."""
        return 100.0 - self.risk

    @property
    def breaches(self) -> tuple[Signal, ...]:
        """The signals that crossed their limit, worst first."""
        found = [signal for signal in self.signals if signal.state == "breach"]
        return tuple(sorted(found, key=lambda signal: (-signal.severity, signal.key)))
