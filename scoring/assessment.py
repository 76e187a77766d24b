"""What judging a client results in: plain data, made by `scoring.assess` and read by everything that shows it.

Belongs here: the shapes of a signal and of an assessment. Never here: how either is worked out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from scoring.vocabulary import ALARM_SIGNALS, Colour, Effort, Kind, Level, State

Evidence = Mapping[str, int | float | str | date | bool | None]
Draft = dict[str, int | float | str | date | bool | None]
"""Evidence that is still being put together."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing noticed about a client.

    `subject` tells apart several signals of one name (the metric of a goal). `severity` is 0 to 1, and above 0 only in
    the states soon and breach. `since` is the first local day on which the present state held, as far as the facts
    tell. `evidence` is data from which any language can make the sentence; it holds dates rather than ages, so that it
    does not change overnight by itself. `next_step` names an action. `until` is the first local day on which this
    signal would read differently without any new fact, None if it never would.
    """

    name: str
    state: State
    severity: float = 0.0
    subject: str = ""
    level: Level | None = None
    since: date | None = None
    evidence: Evidence = field(default_factory=dict)
    next_step: str | None = None
    effort: Effort = "quick"
    until: date | None = None
    is_to_do: bool = False
    """Whether it is a to-do though others of its name are alarms."""

    @property
    def key(self) -> str:
        """Name and subject in one: ``goal_pacing:leads``."""
        return f"{self.name}:{self.subject}" if self.subject else self.name

    @property
    def kind(self) -> Kind:
        """Whether a breach of it is an alarm or a to-do."""
        return "to_do" if self.is_to_do or self.name not in ALARM_SIGNALS else "alarm"

    @property
    def is_open_alarm(self) -> bool:
        """Whether it puts the client under "needs you"."""
        return self.state == "breach" and self.kind == "alarm"

    @property
    def is_open_to_do(self) -> bool:
        """Whether it asks for something when there is time: a to-do that is due, or anything that adds no risk."""
        return (self.state == "breach" and self.kind == "to_do") or (self.state == "soon" and not self.severity)


def ok(name: str, evidence: Evidence, until: date | None = None, subject: str = "") -> Signal:
    """Make the signal of something within its limit."""
    return Signal(name, "ok", subject=subject, evidence=evidence, until=until)


def unknown(name: str, evidence: Evidence, until: date | None = None, subject: str = "") -> Signal:
    """Make the signal of something with too little data to tell."""
    return Signal(name, "unknown", subject=subject, evidence=evidence, until=until)


def soon(
    name: str,
    evidence: Evidence,
    next_step: str,
    *,
    since: date,
    severity: float = 0.0,
    subject: str = "",
    effort: Effort = "quick",
    until: date | None = None,
    is_to_do: bool = False,
) -> Signal:
    """Make the signal of something about to cross its limit; without a severity it is a to-do."""
    return Signal(name, "soon", severity, subject, None, since, evidence, next_step, effort, until, is_to_do)


@dataclass(frozen=True, slots=True)
class Factors:
    """What risk is multiplied by to get priority. Each is 1 where it makes no difference."""

    value: float = 1.0
    relationship: float = 1.0
    timing: float = 1.0
    effort: float = 1.0

    @property
    def product(self) -> float:
        """All four multiplied."""
        return self.value * self.relationship * self.timing * self.effort


@dataclass(frozen=True, slots=True)
class Assessment:
    """A client judged at one moment. `risk` and `health` are 0 to 100, unrounded; `priority` is risk × factors."""

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
    """When the assessment would come out differently without any new fact, in UTC; None if it never would."""

    @property
    def health(self) -> float:
        """100 less the risk."""
        return 100.0 - self.risk

    @property
    def breaches(self) -> tuple[Signal, ...]:
        """The signals that crossed their limit, most severe first."""
        found = [signal for signal in self.signals if signal.state == "breach"]
        return tuple(sorted(found, key=lambda signal: (-signal.severity, signal.key)))

    @property
    def alarms(self) -> tuple[Signal, ...]:
        """The breaches that are alarms, most severe first."""
        return tuple(signal for signal in self.breaches if signal.kind == "alarm")
