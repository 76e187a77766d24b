"""What a signal is told beside the client, and the shapes that its answers take.

Belongs here: what all signals share. Never here: anything that one signal alone needs.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from scoring.assessment import Effort, Evidence, Level, Signal
from scoring.facts import Portfolio
from scoring.policy import Policy

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Context:
    """The agency's policy and yardsticks, and the owner's local day. There is no clock: a signal knows days alone."""

    policy: Policy
    portfolio: Portfolio
    on: date

    def breach(
        self,
        name: str,
        severity: float,
        evidence: Evidence,
        next_step: str,
        *,
        subject: str = "",
        effort: Effort = "quick",
        since: date | None = None,
        until: date | None = None,
    ) -> Signal:
        """Make the signal of a limit crossed; its level follows from its severity."""
        level: Level = "red" if severity >= self.policy.red_severity else "amber"
        return Signal(name, "breach", severity, subject, level, since, evidence, next_step, effort, until)
