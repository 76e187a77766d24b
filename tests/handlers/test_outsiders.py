"""Every entry of the routing tables, tried by people without access; new entries are covered automatically."""

from typing import Any

import pytest
from sqlalchemy import select

import handlers
from bot.infra.models import Base
from bot.views import ids
from tests import agency
from tests.handlers.conftest import Door

ACME = 1
OUTSIDER = "U0OUT"
OUTSIDERS: dict[str, dict[str, Any]] = {
    "a guest": {"guest": "multi"},
    "a single-channel guest": {"guest": "single"},
    "a stranger": {"stranger": True, "team_id": "T0ELSE"},
    "somebody deactivated": {"deleted": True},
    "somebody whom Slack does not show us": {},
}
OWN_NAMES = ("Acme", "Bolt & Sons", "Cedar")
NAMES = (*OWN_NAMES, "Secret")


def _action(action_id: str, surface: str) -> dict[str, Any]:
    carried = ids.pack(client=ACME, contact_no=0, touchpoint=1, snooze=1, surface=surface, scope="team", offset=0)
    action = {"action_id": action_id, "block_id": carried, "action_ts": "1.2"}
    if action_id == ids.SNOOZE:
        return {**action, "type": "static_select", "selected_option": {"value": "1d"}}
    return {**action, "type": "button", "value": carried}


def _press(action_id: str) -> dict[str, Any]:
    return {"type": "block_actions", "container": {"type": "message"}, "actions": [_action(action_id, ids.LIST)]}


def _press_at_home(action_id: str) -> dict[str, Any]:
    view = {"type": "home", "id": "V1", "callback_id": "", "private_metadata": "", "state": {"values": {}}}
    return {
        "type": "block_actions",
        "container": {"type": "view"},
        "view": view,
        "actions": [_action(action_id, ids.HOME)],
    }


def _submission(callback_id: str) -> dict[str, Any]:
    typed: dict[str, dict[str, Any]] = {
        "client": {"selected_option": {"value": str(ACME)}},
        "channel": {"selected_option": {"value": "call"}},
        "direction": {"selected_option": {"value": "out"}},
        "outcome": {"selected_option": {"value": "reached"}},
        "mood": {"selected_option": None},
        "occurred_on": {"selected_date": "2026-11-18"},
        "until": {"selected_date": "2026-11-20"},
        "summary": {"value": "said hello"},
    }
    values = {block: {ids.VALUE: {"type": "x", **state}} for block, state in typed.items()}
    metadata = ids.pack(client=ACME, surface=ids.CARD)
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "state": {"values": values},
    }
    return {"type": "view_submission", "view": view}


def _shortcut(callback_id: str) -> dict[str, Any]:
    if "message" not in callback_id:
        return {"type": "shortcut", "callback_id": callback_id}
    message = {"type": "message", "ts": "1763456400.000100", "text": "Hello", "user": agency.ALICE}
    return {"type": "message_action", "callback_id": callback_id, "message": message, "channel": {"id": "C1"}}


def _suggestions(_: str) -> dict[str, Any]:
    return {"type": "block_suggestion", "action_id": ids.VALUE, "block_id": "client", "value": "a", "container": {}}


ROUTES = [
    *((_press, action_id) for action_id in handlers.ACTIONS),
    *((_press_at_home, action_id) for action_id in handlers.ACTIONS),
    *((_submission, callback_id) for callback_id in handlers.FORMS),
    *((_shortcut, callback_id) for callback_id in handlers.SHORTCUTS),
    (_suggestions, "suggestions"),
]


def _records(door: Door) -> dict[str, list[Any]]:
    """Return everything stored, except the outsider's own member row."""
    with door.services.reading() as session:
        return {
            table.name: [row for row in session.execute(select(table)).all() if OUTSIDER not in row]
            for table in Base.metadata.sorted_tables
        }


def _texts_sent(door: Door, payload: dict[str, Any], team: str, user: str) -> str:
    """Return all text that was sent to anybody because of a delivery."""
    calls, answers = len(door.practice.calls), len(door.answers.received)
    common = {"team": {"id": team}, "user": {"id": user, "team_id": team}, "trigger_id": "1.2.x"}
    in_message = payload["type"] == "message_action" or payload.get("container") == {"type": "message"}
    answer = door.deliver({**common, **({"response_url": door.answers.url} if in_message else {}), **payload})
    is_mute = answer.status_code == 503 and not in_message  # only a modal could say it, and the trigger opens none
    assert answer.status_code == 200 or is_mute, answer.text
    said = [answer.text, *map(str, door.answers.received[answers:])]
    return "\n".join([*said, *(str(call.args) for call in door.practice.calls[calls:])])


@pytest.mark.parametrize("who", OUTSIDERS)
def test_people_who_are_not_members_see_and_change_nothing(door: Door, who: str) -> None:
    door.ask(door.alice, "log acme called")
    if OUTSIDERS[who]:
        door.team.person(OUTSIDER, "Olga", **OUTSIDERS[who])
    before = _records(door)
    for make, name in ROUTES:
        texts = _texts_sent(door, make(name), agency.TEAM, OUTSIDER)
        assert not [client for client in NAMES if client in texts], name
        assert _records(door) == before, name


def test_a_member_of_another_workspace_sees_and_changes_nothing(door: Door) -> None:
    door.ask(door.alice, "log acme called")
    door.ask(door.charlie)
    before = _records(door)
    for make, name in ROUTES:
        texts = _texts_sent(door, make(name), agency.OTHER_TEAM, agency.CHARLIE)
        assert not [client for client in OWN_NAMES if client in texts], name
        assert _records(door) == before, name


def test_a_guests_home_says_politely_why_there_is_nothing(door: Door) -> None:
    olga = door.team.person(OUTSIDER, "Olga", guest="multi")
    olga.open_home()
    door.settle()
    assert olga.home is not None
    assert olga.home.words == "Atrisk is for the agency's own people, so guests can't use it."
