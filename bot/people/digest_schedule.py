"""When a member's morning digest is due: working days, holidays, days away, and a local time across daylight saving.

`members.next_digest_at` says when; None is "to be worked out", and whoever changes what this depends on (zone, working
days, country, time of the digest, days away) sets it so. Composing and posting are not done here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.infra.models import Member
from bot.people import holidays, members
from scoring.dates import at_local, is_workday, local_day, start_of_day

LATEST = time(18)
"""A digest that could not be composed in the morning is still of use until then, local time."""
STILL_OF_USE = timedelta(hours=3)
"""And this long after its own time, where a member chose one late in the day."""
LOOK_AHEAD_DAYS = 366
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mornings:
    """How a member's mornings fall."""

    at: time
    """Local time of the digest."""
    zone: tzinfo
    weekend: frozenset[int]
    country: str | None
    away_from: date | None = None
    away_until: date | None = None

    def works_on(self, day: date) -> bool:
        """Whether the member works that day: no weekend, no holiday, not away."""
        away = self.away_until is not None and (self.away_from or day) <= day <= self.away_until
        return not away and is_workday(day, self.weekend, holidays.public_holidays(self.country, day))

    def next_after(self, moment: datetime) -> datetime:
        """Give the first digest strictly after a moment, in UTC.

        For somebody who works on no day for a year, it is that far away: then it is worked out again.
        """
        today = local_day(moment, self.zone)
        days = (today + _DAY * ahead for ahead in range(LOOK_AHEAD_DAYS))
        due = (at_local(day, self.at, self.zone) for day in days if self.works_on(day))
        return next((found for found in due if found > moment), moment + _DAY * LOOK_AHEAD_DAYS)

    def is_time(self, now: datetime) -> bool:
        """Whether today's digest may be composed now: its time has come, and the day is not over."""
        today = local_day(now, self.zone)
        due = at_local(today, self.at, self.zone)
        latest = max(at_local(today, LATEST, self.zone), due + STILL_OF_USE)
        return self.works_on(today) and due <= now < min(latest, self.end_of(today))

    def was_due(self, now: datetime) -> bool:
        """Whether today's digest was due by now, whatever became of it."""
        today = local_day(now, self.zone)
        return self.works_on(today) and at_local(today, self.at, self.zone) <= now

    def next_from(self, now: datetime, *, had_todays: bool) -> datetime:
        """Give when a digest is due next, in UTC: at once where today's time is past and it can still be made up for.

        With `had_todays`, the first one of a later day: there is one a day.
        """
        if had_todays:
            return self.next_after(self.end_of(local_day(now, self.zone)) - _INSTANT).astimezone(UTC)
        return now if self.is_time(now) else self.next_after(now).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Give the moment at which a local day is over, in UTC."""
        return start_of_day(day + _DAY, self.zone)


def digest_key(member_id: int, on: date) -> str:
    """Give the outbox's key of a member's digest of a local date: by it there is one a day."""
    return f"digest:{member_id}:{on}"


def mornings_of(member: Member, workspace_country: str | None) -> Mornings:
    """Give a member's mornings. Their own country's holidays are kept, else the workspace's."""
    return Mornings(
        at=member.digest_time,
        zone=members.zone_of(member.tz),
        weekend=holidays.weekend(member.workdays),
        country=member.country or workspace_country,
        away_from=member.away_from,
        away_until=member.away_until,
    )


def next_digest_at(member: Member, after: datetime, workspace_country: str | None = None) -> datetime:
    """Give the moment of a member's first digest strictly after another moment, in UTC."""
    return mornings_of(member, workspace_country).next_after(after).astimezone(UTC)
