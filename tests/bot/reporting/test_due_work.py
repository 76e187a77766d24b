"""Who is reminded of a deadline, and on which mornings."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.infra.models import Client, Deadline, Member
from bot.infra.services import Services
from bot.jobs import digest_content
from bot.judging import assessments
from tests import agency
from tests.bot.jobs.mornings import NINE, compose_due, digests_of
from tests.conftest import Clock

MONDAY = date(2026, 11, 23)
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)


@pytest.fixture
def house(services: Services, clock: Clock) -> agency.Agency:
    """Alice owns Acme; Bob, who has no client, is to finish its work."""
    clock.at = NINE
    with services.transaction() as session:
        house = agency.create(session, NINE)
        for member in session.scalars(select(Member)):
            member.tz, member.next_digest_at = "Europe/Warsaw", NINE
        agency.client(session, house.id, "Acme", owner_id=house.alice, started_on=date(2025, 1, 1), now=NINE)
        return house


def add_deadline(services: Services, due_on: date, **columns: Any) -> None:
    with services.transaction() as session:
        client = session.scalars(select(Client)).one()
        row = {"workspace_id": client.workspace_id, "client_id": client.id, "title": "Landing page", **columns}
        session.add(Deadline(**row, internal_due_on=due_on))


def mornings_that_remind(services: Services, house: agency.Agency, clock: Clock, member_id: int) -> list[date]:
    """Return the days, of two weeks, whose digest speaks of the deadline."""
    found = []
    for ahead in range(14):
        clock.at = NINE + timedelta(days=ahead)
        with services.transaction() as session:
            member = session.get_one(Member, member_id)
            if not digest_content.member_schedule(session, member).works_on(clock().date()):
                continue
            due = session.scalars(select(Client.id)).all()
            assessments.reassess(session, house.id, due, clock())
            morning = digest_content.compose(session, house.id, member_id, clock())
            signals = [signal for card in (*morning.attention, *morning.soon) for signal in card.signals]
            if morning.due or any(s.name == "deadline" and s.state == "soon" for s in signals):
                found.append(clock().date())
    return found


@pytest.mark.parametrize(
    ("due_on", "away", "expected"),
    [
        (THURSDAY, None, [WEDNESDAY, THURSDAY]),
        (MONDAY, None, [FRIDAY, MONDAY]),
        (FRIDAY + timedelta(days=1), None, [FRIDAY]),  # a Saturday
        (FRIDAY, (THURSDAY, FRIDAY), [WEDNESDAY]),
        (MONDAY, (FRIDAY, MONDAY), [THURSDAY]),
    ],
)
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_both_who_is_to_finish_it_and_the_owner_are_reminded_the_working_day_before_and_on_the_day(
    services: Services,
    house: agency.Agency,
    clock: Clock,
    who: str,
    due_on: date,
    away: tuple[date, date] | None,
    expected: list[date],
) -> None:
    member_id = {"alice": house.alice, "bob": house.bob}[who]
    add_deadline(services, due_on, member_id=house.bob)
    if away:
        with services.transaction() as session:
            member = session.get_one(Member, member_id)
            member.away_from, member.away_until = away
    assert mornings_that_remind(services, house, clock, member_id) == expected


def test_a_public_holiday_has_its_reminder_on_the_working_day_before(
    services: Services, house: agency.Agency, clock: Clock
) -> None:
    clock.at = NINE
    with services.transaction() as session:
        session.get_one(Member, house.bob).country = "US"
    add_deadline(services, date(2026, 11, 26), member_id=house.bob)  # Thanksgiving
    assert mornings_that_remind(services, house, clock, house.bob) == [date(2026, 11, 25)]


def test_somebody_with_no_client_gets_a_morning_for_a_deadline_alone(services: Services, house: agency.Agency) -> None:
    add_deadline(services, THURSDAY, member_id=house.bob)
    with services.transaction() as session:
        session.get_one(Member, house.bob).quiet_days = "nothing"
    compose_due(services)
    (digest,) = digests_of(services, house.bob)
    assert "“Landing page” for Acme is due tomorrow" in digest.body["text"]
    with services.transaction() as session:
        session.scalars(select(Deadline)).one().done_on = WEDNESDAY
        assert "Landing page" not in digest_content.redraw(session, digest, NINE)["text"]


def test_what_a_client_on_the_list_says_anyway_is_not_said_twice(
    services: Services, house: agency.Agency, clock: Clock
) -> None:
    add_deadline(services, THURSDAY)
    mornings_that_remind(services, house, clock, house.alice)
    clock.at = NINE
    with services.transaction() as session:
        due = session.scalars(select(Client.id)).all()
        assessments.reassess(session, house.id, due, NINE)
        morning = digest_content.compose(session, house.id, house.alice, NINE)
    assert morning.due == ()
    assert [signal.name for card in (*morning.attention, *morning.soon) for signal in card.signals].count("deadline")
