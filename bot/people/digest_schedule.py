"""When a member's morning digest is due: working days, holidays, days away, and a local time across daylight saving.

`members.next_digest_at` stores it; None means "to be computed", and code that changes what it depends on (time zone,
working days, country, digest time, days away) resets it to None. Never here: composing or posting a digest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.infra.models import Member
from bot.people import holidays, members
from scoring.dates import at_local, is_workday, local_day, start_of_day
from scoring.policy import Policy

DEFAULTS = Policy()

LONGEST_REST = timedelta(days=1)
"""The longest time that `members.next_digest_at` is ahead: one that is further was computed by a clock that was."""
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
    late_until: time = time(DEFAULTS.late_until_hour)
    """Local time until which a digest that could not be composed in the morning is still sent."""
    late_hours: timedelta = timedelta(hours=DEFAULTS.late_hours)
    """It is sent at least this long after its own time, for members who chose a late one."""

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
        latest = max(at_local(today, self.late_until, self.zone), due + self.late_hours)
        return self.works_on(today) and due <= now < min(latest, self.end_of_day(today))

    def due_between(self, since: datetime, now: datetime) -> Iterator[tuple[date, datetime]]:
        """Yield the days whose digest came due from `since` until now, and when; of a month at most."""
        first, last = local_day(since, self.zone), local_day(now, self.zone)
        for day in (max(first, last - _DAY * 31) + _DAY * ahead for ahead in range(min((last - first).days, 31) + 1)):
            due = at_local(day, self.at, self.zone)
            if self.works_on(day) and since <= due <= now:
                yield day, due.astimezone(UTC)

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


def look_again_at(next_at: datetime, now: datetime) -> datetime:
    """Return what to store of when the next digest is due: never further than LONGEST_REST ahead."""
    return min(next_at, now + LONGEST_REST)


def digest_key(member_id: int, on: date) -> str:
    """Return the outbox key of a member's digest for a local date; it limits digests to one a day."""
    return f"digest:{member_id}:{on}"


def schedule_of(member: Member, workspace_country: str | None, policy: Policy = DEFAULTS) -> DigestSchedule:
    """Return a member's schedule, with the holidays of their own country or else the workspace's.

    `policy` says how late a digest may be; without it, that is as long as by default.
    """
    return DigestSchedule(
        at=member.digest_time,
        zone=members.zone_of(member.tz),
        weekend=holidays.weekend(member.workdays),
        country=holidays.country_of(member.country, workspace_country, member.tz, member.locale),
        away_from=member.away_from,
        away_until=member.away_until,
        late_until=time(policy.late_until_hour),
        late_hours=timedelta(hours=policy.late_hours),
    )


def next_digest_at(member: Member, after: datetime, workspace_country: str | None = None) -> datetime:
    """Return when a member's first digest strictly after `after` is due, in UTC."""
    return schedule_of(member, workspace_country).next_after(after).astimezone(UTC)
