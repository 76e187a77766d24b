"""Access control of handlers: people without access get a polite refusal, and nothing is shown or changed."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.infra.models import Member, Touchpoint
from bot.views import ids
from tests import agency, serving
from tests.handlers.conftest import Door, signed

ACME = 1


def _logged(door: Door) -> list[Touchpoint]:
    with door.services.reading() as session:
        return list(session.scalars(select(Touchpoint).where(Touchpoint.undone_at.is_(None))))


def _press(door: Door, user: str, action_id: str, *, team: str = agency.TEAM, home: str = "", **carried: Any) -> Any:
    """Deliver a click as Slack would, by any user and with any button value."""
    value = ids.pack(client=ACME, contact_no=0, surface=ids.CARD, **carried)
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.2"}
    return door.deliver(
        {
            "type": "block_actions",
            "team": {"id": team},
            "user": {"id": user, "team_id": home or team},
            "trigger_id": f"1.{user}.{action_id}",
            "container": {"type": "message", "channel_id": "C1", "message_ts": "1.0"},
            "response_url": door.answers.url,
            "actions": [action],
        }
    )


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        ({"guest": "multi"}, "guests"),
        ({"guest": "single"}, "guests"),
        ({"stranger": True, "team_id": "T0ELSE"}, "agency that installed it"),
    ],
)
def test_guests_and_strangers_are_refused_politely_and_nothing_changes(
    door: Door, standing: dict[str, Any], word: str
) -> None:
    outsider = door.team.person("U0OUT", "Olga", **standing)
    for typed in ("", "team", "acme", "log acme called", "help"):
        answer = outsider.command("/atrisk", typed).message
        assert word in answer.words
        assert "Acme" not in answer.words
    _press(door, "U0OUT", ids.CONTACTED)
    assert word in door.answers.received[-1]["text"]
    outsider.open_home()
    door.settle()
    assert outsider.home is not None
    assert word in outsider.home.words
    assert "Acme" not in outsider.home.words
    assert _logged(door) == []
    with door.services.reading() as session:
        assert "U0OUT" not in set(session.scalars(select(Member.slack_user_id))), "nothing is stored of them"


def test_a_user_from_another_company_in_a_shared_channel_is_refused(door: Door) -> None:
    _press(door, "U0SHARED", ids.CONTACTED, home="T0ELSE")
    assert "agency that installed it" in door.answers.received[-1]["text"]
    assert _logged(door) == []
    with door.services.reading() as session:
        assert "U0SHARED" not in set(session.scalars(select(Member.slack_user_id)))


def test_a_user_that_slack_does_not_show_us_is_a_stranger(door: Door) -> None:
    _press(door, "U0HIDDEN", ids.CONTACTED)
    assert "agency that installed it" in door.answers.received[-1]["text"]
    assert _logged(door) == []


@pytest.mark.parametrize(
    "action_id",
    [
        ids.CONTACTED,
        ids.NO_ANSWER,
        ids.UNDO,
        ids.DETAILS,
        ids.WHY,
        ids.OPEN,
        ids.SILENCE,
        ids.SNOOZE,
        ids.MOOD,
        ids.RESOURCE_CARD,
        ids.EDIT,
    ],
)
def test_a_button_with_another_workspaces_client_does_nothing(door: Door, action_id: str) -> None:
    door.ask(door.alice, "log acme called")
    assert _press(door, agency.CHARLIE, action_id, team=agency.OTHER_TEAM, touchpoint=1).status_code == 200
    told = door.answers.received[-1]["text"]
    assert "Acme" not in told
    assert "Nothing was changed" in told or "out of date" in told
    assert door.charlie.modal is None
    assert len(_logged(door)) == 1


def test_only_who_logged_it_the_owner_or_a_lead_can_undo_a_contact(door: Door) -> None:
    door.team.person("U0DORA", "Dora")
    door.ask(door.alice, "log acme called")
    for action_id in (ids.UNDO, ids.DETAILS):
        _press(door, "U0DORA", action_id, touchpoint=1)
        assert "Only whoever logged this" in door.answers.received[-1]["text"]
    assert len(_logged(door)) == 1
    with door.services.transaction() as session:
        session.scalars(select(Member).where(Member.slack_user_id == "U0DORA")).one().role = "lead"
    _press(door, "U0DORA", ids.UNDO, touchpoint=1)
    assert _logged(door) == []


def test_any_member_can_log_for_any_client_of_the_workspace(door: Door) -> None:
    _press(door, agency.BOB, ids.CONTACTED)
    (logged,) = _logged(door)
    assert logged.member_id == door.house.bob


def test_a_button_with_a_malformed_value_counts_as_too_old(door: Door) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": agency.TEAM},
        "user": {"id": agency.ALICE},
        "trigger_id": "1.x",
        "response_url": door.answers.url,
        "container": {},
    }
    for value in ("", "{}", "[1]", '{"client": true, "surface": "card"}', '{"client": "1", "surface": "card"}'):
        action = {"type": "button", "action_id": ids.CONTACTED, "block_id": "b", "value": value, "action_ts": "1"}
        assert door.deliver({**payload, "actions": [action]}).status_code == 200
        assert "out of date" in door.answers.received[-1]["text"]
    assert _logged(door) == []


def test_a_button_without_a_contact_number_logs_nothing(door: Door) -> None:
    action = {
        "type": "button",
        "action_id": ids.CONTACTED,
        "block_id": "b",
        "value": ids.pack(client=1, surface="card"),
    }
    payload = {
        "type": "block_actions",
        "team": {"id": agency.TEAM},
        "user": {"id": agency.ALICE},
        "trigger_id": "1.x",
        "response_url": door.answers.url,
        "container": {},
        "actions": [action],
    }
    assert door.deliver(payload).status_code == 200
    assert _logged(door) == []


def test_a_member_who_becomes_a_guest_loses_access_at_once(door: Door) -> None:
    assert "Acme" in door.ask(door.alice).words
    door.alice.change(guest="multi")
    assert "guests" in door.ask(door.alice).words


def test_a_user_is_read_from_slack_again_after_a_day(door: Door) -> None:
    door.ask(door.alice)
    assert door.practice.calls_of("users.info") == []
    door.clock.move(hours=25)
    door.ask(door.alice)
    door.ask(door.alice)
    assert len(door.practice.calls_of("users.info")) == 1


def test_an_unsigned_request_is_refused(door: Door) -> None:
    body = f"team_id={agency.TEAM}&user_id={agency.ALICE}&command=%2Fatrisk&text=&trigger_id=1"
    headers = signed(door.practice, body)
    assert serving.post(f"{door.url}/slack/events", content=body, headers=headers).status_code == 200
    forged = {**headers, "x-slack-signature": "v0=" + "0" * 64}
    assert serving.post(f"{door.url}/slack/events", content=body, headers=forged).status_code == 401
    assert serving.post(f"{door.url}/slack/events", content=body + "&x=1", headers=headers).status_code == 401
