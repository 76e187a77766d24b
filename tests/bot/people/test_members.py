"""Who a Slack user is to us, and what they may see and do."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bot.infra import db
from bot.infra.models import Client, Member
from bot.people import access, members
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.found(session, NOW)


def _slack_user(user_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": user_id, "team_id": agency.TEAM, "tz": "Europe/Warsaw", "locale": "pl-PL", "profile": {}, **fields}


def test_an_owner_known_by_email_becomes_the_slack_user_with_that_email(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        imported = agency.member(session, house.id, email="dora@agency.test").id
        user = _slack_user("U0DORA", profile={"email": "Dora@Agency.test", "display_name": "Dora"})
        learnt = members.sync_user(session, house.id, user, NOW)
        assert (learnt.id, learnt.slack_user_id, learnt.name, learnt.tz) == (
            imported,
            "U0DORA",
            "Dora",
            "Europe/Warsaw",
        )


def test_an_owner_imported_after_the_slack_user_was_met_keeps_the_clients(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        met = members.sync_user(session, house.id, _slack_user("U0DORA", real_name="Dora"), NOW).id
        imported = agency.member(session, house.id, email="dora@agency.test", role="lead").id
        acme = agency.client(session, house.id, "Acme", owner_id=imported, now=NOW).id
    with db.transaction(engine) as session:
        members.sync_user(session, house.id, _slack_user("U0DORA", profile={"email": "dora@agency.test"}), NOW)
    with db.transaction(engine) as session:
        assert session.get_one(Client, acme).owner_id == met
        assert session.get(Member, imported) is None
        assert session.get_one(Member, met).role == "lead"


def test_an_email_that_has_moved_to_another_slack_user_moves_here_too(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        members.sync_user(session, house.id, _slack_user("U0NEW", profile={"email": "alice@agency.test"}), NOW)
        assert session.get_one(Member, house.alice).email is None
        assert members.by_email(session, house.id, "alice@agency.test").slack_user_id == "U0NEW"


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
def test_only_full_members_of_the_team_are_welcome(
    engine: Engine, house: agency.Agency, fields: dict[str, Any], account_type: str
) -> None:
    with db.transaction(engine) as session:
        members.sync_user(session, house.id, _slack_user("U0X", **fields), NOW)
        actor = access.actor_by_slack(session.connection(), house.id, "U0X", NOW)
    assert actor.account_type == account_type
    assert actor.is_allowed == (account_type == "member")


def test_what_slack_said_is_believed_for_a_day(engine: Engine, house: agency.Agency) -> None:
    with db.looking(engine) as connection:
        assert access.actor_by_slack(connection, house.id, agency.ALICE, NOW + members.FRESH)
        assert access.actor_by_slack(connection, house.id, agency.ALICE, NOW + members.FRESH + timedelta(1)) is None
        assert access.actor_by_slack(connection, house.other_id, agency.ALICE, NOW) is None


def test_slack_admins_are_admins_until_one_is_named(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).slack_admin = True
        session.flush()
        assert access.actor(session, house.id, house.alice, NOW).role == "admin"
        session.get_one(Member, house.bob).role = "admin"
        session.flush()
        assert access.actor(session, house.id, house.alice, NOW).role == "am"
        assert access.actor(session, house.id, house.bob, NOW).leads


def test_money_is_for_the_owner_for_who_covers_and_for_leads(engine: Engine, house: agency.Agency) -> None:
    def sees(member_id: int, owner_id: int | None, backup_id: int | None = None) -> bool:
        return access.may_see_money(access.actor(session, house.id, member_id, NOW), owner_id, backup_id)

    with db.transaction(engine) as session:
        assert sees(house.alice, house.alice)
        assert not sees(house.bob, house.alice, house.bob)
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until = date(2026, 11, 16), date(2026, 11, 18)
        session.flush()
        assert sees(house.bob, house.alice, house.bob), "the backup of somebody who named no cover"
        assert not sees(house.bob, house.alice)
        alice.cover_id = house.bob
        session.flush()
        assert sees(house.bob, house.alice)
        assert access.actor(session, house.id, house.bob, NOW).covers == {house.alice}
        assert access.actor(session, house.id, house.bob, NOW + timedelta(days=1)).covers == set()
        alice.away_until = date(2026, 11, 17)
        bob = session.get_one(Member, house.bob)
        session.flush()
        assert not sees(house.bob, house.alice)
        bob.role = "lead"
        session.flush()
        assert sees(house.bob, None)


def test_a_guest_sees_no_money_even_of_clients_in_their_name(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        session.get_one(Member, house.alice).account_type = "guest"
        session.flush()
        guest = access.actor(session, house.id, house.alice, NOW)
        assert not access.may_see_money(guest, house.alice)
        assert not access.may_undo(guest, house.alice, house.alice)


def test_a_contact_is_taken_back_by_who_logged_it_or_the_owner(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        bob = access.actor(session, house.id, house.bob, NOW)
        assert access.may_undo(bob, house.bob, house.alice)
        assert access.may_undo(bob, house.alice, house.bob)
        assert not access.may_undo(bob, house.alice, house.alice)


def test_an_unknown_zone_reads_as_utc() -> None:
    assert members.zone_of("Mars/Olympus") == ZoneInfo("UTC")
    assert members.weekend_of(Member(workdays="71234")) == {4, 5}
