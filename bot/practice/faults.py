"""What goes wrong on purpose: failures planned by a test, and rate limits.

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
    """One Web API call as it was received; the token is left out. `early` when it came before a Retry-After ended."""

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
    answer, "before" or "after" the call has done its work. `stall` does the work and then keeps the answer back for
    that many seconds.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    drop: Literal["", "before", "after"] = ""
    stall: float = 0.0

    @property
    def refuses(self) -> bool:
        """Whether the call is not to be performed, and is answered."""
        return self.status != 200 or bool(self.error)


class Faults:
    """The failures that are planned, by method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, deque[tuple[Fault, Callable[[Json], bool]]]] = defaultdict(deque)

    def plan(self, method: str, fault: Fault, times: int, when: Callable[[Json], bool]) -> None:
        """Plans a failure for the next `times` calls of the method whose arguments satisfy `when`."""
        with self._lock:
            self._planned[method].extend([(fault, when)] * times)

    def take(self, method: str, args: Json) -> Fault | None:
        """The failure for this call, which is then used up."""
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
        """Forgets what was planned and has not happened."""
        with self._lock:
            self._planned.clear()


class RateLimits:
    """Slack's ceiling on chat.postMessage: so many a second in a conversation, so many a minute in a workspace.

    Off until `enforce` is called. The memory of each Retry-After is kept in any case, so that a client which does
    not wait is found out.
    """

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._interval = timedelta(0)
        self._per_minute = 0
        self._last: dict[tuple[str, str], datetime] = {}
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)
        self._closed_until: dict[tuple[str, str, str], datetime] = {}

    def enforce(self, *, per_channel: float = 1.0, per_minute: int = 0) -> None:
        """Allows `per_channel` messages a second in each conversation and `per_minute` in each workspace (0: any)."""
        self._interval = timedelta(seconds=1 / per_channel) if per_channel else timedelta(0)
        self._per_minute = per_minute

    def wait(self, team_id: str, method: str, args: Json) -> int:
        """The whole seconds to wait before this call may be made; 0 when it may, and it is then counted.

        Going by the ceiling of the workspace, the wait holds for all its conversations.
        """
        if method != "chat.postMessage" or not (self._interval or self._per_minute):
            return 0
        now = self._now()
        place = (team_id, str(args.get("channel", "")))
        recent = self._recent[team_id]
        while recent and now - recent[0] >= timedelta(minutes=1):
            recent.popleft()
        alone, together = timedelta(0), timedelta(0)
        if place in self._last:
            alone = self._last[place] + self._interval - now
        if self._per_minute and len(recent) >= self._per_minute:
            together = recent[0] + timedelta(minutes=1) - now
        left = max(alone, together)
        if left > timedelta(0):
            seconds = max(1, math.ceil(left.total_seconds()))
            if together >= alone:
                self._closed_until[team_id, method, ""] = now + timedelta(seconds=seconds)
            return seconds
        self._last[place] = now
        recent.append(now)
        return 0

    def closed(self, team_id: str, method: str, args: Json, retry_after: int) -> None:
        """Notes that the caller was told to wait."""
        place = (team_id, method, str(args.get("channel", "")))
        self._closed_until[place] = self._now() + timedelta(seconds=retry_after)

    def is_early(self, team_id: str, method: str, args: Json) -> bool:
        """Whether the caller was told to wait longer than it did."""
        channel = str(args.get("channel", ""))
        own = self._closed_until.pop((team_id, method, channel), None)
        common = self._closed_until.get((team_id, method, ""))
        now = self._now()
        return any(until is not None and now < until for until in (own, common))


def always(args: Any) -> bool:
    """The condition of a failure that does not mind the arguments."""
    del args
    return True
