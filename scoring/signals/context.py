"""What a signal is told beside the client, and the shapes that its answers take.

Belongs here: what all signals share. Never here: anything that one signal alone needs.
"""

from datetime import date
from typing import Final

from scoring.assessment import Evidence, Signal
from scoring.dates import DAY
from scoring.facts import Client, Portfolio
from scoring.metric_window import Known
from scoring.policy import Policy
from scoring.vocabulary import Effort, Level

__all__ = ["DAY", "Context"]


class Context:
    """The agency's policy and benchmarks, and the owner's local day. There is no clock: a signal knows days alone."""

    __slots__ = ("_known", "on", "policy", "portfolio")

    def __init__(self, policy: Policy, portfolio: Portfolio, on: date) -> None:
        """Know nothing of any client yet."""
        self.policy: Final = policy
        self.portfolio: Final = portfolio
        self.on: Final = on
        self._known: Final[dict[str, Known]] = {}

    def known(self, client: Client, metric: str) -> Known | None:
        """Give what is known of a client's metric on that day; None where nothing of it was ever recorded.

        What was read last is kept, since several signals look at the same, and with it the very series that it was
        read from, so that another client's is never taken for this one's.
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
