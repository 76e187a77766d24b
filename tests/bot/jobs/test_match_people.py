"""Members known by e-mail are matched to Slack users, one a call."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.infra.models import Member
from bot.infra.services import Services
from bot.jobs import match_people
from bot.practice import Practice
from bot.slack.errors import AskLaterError
from tests import agency
from tests.conftest import NOW, Clock


def _match(services: Services) -> int:
    """Match until nobody is left to be looked up; return how many were."""
    looked_up = 0
    while match_people.run_one(services):
        looked_up += 1
    return looked_up


def _add(services: Services, *emails: str) -> None:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        for email in emails:
            agency.member(session, house.id, email=email)


def test_members_known_only_by_email_are_looked_up_one_a_call_and_again_after_an_hour(
    services: Services, practice: Practice, clock: Clock
) -> None:
    practice.team(agency.TEAM).person("U0DORA", "Dora", email="dora@agency.test")
    _add(services, "dora@agency.test", "gone@agency.test")
    assert match_people.run_one(services)
    assert len(practice.calls_of("users.lookupByEmail")) == 1
    assert _match(services) == 1
    with services.reading() as session:
        assert session.scalars(select(Member.slack_user_id).where(Member.name == "Dora")).one() == "U0DORA"
    clock.move(minutes=59)
    assert _match(services) == 0
    clock.move(minutes=1)
    assert _match(services) == 1, "who is not in Slack yet"


def test_somebody_new_is_looked_up_at_once(services: Services, practice: Practice) -> None:
    practice.team(agency.TEAM)
    _add(services, "gone@agency.test")
    assert _match(services) == 1
    with services.transaction() as session:
        workspace_id = session.scalars(select(Member.workspace_id).where(Member.email == "gone@agency.test")).one()
        agency.member(session, workspace_id, email="new@agency.test")
    assert _match(services) == 1
    assert practice.calls_of("users.lookupByEmail")[-1].args["email"] == "new@agency.test"


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"error": "ratelimited", "retry_after": 17}, 17),
        ({"error": "missing_scope"}, 600),
        ({"status": 503}, 30),
        ({"drop": "before"}, 30),
    ],
)
def test_a_look_up_that_slack_cannot_do_says_how_long_to_wait_and_is_done_then(
    services: Services, practice: Practice, fault: dict[str, Any], seconds: int
) -> None:
    practice.team(agency.TEAM).person("U0DORA", "Dora", email="dora@agency.test")
    _add(services, "dora@agency.test")
    practice.fail_next("users.lookupByEmail", **fault)
    with pytest.raises(AskLaterError) as raised:
        match_people.run_one(services)
    assert raised.value.refusal.seconds_to_wait == seconds
    assert _match(services) == 1
    with services.reading() as session:
        assert session.scalars(select(Member.slack_user_id).where(Member.name == "Dora")).one() == "U0DORA"
