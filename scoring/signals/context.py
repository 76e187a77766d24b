"""What every signal is given beside the client, and the shape of a breach.

Belongs here: what all signals share. Never here: anything that only one signal needs.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from scoring.assessment import Evidence, Signal
from scoring.dates import DAY
from scoring.facts import Client, Portfolio
from scoring.metric_window import MetricWindow, window
from scoring.policy import Policy
from scoring.vocabulary import ALARM_SIGNALS, Effort, Level

__all__ = ["DAY", "Context"]


class Context:
    """The agency's policy and benchmarks, and the owner's local day. There is no clock: signals only know days."""

    __slots__ = ("_noticed", "_windows", "on", "policy", "portfolio")

    def __init__(self, policy: Policy, portfolio: Portfolio, on: date) -> None:
        """Begin without any client's metrics."""
        self.policy: Final = policy
        self.portfolio: Final = portfolio
        self.on: Final = on
        self._windows: Final[dict[str, MetricWindow]] = {}
        self._noticed: Final[dict[str, tuple[Client, Signal]]] = {}

    def window(self, client: Client, metric: str) -> MetricWindow | None:
        """Return what is known of a client's metric on that day; None where nothing of it was ever recorded.

        Several signals look at the same metric, so the last window of each is kept, with the series that it was read
        from: another client's is never taken for this one's.
        """
        series = client.metrics.get(metric)
        if series is None:
            return None
        found = self._windows.get(metric)
        if found is None or found.series is not series:
            found = self._windows[metric] = window(series, self.on)
        return found

    def once(self, rule: Callable[[Client, "Context"], Signal], client: Client) -> Signal:
        """Return what a rule that others build upon notices, worked out once for a client."""
        known = self._noticed.get(rule.__name__)
        if known is None or known[0] is not client:
            known = self._noticed[rule.__name__] = (client, rule(client, self))
        return known[1]

    def complete_window(self, client: Client, metric: str, lag: int = 0) -> MetricWindow | None:
        """Return `window` without the last days that still grow: as its sources are known to have, else `lag`.

        A day's age is counted from today: data that is late anyway loses no further day.
        """
        known = self.window(client, metric)
        days = client.lags.get(metric, lag)
        return known.before(self.on - days * DAY, self.on + DAY) if known and days else known

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
        is_to_do: bool = False,
    ) -> Signal:
        """Make the signal of a crossed limit; an alarm is red from `red_severity` on, all else is amber."""
        is_red = severity >= self.policy.red_severity and not is_to_do and name in ALARM_SIGNALS
        level: Level = "red" if is_red else "amber"
        return Signal(name, "breach", severity, subject, level, since, evidence, next_step, effort, until, is_to_do)
