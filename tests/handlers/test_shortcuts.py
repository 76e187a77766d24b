"""Shortcuts, and the form that they open."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.infra import db
from bot.infra.models import Touchpoint
from tests import agency
from tests.conftest import NOW
from tests.handlers.conftest import Door
from tests.screens import modal_of


def _touchpoints(door: Door) -> list[Touchpoint]:
    with door.services.reading() as session:
        return list(session.scalars(select(Touchpoint).order_by(Touchpoint.id)))


def _open(door: Door) -> None:
    assert door.alice.shortcut("touchpoint.log").ok
    assert door.alice.modal is not None


def test_a_contact_is_logged_from_anywhere(door: Door) -> None:
    _open(door)
    filled = {"client": "2", "channel": "meeting", "direction": "in", "mood": "pleased", "summary": "They are happy"}
    assert door.alice.submit(filled).ok
    (logged,) = _touchpoints(door)
    assert (logged.client_id, logged.channel, logged.direction, logged.mood) == (2, "meeting", "in", "pleased")
    assert (logged.summary, logged.source, logged.occurred_at) == ("They are happy", "form", NOW)
    assert "Bolt & Sons" in modal_of(door.alice).words, "the form says what was done"


def test_an_older_contact_does_not_become_the_last_one(door: Door) -> None:
    door.ask(door.alice, "log acme called")
    last = door.ask(door.alice, "acme").words
    _open(door)
    assert door.alice.submit({"client": "1", "occurred_on": "2026-10-01"}).ok
    assert [one.occurred_at.date().isoformat() for one in _touchpoints(door)] == ["2026-11-18", "2026-10-01"]
    again = door.ask(door.alice, "acme").words
    assert "Last contact: today" in last
    assert "Last contact: today" in again


@pytest.mark.parametrize(
    ("field", "typed"),
    [("occurred_on", "2026-11-19"), ("occurred_on", None)],
)
def test_invalid_values_are_refused_at_the_field_and_nothing_is_saved(
    door: Door, field: str, typed: str | None
) -> None:
    _open(door)
    reaction = door.alice.submit({"client": "1", field: typed})
    assert reaction.field_errors.keys() == {field}
    assert _touchpoints(door) == []


def test_a_form_submitted_again_after_an_error_is_saved_once(door: Door) -> None:
    _open(door)
    assert door.alice.submit({"client": "1", "occurred_on": "2030-01-01"}).field_errors
    assert door.alice.submit({"client": "1", "occurred_on": "2026-11-18"}).ok
    door.practice.redeliver(door.practice.deliveries[-1])
    assert len(_touchpoints(door)) == 1


def test_a_form_with_another_workspaces_client_is_refused(door: Door) -> None:
    assert door.charlie.shortcut("touchpoint.log").ok
    view = modal_of(door.charlie)
    values: dict[str, dict[str, dict[str, Any]]] = {
        block: {"value": {"selected_option": {"value": value}}} for block, value in _CHOICES.items()
    }
    values["occurred_on"] = {"value": {"selected_date": "2026-11-18"}}
    values["client"] = {"value": {"selected_option": {"value": "1"}}}
    payload = {
        "type": "view_submission",
        "team": {"id": agency.OTHER_TEAM},
        "user": {"id": agency.CHARLIE, "team_id": agency.OTHER_TEAM},
        "view": {
            "id": view.id,
            "type": "modal",
            "callback_id": view.callback_id,
            "private_metadata": view.private_metadata,
            "state": {"values": values},
        },
    }
    answer = door.deliver(payload)
    assert "no longer exists" in answer.text
    assert _touchpoints(door) == []


_CHOICES = {"channel": "call", "direction": "out", "outcome": "reached"}


def test_a_message_becomes_a_contact_with_its_text(door: Door) -> None:
    card = door.ask(door.alice)
    assert card.ephemeral
    channel = door.team.channel("C0GENERAL", "general", members=[door.alice, door.bob], with_bot=False)
    door.bob.say("Acme wants <more> & better", channel)
    message = door.alice.messages(channel)[-1]
    assert door.alice.shortcut("touchpoint.log_message", message=message).ok
    assert door.alice.submit({"client": "1"}).ok
    (logged,) = _touchpoints(door)
    assert (logged.summary, logged.channel, logged.direction) == ("Acme wants <more> & better", "chat", "in")


def test_with_many_clients_one_is_found_by_typing(door: Door) -> None:
    with db.transaction(door.services.engine) as session:
        for number in range(120):
            agency.client(session, door.house.id, f"Row {number:03}", owner_id=door.house.bob, now=NOW)
        agency.client(session, door.house.other_id, "Row secret", owner_id=door.house.charlie, now=NOW)
    _open(door)
    offered = door.alice.suggestions(modal_of(door.alice), "value", typed="row 11")
    assert [option["text"]["text"] for option in offered] == [f"Row {number}" for number in range(110, 120)]
    assert door.alice.suggestions(modal_of(door.alice), "value", typed="secret") == []
    assert door.alice.submit({"client": offered[3]["value"]}).ok
    assert len(_touchpoints(door)) == 1


def test_a_messages_markup_is_read_as_its_readers_see_it(door: Door) -> None:
    door.ask(door.bob)
    channel = door.team.channel("C0GENERAL", "general", members=[door.alice, door.bob], with_bot=False)
    door.bob.say("Hello", channel)
    text = "<@U0BOB> sent <https://acme.test/plan|the plan> to <mailto:jo@acme.test|jo@acme.test> &amp; co"
    message = replace(door.alice.messages(channel)[-1], text=text)
    assert door.alice.shortcut("touchpoint.log_message", message=message).ok
    assert door.alice.submit({"client": "1"}).ok
    (logged,) = _touchpoints(door)
    assert logged.summary == "@Bob sent the plan (https://acme.test/plan) to jo@acme.test & co"


def test_a_message_that_does_not_fit_is_cut_and_says_so(door: Door) -> None:
    channel = door.team.channel("C0GENERAL", "general", members=[door.alice, door.bob], with_bot=False)
    door.bob.say("x" * 2500, channel)
    message = door.alice.messages(channel)[-1]
    assert door.alice.shortcut("touchpoint.log_message", message=message).ok
    assert "The message has 2,500 characters; only the first 2,000 fit." in modal_of(door.alice).words


def test_an_attempt_takes_no_mood(door: Door) -> None:
    _open(door)
    refused = door.alice.submit({"client": "1", "outcome": "attempt", "mood": "pleased"})
    assert refused.field_errors == {"mood": "There was no answer, so leave this empty."}
    assert _touchpoints(door) == []
