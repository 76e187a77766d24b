"""Who an actor is, and what they may see and do."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.infra import db
from bot.infra.models import Member
from bot.people import access, members
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


@pytest.mark.parametrize(
    ("fields", "account_type"),
    [
        ({}, "member"),
        ({"deleted": True}, "deactivated"),
        ({"is_bot": True}, "bot"),
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_stranger": True}, "stranger"),
        ({"team_id": agency.OTHER_TEAM}, "stranger"),
    ],
)
def test_only_full_members_of_the_team_may_use_the_bot(
    engine: Engine, house: agency.Agency, fields: dict[str, Any], account_type: str
) -> None:
    with db.transaction(engine) as session:
        members.sync_user(session, house.id, agency.slack_user("U0X", **fields), NOW)
        actor = access.actor_by_slack(session.connection(), house.id, "U0X", NOW)
    assert actor is not None
    assert actor.account_type == account_type
    assert actor.is_allowed == (account_type == "member")


def test_a_user_read_from_slack_counts_as_up_to_date_for_a_day(engine: Engine, house: agency.Agency) -> None:
    with db.read_connection(engine) as connection:
        assert access.actor_by_slack(connection, house.id, agency.ALICE, NOW + access.MAX_AGE)
        assert access.actor_by_slack(connection, house.id, agency.ALICE, NOW + access.MAX_AGE + timedelta(1)) is None
        assert access.actor_by_slack(connection, house.other_id, agency.ALICE, NOW) is None
        assert access.actor_by_slack(connection, house.id, agency.ALICE, NOW - timedelta(30)) is None, "a clock ahead"


def test_slack_admins_are_admins_until_the_agency_assigns_one(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).slack_admin = True
        session.flush()
        assert agency.actor(session, house.id, house.alice, NOW).role == "admin"
        session.get_one(Member, house.bob).role = "admin"
        session.flush()
        assert agency.actor(session, house.id, house.alice, NOW).role == "am"
        assert agency.actor(session, house.id, house.bob, NOW).leads


def test_amounts_are_visible_to_the_owner_the_cover_and_leads(engine: Engine, house: agency.Agency) -> None:
    def sees(member_id: int, owner_id: int | None, backup_id: int | None = None) -> bool:
        return access.may_see_money(agency.actor(session, house.id, member_id, NOW), owner_id, backup_id)

    with db.transaction(engine) as session:
        assert sees(house.alice, house.alice)
        assert not sees(house.bob, house.alice, house.bob)
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until = date(2026, 11, 16), date(2026, 11, 18)
        session.flush()
        assert sees(house.bob, house.alice, house.bob), "the backup of a member away without a cover"
        assert not sees(house.bob, house.alice)
        alice.cover_id = house.bob
        session.flush()
        assert sees(house.bob, house.alice)
        assert agency.actor(session, house.id, house.bob, NOW).owners == (house.bob, house.alice)
        assert agency.actor(session, house.id, house.bob, NOW + timedelta(days=1)).owners == (house.bob,)
        alice.away_until = date(2026, 11, 17)
        bob = session.get_one(Member, house.bob)
        session.flush()
        assert not sees(house.bob, house.alice)
        bob.role = "lead"
        session.flush()
        assert sees(house.bob, None)


def test_a_guest_sees_no_amounts_even_of_clients_they_own(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).account_type = "guest"
        session.flush()
        guest = agency.actor(session, house.id, house.alice, NOW)
        assert not access.may_see_money(guest, house.alice)
        assert not access.may_undo(guest, house.alice, house.alice)


def test_a_contact_may_be_undone_by_who_logged_it_or_the_owner(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        bob = agency.actor(session, house.id, house.bob, NOW)
        assert access.may_undo(bob, house.bob, house.alice)
        assert access.may_undo(bob, house.alice, house.bob)
        assert not access.may_undo(bob, house.alice, house.alice)
