"""Members known by e-mail are matched to Slack users."""

from sqlalchemy import select

from bot.infra.models import Member
from bot.infra.services import Services
from bot.jobs import match_people
from bot.practice import Practice
from tests import agency
from tests.conftest import NOW, Clock


def test_members_known_only_by_email_are_looked_up_once_an_hour(
    services: Services, practice: Practice, clock: Clock
) -> None:
    practice.team(agency.TEAM).person("U0DORA", "Dora", email="dora@agency.test")
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.member(session, house.id, email="dora@agency.test")
    for _ in range(3):
        match_people.run_one(services)
    assert len(practice.calls_of("users.lookupByEmail")) == 1
    with services.reading() as session:
        assert session.scalars(select(Member.slack_user_id).where(Member.name == "Dora")).one() == "U0DORA"
    clock.move(hours=1)
    match_people.run_one(services)
