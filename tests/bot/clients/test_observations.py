"""Moods and resource cards that members record, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.clients import observations
from bot.infra.db import transaction
from bot.infra.models import Client, Observation
from bot.judging import facts
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()
FULL = dict.fromkeys(observations.QUESTIONS, 2)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> Agency:
    return agency.create(session, NOW)


@pytest.fixture
def client(session: Session, house: Agency) -> Client:
    return agency.client(session, house.id, "Acme", now=NOW, owner_id=house.alice)


def seen(session: Session, client: Client) -> list[tuple[str, date, float | None, str]]:
    client_facts = facts.load(session, client.workspace_id, [client.id], NOW)[client.id]
    return [(each.kind, each.occurred_on, each.value, each.label) for each in client_facts.observations]


def test_a_mood_is_read_as_a_fact_and_a_second_one_that_day_replaces_it(
    session: Session, house: Agency, client: Client
) -> None:
    for mood, on in (("unhappy", TODAY - timedelta(days=1)), ("uneasy", TODAY), ("pleased", TODAY)):
        observations.record_mood(session, house.id, client.id, house.alice, mood=mood, note="Why", on=on, now=NOW)
    observations.record_mood(session, house.id, client.id, house.bob, mood="neutral", note=None, on=TODAY, now=NOW)
    assert sorted(seen(session, client)) == [
        ("mood", TODAY - timedelta(days=1), None, "unhappy"),
        ("mood", TODAY, None, "neutral"),
        ("mood", TODAY, None, "pleased"),
    ]
    notes = session.scalars(select(Observation.note).order_by(Observation.id)).all()
    assert notes == ["Why", "Why", None]


def test_the_last_resource_card_of_a_member_and_month_counts(session: Session, house: Agency, client: Client) -> None:
    earlier = TODAY.replace(day=1)
    for member, on, pays in (
        (house.alice, earlier - timedelta(days=1), 2),
        (house.alice, earlier, 0),
        (house.alice, TODAY, 1),
        (house.bob, TODAY, 2),
    ):
        observations.record_card(session, house.id, client.id, member, points={**FULL, "pays": pays}, on=on, now=NOW)
    assert sorted(seen(session, client)) == [
        ("resource_card", earlier - timedelta(days=1), 10.0, ""),
        ("resource_card", TODAY, 9.0, ""),
        ("resource_card", TODAY, 10.0, ""),
    ]


def test_the_answers_of_a_card_can_be_loaded_to_be_edited(session: Session, house: Agency, client: Client) -> None:
    points = dict(zip(observations.QUESTIONS, (2, 1, 0, 2, 1), strict=True))
    assert observations.load_answers(session, house.id, client.id, house.alice, TODAY) == {}
    score = observations.record_card(session, house.id, client.id, house.alice, points=points, on=TODAY, now=NOW)
    assert score == 6
    assert observations.load_answers(session, house.id, client.id, house.alice, TODAY) == points
    assert observations.load_answers(session, house.id, client.id, house.bob, TODAY) == {}
    assert observations.load_answers(session, house.other_id, client.id, house.alice, TODAY) == {}


@pytest.mark.parametrize("points", [{}, {**FULL, "pays": 3}, {**FULL, "pays": -1}, {**FULL, "manners": 1}])
def test_an_incomplete_card_is_rejected(
    session: Session, house: Agency, client: Client, points: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="a card has 0 to 2 points"):
        observations.record_card(session, house.id, client.id, house.alice, points=points, on=TODAY, now=NOW)


def test_an_unknown_mood_is_rejected(session: Session, house: Agency, client: Client) -> None:
    with pytest.raises(ValueError, match="'sleepy' is not a mood"):
        observations.record_mood(session, house.id, client.id, house.alice, mood="sleepy", note=None, on=TODAY, now=NOW)
