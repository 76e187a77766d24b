"""What members remark on clients, in both databases."""

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
def ours(session: Session) -> Agency:
    return agency.create(session, NOW)


@pytest.fixture
def client(session: Session, ours: Agency) -> Client:
    return agency.client(session, ours.id, "Acme", now=NOW, owner_id=ours.alice)


def seen(session: Session, client: Client) -> list[tuple[str, date, float | None, str]]:
    known = facts.load(session, client.workspace_id, [client.id], NOW)[client.id]
    return [(each.kind, each.occurred_on, each.value, each.label) for each in known.observations]


def test_a_mood_is_known_to_the_judgement_and_a_second_one_that_day_replaces_it(
    session: Session, ours: Agency, client: Client
) -> None:
    for mood, on in (("unhappy", TODAY - timedelta(days=1)), ("uneasy", TODAY), ("pleased", TODAY)):
        observations.record_mood(session, ours.id, client.id, ours.alice, mood=mood, note="Why", on=on, now=NOW)
    observations.record_mood(session, ours.id, client.id, ours.bob, mood="neutral", note=None, on=TODAY, now=NOW)
    assert sorted(seen(session, client)) == [
        ("mood", TODAY - timedelta(days=1), None, "unhappy"),
        ("mood", TODAY, None, "neutral"),
        ("mood", TODAY, None, "pleased"),
    ]
    notes = session.scalars(select(Observation.note).order_by(Observation.id)).all()
    assert notes == ["Why", "Why", None]


def test_a_card_is_one_a_member_and_month_and_the_last_one_counts(
    session: Session, ours: Agency, client: Client
) -> None:
    earlier = TODAY.replace(day=1)
    for member, on, pays in (
        (ours.alice, earlier - timedelta(days=1), 2),
        (ours.alice, earlier, 0),
        (ours.alice, TODAY, 1),
        (ours.bob, TODAY, 2),
    ):
        observations.record_card(session, ours.id, client.id, member, points={**FULL, "pays": pays}, on=on, now=NOW)
    assert sorted(seen(session, client)) == [
        ("resource_card", earlier - timedelta(days=1), 10.0, ""),
        ("resource_card", TODAY, 9.0, ""),
        ("resource_card", TODAY, 10.0, ""),
    ]


def test_the_answers_of_a_card_are_there_to_be_changed(session: Session, ours: Agency, client: Client) -> None:
    points = dict(zip(observations.QUESTIONS, (2, 1, 0, 2, 1), strict=True))
    assert observations.given_answers(session, ours.id, client.id, ours.alice, TODAY) == {}
    score = observations.record_card(session, ours.id, client.id, ours.alice, points=points, on=TODAY, now=NOW)
    assert score == 6
    assert observations.given_answers(session, ours.id, client.id, ours.alice, TODAY) == points
    assert observations.given_answers(session, ours.id, client.id, ours.bob, TODAY) == {}
    assert observations.given_answers(session, ours.other_id, client.id, ours.alice, TODAY) == {}


@pytest.mark.parametrize("points", [{}, {**FULL, "pays": 3}, {**FULL, "pays": -1}, {**FULL, "manners": 1}])
def test_a_card_that_is_not_whole_is_refused(
    session: Session, ours: Agency, client: Client, points: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="a card has 0 to 2 points"):
        observations.record_card(session, ours.id, client.id, ours.alice, points=points, on=TODAY, now=NOW)


def test_a_mood_that_there_is_not_is_refused(session: Session, ours: Agency, client: Client) -> None:
    with pytest.raises(ValueError, match="'sleepy' is no mood"):
        observations.record_mood(session, ours.id, client.id, ours.alice, mood="sleepy", note=None, on=TODAY, now=NOW)
