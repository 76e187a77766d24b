"""Whatever changes something in Slack leaves an entry in the audit trail, in the same transaction.

The routing table is walked, so that a new button, form, shortcut or event can't be forgotten here.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, func, select

import handlers
from bot.infra.models import AuditEntry, Base, Member
from bot.views import ids
from tests import agency
from tests.handlers.conftest import Door

Act = Callable[[Door], object]
NOT_CHANGED_BY_PEOPLE = {"audit", "processed_events", "outbox", "escalations", "job_slots", "assessments", "breaches"}
"""Tables of what follows from the facts, and of the trail itself."""
OF_A_PERSON = ("role", "digest_time", "workdays", "quiet_days", "country", "away_from", "away_until", "cover_id")
OF_A_CLIENT = (
    *("status", "lost_on", "returns_on", "owner_id", "backup_id", "contact_limit_days", "renews_on", "monthly_fee"),
    *("temperament", "notes", "silent_until", "silent_by_id"),
)
OF_AN_AGENCY = ("country", "policy", "currency")
OPENS = "opens a form, or shows something"
FROM_SLACK = "what Slack says of its own people and of our app: nobody here did it"


def _columns(table: Table) -> list[Any]:
    named = {"members": OF_A_PERSON, "clients": OF_A_CLIENT, "workspaces": OF_AN_AGENCY}.get(table.name)
    return [table.c[name] for name in named] if named else list(table.c)


def _stored(door: Door) -> dict[str, list[Any]]:
    """Everything that people may have changed."""
    with door.services.reading() as session:
        return {
            table.name: sorted(map(str, session.execute(select(*_columns(table))).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_CHANGED_BY_PEOPLE
        }


def _entries(door: Door) -> int:
    with door.services.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _card(door: Door, action_id: str, option: str | None = None) -> None:
    door.click(door.alice, door.ask(door.alice, "acme"), action_id, option)


def _form(door: Door, action_id: str, values: dict[str, Any]) -> None:
    _card(door, action_id)
    assert door.alice.submit(values).ok
    door.settle()


def _undo_contact(door: Door) -> None:
    card = door.ask(door.alice, "log acme called")
    door.click(door.alice, card, ids.UNDO)


def _add_details(door: Door) -> None:
    card = door.ask(door.alice, "log acme called")
    door.click(door.alice, card, ids.DETAILS)
    assert door.alice.submit({"mood": "pleased"}).ok
    door.settle()


def _end_snooze(door: Door) -> None:
    _card(door, ids.SNOOZE, "3d")
    _card(door, ids.UNDO)


def _settings(door: Door) -> None:
    with door.services.transaction() as session:
        session.get_one(Member, door.house.alice).role = "admin"
    before = _entries(door)
    door.alice.command("/atrisk", "settings")
    wanted = {"digest_time": "07:10", "agency_country": "PL", "contact_limit_days": "12"}
    assert door.alice.submit({**wanted, "role_person": agency.BOB, "role": "lead"}).ok
    assert _entries(door) == before + 4


def _back(door: Door) -> None:
    door.ask(door.alice, "away until 2026-12-01")
    door.clock.move(hours=24)
    door.ask(door.alice, "back")


def _mood(door: Door) -> None:
    _form(door, ids.MOOD, {"mood": "uneasy"})


def _resource_card(door: Door) -> None:
    _form(door, ids.RESOURCE_CARD, dict.fromkeys(("pays", "approves", "delivers", "shares", "respects"), "1"))


def _silence(door: Door) -> None:
    _form(door, ids.SILENCE, {"until": "2026-12-01"})


def _snooze_until(door: Door) -> None:
    _card(door, ids.SNOOZE, "date")
    assert door.alice.submit({"until": "2026-12-01"}).ok
    door.settle()


CHANGES: dict[str, Act | str] = {
    ids.CONTACTED: lambda door: _card(door, ids.CONTACTED),
    ids.NO_ANSWER: lambda door: _card(door, ids.NO_ANSWER),
    ids.UNDO: _undo_contact,
    "nudge.undo of a snooze": _end_snooze,
    ids.DETAILS: OPENS,
    ids.SNOOZE: lambda door: _card(door, ids.SNOOZE, "3d"),
    ids.WHY: OPENS,
    ids.OPEN: OPENS,
    ids.SILENCE: OPENS,
    ids.EDIT: OPENS,
    ids.MOOD: OPENS,
    ids.RESOURCE_CARD: OPENS,
    ids.MORE: OPENS,
    ids.PREVIOUS: OPENS,
    ids.SETTINGS: OPENS,
    ids.STATUS: OPENS,
    ids.TOUCHPOINT_FORM: _add_details,
    ids.SNOOZE_FORM: _snooze_until,
    ids.SILENCE_FORM: _silence,
    ids.MOOD_FORM: _mood,
    ids.RESOURCE_CARD_FORM: _resource_card,
    ids.SETTINGS_FORM: _settings,
    ids.CLIENT_FORM: lambda door: _form(door, ids.EDIT, {"monthly_fee": "6000", "temperament": "choleric"}),
    "touchpoint.log": OPENS,
    "touchpoint.log_message": OPENS,
    "app_home_opened": OPENS,
    "user_change": FROM_SLACK,
    "app_uninstalled": FROM_SLACK,
    "tokens_revoked": FROM_SLACK,
    "/atrisk log": lambda door: door.ask(door.alice, "log acme called"),
    "/atrisk away": lambda door: door.ask(door.alice, "away until 2026-12-01"),
    "/atrisk back": _back,
}
"""By the id in the routing table, or the command: what changes something, or why nothing is changed."""


def test_every_way_in_is_known_here() -> None:
    routed = {*handlers.ACTIONS, *handlers.FORMS, *handlers.INPUTS, *handlers.SHORTCUTS, *handlers.EVENTS}
    assert routed <= CHANGES.keys(), "say what it changes, or that it changes nothing"


@pytest.mark.parametrize("name", [name for name, act in CHANGES.items() if not isinstance(act, str)])
def test_what_changes_something_leaves_who_did_it(door: Door, name: str) -> None:
    act, before = CHANGES[name], _stored(door)
    assert not isinstance(act, str)
    act(door)
    assert _stored(door) != before, "nothing was changed: this test shows nothing"
    with door.services.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
    assert entries
    assert {(entry.member_id, entry.via) for entry in entries} == {(door.house.alice, "slack")}


@pytest.mark.parametrize("action_id", [name for name in handlers.ACTIONS if CHANGES.get(name) == OPENS])
def test_what_only_shows_something_changes_nothing(door: Door, action_id: str) -> None:
    value = ids.pack(client=1, contact_no=0, surface=ids.CARD)
    before = _stored(door)
    door.deliver(
        {
            "type": "block_actions",
            "team": {"id": agency.TEAM},
            "user": {"id": agency.ALICE},
            "trigger_id": "1.x",
            "container": {},
            "response_url": door.answers.url,
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1"}],
        }
    )
    assert _stored(door) == before
