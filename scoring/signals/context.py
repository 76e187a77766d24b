"""What a signal is told beside the client, and the shapes that its answers take.

Belongs here: what all signals share. Never here: anything that one signal alone needs.
"""

from dataclasses import dataclass, field
from datetime import date

from scoring.assessment import Effort, Evidence, Level, Signal
from scoring.dates import DAY
from scoring.facts import Client, Portfolio
from scoring.known import Known
from scoring.policy import Policy

__all__ = ["DAY", "Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """The agency's policy and yardsticks, and the owner's local day. There is no clock: a signal knows days alone."""

    policy: Policy
    portfolio: Portfolio
    on: date
    _known: dict[str, Known] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was read last of each metric, since several signals look at the same."""

    def known(self, client: Client, metric: str) -> Known | None:
        """Give what is known of a client's metric on that day; None where nothing of it was ever recorded.

        What was read is kept with its very series, so that another client's is never taken for this one's.
        """
        series = client.metrics.get(metric)
        if series is None:
            return None
        found = self._known.get(metric)
        if found is None or found.series is not series:
            found = self._known[metric] = Known(series, self.on)
        return found

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
