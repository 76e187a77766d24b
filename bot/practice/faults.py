"""What goes wrong on purpose: failures that a test planned, and Slack's rate limit.

Here: the plan, the counters, and whether the client waited as long as it was told. Never here: HTTP.
"""

import math
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.practice.rules import Json
from bot.practice.state import Clock


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One Web API call as it was received, without its token; `early` when it came before a Retry-After ended."""

    method: str
    args: Json
    team_id: str
    at: datetime
    status: int
    error: str
    early: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned failure.

    `error` or a `status` other than 200 refuses the call and does nothing. `drop` closes the connection without an
    answer, "before" or "after" the call has done its work. `stall` does the work and then holds the answer back for
    that many seconds.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    drop: Literal["", "before", "after"] = ""
    stall: float = 0.0

    @property
    def refuses(self) -> bool:
        """Whether the call is answered with a refusal, and not carried out."""
        return self.status != 200 or bool(self.error)


class Faults:
    """The failures that are planned, by method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, deque[tuple[Fault, Callable[[Json], bool]]]] = defaultdict(deque)

    def plan(self, method: str, fault: Fault, times: int, when: Callable[[Json], bool]) -> None:
        """Plan a failure for the next `times` calls of the method whose arguments satisfy `when`."""
        with self._lock:
            self._planned[method].extend([(fault, when)] * times)

    def take(self, method: str, args: Json) -> Fault | None:
        """Give the failure planned for this call, and strike it off the plan."""
        if not self._planned:
            return None
        with self._lock:
            planned = self._planned.get(method, deque())
            for index, (fault, when) in enumerate(planned):
                if when(args):
                    del planned[index]
                    return fault
        return None

    def clear(self) -> None:
        """Drop what was planned and has not happened."""
        with self._lock:
            self._planned.clear()


class RateLimits:
    """Slack's limit on chat.postMessage, so many a second in a conversation, and who called too early.

    The limit is off until `enforce` is called. Each Retry-After is remembered in any case.
    """

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._interval = timedelta(0)
        self._last: dict[tuple[str, str], datetime] = {}
        self._closed_until: dict[tuple[str, str, str], datetime] = {}

    def enforce(self, per_channel: float) -> None:
        """Allow `per_channel` messages a second in each conversation; 0 for any number."""
        self._interval = timedelta(seconds=1 / per_channel) if per_channel else timedelta(0)

    def seconds_to_wait(self, team_id: str, method: str, args: Json) -> int:
        """Give the whole seconds until this call may be made; 0 when it may, and it is then counted."""
        if method != "chat.postMessage" or not self._interval:
            return 0
        now, place = self._now(), (team_id, str(args.get("channel", "")))
        if place in self._last and now < self._last[place] + self._interval:
            return max(1, math.ceil((self._last[place] + self._interval - now).total_seconds()))
        self._last[place] = now
        return 0

    def close(self, team_id: str, method: str, args: Json, retry_after: int) -> None:
        """Remember that the caller was told to wait for `retry_after` seconds."""
        place = (team_id, method, str(args.get("channel", "")))
        self._closed_until[place] = self._now() + timedelta(seconds=retry_after)

    def is_early(self, team_id: str, method: str, args: Json) -> bool:
        """Say whether the caller was told to wait longer than it did."""
        until = self._closed_until.pop((team_id, method, str(args.get("channel", ""))), None)
        return until is not None and self._now() < until


def always(args: Any) -> bool:
    """The condition of a failure that does not depend on the arguments."""
    del args
    return True
