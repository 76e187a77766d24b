"""Matching Slack users to members by e-mail."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bot.infra import db
from bot.infra.models import Client, Member
from bot.people import members
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


def test_an_owner_known_by_email_becomes_the_slack_user_with_that_email(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        imported = agency.member(session, house.id, email="dora@agency.test").id
        user = agency.slack_user("U0DORA", profile={"email": "Dora@Agency.test", "display_name": "Dora"})
        synced = members.sync_user(session, house.id, user, NOW)
        assert (synced.id, synced.slack_user_id, synced.name, synced.tz) == (
            imported,
            "U0DORA",
            "Dora",
            "Europe/Warsaw",
        )


def test_an_owner_imported_after_the_slack_user_is_merged_with_them(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        matched = members.sync_user(session, house.id, agency.slack_user("U0DORA", real_name="Dora"), NOW).id
        imported = agency.member(session, house.id, email="dora@agency.test", role="lead").id
        acme = agency.client(session, house.id, "Acme", owner_id=imported, now=NOW).id
    with db.transaction(engine) as session:
        members.sync_user(session, house.id, agency.slack_user("U0DORA", profile={"email": "dora@agency.test"}), NOW)
    with db.transaction(engine) as session:
        assert session.get_one(Client, acme).owner_id == matched
        assert session.get(Member, imported) is None
        assert session.get_one(Member, matched).role == "lead"


def test_an_email_reassigned_in_slack_moves_to_the_new_member(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        members.sync_user(session, house.id, agency.slack_user("U0NEW", profile={"email": "alice@agency.test"}), NOW)
        assert session.get_one(Member, house.alice).email is None
        owner = members.by_email(session, house.id, "alice@agency.test")
        assert owner is not None
        assert owner.slack_user_id == "U0NEW"


def test_a_name_from_slack_is_what_can_be_seen_of_it(engine: Engine, house: agency.Agency) -> None:
    hostile = agency.slack_user("U0DORA", real_name="Do\u200bra\x1b[2J", profile={"display_name": "\u3164"})
    with db.transaction(engine) as session:
        assert members.sync_user(session, house.id, hostile, NOW).name == "Dora [2J"


def test_an_unknown_time_zone_falls_back_to_utc() -> None:
    assert members.zone_of("Mars/Olympus") == ZoneInfo("UTC")
    assert members.weekend_of(Member(workdays="71234")) == {4, 5}


def test_a_name_is_found_in_any_case_and_no_name_is_nobodys(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        agency.member(session, house.id, email="imported@agency.test")
        zaneta = agency.member(session, house.id, slack_user_id="U0ZANETA", name="Żaneta Łoś").id
        for typed in ("żaneta łoś", " Żaneta  ŁOŚ", "U0ZANETA"):
            assert [member.id for member in members.find(session, house.id, typed)] == [zaneta], typed
        assert [member.id for member in members.find(session, house.id, "ALICE@agency.test")] == [house.alice]
        assert members.find(session, house.id, " ") == []
        assert members.find(session, house.other_id, "alice") == []
