"""Moods and resource cards, from the client's card in Slack to the ranking."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.infra.models import Assessment, Breach, Observation
from bot.views import ids
from tests import agency
from tests.handlers.conftest import Door
from tests.screens import modal_of

ACME = 1
HARDLY = {"pays": "0", "approves": "1", "delivers": "0", "shares": "1", "respects": "1"}


def _observations(door: Door) -> list[tuple[str, float | None, str | None, str | None]]:
    with door.services.reading() as session:
        rows = session.scalars(select(Observation).order_by(Observation.id))
        return [(row.kind, row.value, row.label, row.note) for row in rows]


def _open_breaches(door: Door) -> set[str]:
    with door.services.reading() as session:
        mine = (Breach.client_id == ACME, Breach.resolved_at.is_(None))
        return set(session.scalars(select(Breach.signal).where(*mine)))


def _open(door: Door, action_id: str) -> None:
    door.click(door.alice, door.ask(door.alice, "acme"), action_id)
    assert door.alice.modal is not None


def test_a_mood_is_recorded_and_assessed_at_once(door: Door) -> None:
    _open(door, ids.MOOD)
    assert "Acme" in modal_of(door.alice).words
    assert door.alice.submit({"mood": "unhappy", "note": "Short answers"}).ok
    assert _observations(door) == [("mood", None, "unhappy", "Short answers")]
    assert "mood" in _open_breaches(door)
    assert "Noted how Acme seems." in modal_of(door.alice).words
    assert "seemed unhappy" in door.ask(door.alice, "acme").words


def test_a_better_mood_resolves_the_breach_of_a_worse_one(door: Door) -> None:
    for mood in ("uneasy", "pleased"):
        _open(door, ids.MOOD)
        assert door.alice.submit({"mood": mood}).ok
    assert _observations(door) == [("mood", None, "pleased", None)]
    assert "mood" not in _open_breaches(door)


def test_a_resource_card_gives_a_score_out_of_ten(door: Door) -> None:
    _open(door, ids.RESOURCE_CARD)
    assert door.alice.submit(HARDLY).ok
    answers = "pays 0, approves 1, delivers 0, shares 1, respects 1"
    assert _observations(door) == [("resource_card", 3.0, None, answers)]
    assert "resource_score" in _open_breaches(door)
    assert "3 of 10" in modal_of(door.alice).words


def test_a_second_card_in_a_month_starts_from_the_first_and_replaces_it(door: Door) -> None:
    _open(door, ids.RESOURCE_CARD)
    assert door.alice.submit(HARDLY).ok
    door.clock.move(hours=24 * 3)
    _open(door, ids.RESOURCE_CARD)
    assert door.alice.submit({"pays": "2", "respects": "2"}).ok
    ((_, score, _, _),) = _observations(door)
    assert score == 6.0
    assert "resource_score" not in _open_breaches(door)


def test_a_form_delivered_twice_is_recorded_once(door: Door) -> None:
    _open(door, ids.MOOD)
    assert door.alice.submit({"mood": "uneasy"}).ok
    sent = door.practice.deliveries[-1]
    _open(door, ids.MOOD)
    assert door.alice.submit({"mood": "pleased"}).ok
    door.practice.redeliver(sent)
    assert _observations(door) == [("mood", None, "pleased", None)]


@pytest.mark.parametrize(
    ("form", "filled", "wrong"),
    [
        (ids.MOOD_FORM, {"mood": "sleepy"}, "mood"),
        (ids.MOOD_FORM, {}, "mood"),
        (ids.MOOD_FORM, {"mood": "pleased", "note": "x" * 301}, "note"),
        (ids.RESOURCE_CARD_FORM, {**HARDLY, "shares": "3"}, "shares"),
        (ids.RESOURCE_CARD_FORM, {**HARDLY, "shares": "-1"}, "shares"),
        (ids.RESOURCE_CARD_FORM, {"pays": "1"}, "approves"),
    ],
)
def test_values_that_the_form_cannot_send_are_refused_at_the_field(
    door: Door, form: str, filled: dict[str, str], wrong: str
) -> None:
    answer = door.deliver(_submission(form, filled, agency.ALICE, agency.TEAM))
    assert answer.json()["errors"].keys() == {wrong}
    assert _observations(door) == []


@pytest.mark.parametrize(("form", "filled"), [(ids.MOOD_FORM, {"mood": "pleased"}), (ids.RESOURCE_CARD_FORM, HARDLY)])
def test_a_form_with_another_workspaces_client_records_nothing(door: Door, form: str, filled: dict[str, str]) -> None:
    answer = door.deliver(_submission(form, filled, agency.CHARLIE, agency.OTHER_TEAM))
    assert "Acme" not in answer.text
    assert _observations(door) == []


def test_any_member_may_give_feedback_on_any_client(door: Door) -> None:
    door.click(door.bob, door.ask(door.bob, "acme"), ids.MOOD)
    assert door.bob.submit({"mood": "neutral"}).ok
    assert _observations(door) == [("mood", None, "neutral", None)]


def test_a_mood_fades_and_the_client_is_assessed_again_the_next_day(door: Door) -> None:
    _open(door, ids.MOOD)
    assert door.alice.submit({"mood": "uneasy"}).ok
    with door.services.reading() as session:
        judged = session.scalars(select(Assessment).where(Assessment.client_id == ACME)).one()
        (answers,) = [signal for signal in judged.signals if signal["name"] == "mood"]
    assert answers["until"] == str(door.clock().date() + timedelta(days=1))


def _submission(form: str, filled: dict[str, str], user: str, team: str) -> dict[str, Any]:
    """Build a submission as Slack would send it, with any values."""
    values = {
        block: {"value": {"value": value} if block == "note" else {"selected_option": {"value": value}}}
        for block, value in filled.items()
    }
    return {
        "type": "view_submission",
        "team": {"id": team},
        "user": {"id": user, "team_id": team},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": form,
            "private_metadata": ids.pack(client=ACME, surface=ids.CARD),
            "state": {"values": values},
        },
    }
