"""Reading a team and its users from Slack."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from bot.infra.models import Member, Workspace
from bot.infra.services import Services
from bot.people import directory
from bot.practice import Practice
from tests import agency
from tests.conftest import NOW
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def house(services: Services) -> agency.Agency:
    with services.transaction() as session:
        return agency.create(session, NOW)


def _match(services: Services, house: agency.Agency) -> int:
    return directory.match_by_email(services, services.slack(agency.TEAM), house.id)


def test_a_team_is_connected_once(services: Services, practice: Practice) -> None:
    practice.team("T0NEW", "New agency")
    first = directory.sync_team(services, services.slack("T0NEW"))
    again = directory.sync_team(services, services.slack("T0NEW"))
    assert first == again
    with services.reading() as session:
        (workspace,) = session.scalars(select(Workspace))
    assert (workspace.team_id, workspace.name, workspace.bot_user_id) == ("T0NEW", "New agency", first.bot_user_id)


def test_owners_are_matched_to_slack_users_by_email(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    with services.transaction() as session:
        known = agency.member(session, house.id, email="dora@agency.test").id
        unknown = agency.member(session, house.id, email="gone@agency.test").id
    practice.team(agency.TEAM).person("U0DORA", "Dora", email="dora@agency.test", tz="Europe/Madrid", locale="es-ES")
    assert _match(services, house) == 1
    with services.reading() as session:
        dora, gone = session.get_one(Member, known), session.get_one(Member, unknown)
    assert (dora.slack_user_id, dora.tz, dora.locale, dora.account_type) == (
        "U0DORA",
        "Europe/Madrid",
        "es-ES",
        "member",
    )
    assert gone.slack_user_id is None
    assert _match(services, house) == 0


def test_an_outsider_with_an_owners_address_is_not_matched_to_them(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    with services.transaction() as session:
        owner = agency.member(session, house.id, email="dora@agency.test").id
    practice.team(agency.TEAM).person("U0DORA", "Dora", email="dora@agency.test", guest="multi")
    assert _match(services, house) == 0
    with services.reading() as session:
        assert session.get_one(Member, owner).slack_user_id is None


def test_matching_waits_out_a_rate_limit(services: Services, practice: Practice, house: agency.Agency) -> None:
    with services.transaction() as session:
        agency.member(session, house.id, email="dora@agency.test")
    practice.team(agency.TEAM).person("U0DORA", "Dora", email="dora@agency.test")
    practice.fail_next("users.lookupByEmail", error="ratelimited", retry_after=1)
    assert _match(services, house) == 1


def test_other_slack_errors_do_not_count_as_an_unknown_user(
    services: Services, practice: Practice, house: agency.Agency
) -> None:
    practice.team(agency.TEAM)
    practice.fail_next("users.info", error="missing_scope")
    with pytest.raises(SlackApiError, match="missing_scope"):
        directory.sync_user(services, services.slack(agency.TEAM), house.id, "U0X")
    assert directory.sync_user(services, services.slack(agency.TEAM), house.id, "U0X") is None


@pytest.mark.parametrize("email", ["", "dora@agency.test"])
def test_first_clicks_of_a_new_colleague_at_once_make_one_member(
    services: Services, practice: Practice, house: agency.Agency, email: str
) -> None:
    practice.team(agency.TEAM, "Agency").person("U0DORA", "Dora", email="dora@agency.test")
    with services.transaction() as session:  # a row from a spreadsheet: hers, or somebody else's
        agency.member(session, house.id, email=email or "dina@agency.test")
    start = threading.Barrier(8, timeout=PATIENCE_SECONDS)

    def click(_: int) -> int:
        client = services.slack(agency.TEAM)
        start.wait()
        actor = directory.sync_user(services, client, house.id, "U0DORA")
        assert actor is not None
        return actor.member_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(click, range(8)))) == 1
    with services.reading() as session:
        assert session.scalars(select(Member.name).where(Member.email == "dora@agency.test")).all() == ["Dora"]


def test_first_requests_of_a_team_at_once_make_one_workspace(services: Services, practice: Practice) -> None:
    practice.team("T0NEW", "New agency")
    start = threading.Barrier(8, timeout=PATIENCE_SECONDS)

    def connect(_: int) -> int:
        start.wait()
        return directory.sync_team(services, services.slack("T0NEW")).workspace_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(connect, range(8)))) == 1
