"""Events: the Home tab, changed users, and a team that removes the bot."""

from sqlalchemy import select

from bot.infra.models import Member, Workspace
from tests import agency
from tests.handlers.conftest import Door
from tests.screens import home_of


def test_opening_the_home_tab_shows_the_members_own_list(door: Door) -> None:
    door.alice.open_home()
    assert "Acme" in home_of(door.alice).words
    assert "Cedar" not in home_of(door.alice).words
    assert "2 clients" in home_of(door.alice).words


def test_a_members_new_time_zone_is_stored(door: Door) -> None:
    with door.services.transaction() as session:
        session.get_one(Member, door.house.alice).next_digest_at = door.clock()
    door.alice.change(tz="Asia/Tokyo")
    with door.services.reading() as session:
        alice = session.get_one(Member, door.house.alice)
    assert alice.tz == "Asia/Tokyo"
    assert alice.next_digest_at is None, "the digest job recomputes the next digest"


def test_a_deactivated_member_is_refused(door: Door) -> None:
    door.alice.change(deleted=True)
    with door.services.reading() as session:
        assert session.get_one(Member, door.house.alice).account_type == "deactivated"


def test_users_who_are_not_members_are_not_stored(door: Door) -> None:
    nora = door.team.person("U0NORA", "Nora")
    nora.change(tz="Asia/Tokyo")
    with door.services.reading() as session:
        assert "U0NORA" not in set(session.scalars(select(Member.slack_user_id)))


def test_an_imported_owner_is_matched_when_a_user_gets_that_email(door: Door) -> None:
    with door.services.transaction() as session:
        imported = agency.member(session, door.house.id, email="nora@agency.test").id
    nora = door.team.person("U0NORA", "Nora", email="nora@agency.test")
    nora.change(tz="Asia/Tokyo")
    with door.services.reading() as session:
        assert session.get_one(Member, imported).slack_user_id == "U0NORA"


def test_events_delivered_twice_are_handled_once(door: Door) -> None:
    door.practice.deliver_events_twice()
    door.alice.change(tz="Asia/Tokyo")
    door.alice.open_home()
    assert "Acme" in home_of(door.alice).words
    with door.services.reading() as session:
        assert session.get_one(Member, door.house.alice).tz == "Asia/Tokyo"


def test_a_team_that_removes_the_bot_is_disconnected_and_can_return(door: Door) -> None:
    def connected() -> bool:
        with door.services.reading() as session:
            return session.get_one(Workspace, door.house.id).connected_at is not None

    door.ask(door.alice)
    door.team.uninstall()
    assert not connected()
    door.team.install()
    assert "Acme" in door.ask(door.alice).words
    assert connected()


def test_a_revoked_personal_token_is_ignored(door: Door) -> None:
    door.ask(door.alice)
    door.team.event({"type": "tokens_revoked", "tokens": {"oauth": [agency.ALICE], "bot": []}})
    with door.services.reading() as session:
        assert session.get_one(Workspace, door.house.id).connected_at is not None


def test_an_unhandled_event_is_acknowledged_and_ignored(door: Door) -> None:
    answer = door.deliver(
        {
            "type": "event_callback",
            "team_id": agency.TEAM,
            "event_id": "Ev1",
            "event": {"type": "team_rename", "name": "New"},
        }
    )
    assert answer.status_code == 200
