"""When a member's morning digest is due: working days, holidays, days away, and a local time across daylight saving.

`members.next_digest_at` stores it; None means "to be computed", and code that changes what it depends on (time zone,
working days, country, digest time, days away) resets it to None. Never here: composing or posting a digest.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.infra.models import Member
from bot.people import holidays, members
from scoring.dates import at_local, is_workday, local_day, start_of_day

LATEST_TIME = time(18)
"""Local time until which a digest that could not be composed in the morning is still sent."""
GRACE_PERIOD = timedelta(hours=3)
"""It is sent at least this long after its own time, for members who chose a late one."""
LOOK_AHEAD_DAYS = 366
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DigestSchedule:
    """When a member's digests are due."""

    at: time
    """Local time of the digest."""
    zone: tzinfo
    weekend: frozenset[int]
    country: str | None
    away_from: date | None = None
    away_until: date | None = None

    def works_on(self, day: date) -> bool:
        """Whether the member works that day: no weekend, holiday or day away."""
        away = self.away_until is not None and (self.away_from or day) <= day <= self.away_until
        return not away and is_workday(day, self.weekend, holidays.public_holidays(self.country, day))

    def next_after(self, moment: datetime) -> datetime:
        """Return when the first digest strictly after `moment` is due, in UTC.

        For a member with no working day within a year it is a year away, when it is computed again.
        """
        today = local_day(moment, self.zone)
        days = (today + _DAY * ahead for ahead in range(LOOK_AHEAD_DAYS))
        due = (at_local(day, self.at, self.zone) for day in days if self.works_on(day))
        return next((due_at for due_at in due if due_at > moment), moment + _DAY * LOOK_AHEAD_DAYS)

    def is_due(self, now: datetime) -> bool:
        """Whether today's digest should be composed now: its time has come, and it is not too late for it."""
        today = local_day(now, self.zone)
        due = at_local(today, self.at, self.zone)
        latest = max(at_local(today, LATEST_TIME, self.zone), due + GRACE_PERIOD)
        return self.works_on(today) and due <= now < min(latest, self.end_of_day(today))

    def has_come_due(self, now: datetime) -> bool:
        """Whether today's digest has come due by now, whether or not it was sent."""
        today = local_day(now, self.zone)
        return self.works_on(today) and at_local(today, self.at, self.zone) <= now

    def next_due(self, now: datetime, *, had_todays: bool) -> datetime:
        """Return when the next digest is due, in UTC: now if today's time has passed and it is not too late for it.

        With `had_todays`, the first one of a later day: there is only one a day.
        """
        if had_todays:
            return self.next_after(self.end_of_day(local_day(now, self.zone)) - _INSTANT).astimezone(UTC)
        return now if self.is_due(now) else self.next_after(now).astimezone(UTC)

    def end_of_day(self, day: date) -> datetime:
        """Return the end of a local day, in UTC."""
        return start_of_day(day + _DAY, self.zone)


def digest_key(member_id: int, on: date) -> str:
    """Return the outbox key of a member's digest for a local date; it limits digests to one a day."""
    return f"digest:{member_id}:{on}"


def schedule_of(member: Member, workspace_country: str | None) -> DigestSchedule:
    """Return a member's schedule, with the holidays of their own country or else the workspace's."""
    return DigestSchedule(
        at=member.digest_time,
        zone=members.zone_of(member.tz),
        weekend=holidays.weekend(member.workdays),
        country=member.country or workspace_country,
        away_from=member.away_from,
        away_until=member.away_until,
    )


def next_digest_at(member: Member, after: datetime, workspace_country: str | None = None) -> datetime:
    """Return when a member's first digest strictly after `after` is due, in UTC."""
    return schedule_of(member, workspace_country).next_after(after).astimezone(UTC)
