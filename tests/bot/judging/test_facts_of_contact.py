"""Reading how a client was contacted: calls, tries, whom with, and the days off of its country."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import Client, Contact, Member, Touchpoint
from bot.judging import assessments, facts
from bot.people import workspaces
from scoring.facts import Client as ClientFacts
from scoring.facts import Observation
from tests import agency
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Client:
    house = agency.create(session, NOW)
    session.get_one(Member, house.alice).country = "PL"
    return agency.client(session, house.id, "Acme", now=NOW, owner_id=house.alice)


def spoke(session: Session, client: Client, days_ago: int, **columns: Any) -> None:
    of = {"workspace_id": client.workspace_id, "client_id": client.id, "source": "import", "created_at": NOW}
    session.add(Touchpoint(occurred_at=NOW - timedelta(days=days_ago), **of, **columns))


def knows(session: Session, client: Client, name: str, *, decides: bool, email: str | None = None) -> None:
    of = {"workspace_id": client.workspace_id, "client_id": client.id, "created_at": NOW, "external_id": name}
    session.add(Contact(name=name, email=email, decision_maker=decides, **of))


def load(session: Session, client: Client) -> ClientFacts:
    return facts.load(session, client.workspace_id, [client.id], NOW)[client.id]


def test_the_last_contact_with_who_decides_is_found_by_name_or_address(session: Session, client: Client) -> None:
    knows(session, client, "Zofia Żak", decides=True, email="zofia@acme.example")
    knows(session, client, "Bob Brown", decides=False)
    spoke(session, client, 50, person="Bob Brown")
    spoke(session, client, 1)
    found = load(session, client)
    assert (found.people_named_from, found.last_decision_maker_at) == (TODAY - timedelta(days=50), None)
    spoke(session, client, 30, person="zofia żak, Bob Brown")
    assert load(session, client).last_decision_maker_at == NOW - timedelta(days=30)
    spoke(session, client, 20, person="Zofia@acme.example")
    spoke(session, client, 10, person="Zofia Żak", outcome="attempt")
    spoke(session, client, 5, person="Zofia Żak", automatic=True)
    assert load(session, client).last_decision_maker_at == NOW - timedelta(days=20)


def test_without_anybody_who_decides_or_any_name_nothing_is_known_of_it(session: Session, client: Client) -> None:
    knows(session, client, "Bob Brown", decides=False)
    spoke(session, client, 3, person="Bob Brown")
    assert load(session, client).people_named_from is None
    knows(session, client, "Zofia", decides=True)
    assert load(session, client).people_named_from == TODAY - timedelta(days=3)


def test_calls_are_read_where_there_is_a_limit_for_them_and_an_automatic_message_is_none(
    session: Session, client: Client
) -> None:
    spoke(session, client, 9, channel="call")
    spoke(session, client, 4, channel="email")
    spoke(session, client, 2, channel="call", automatic=True)
    assert load(session, client).last_call_at is None
    client.call_every_days = 14
    found = load(session, client)
    assert (found.call_every_days, found.last_call_at) == (14, NOW - timedelta(days=9))


def test_the_days_of_tries_are_read(session: Session, client: Client) -> None:
    spoke(session, client, 9, outcome="attempt")
    spoke(session, client, 8)
    spoke(session, client, 4, outcome="attempt")
    spoke(session, client, 1, outcome="attempt")
    spoke(session, client, 1, outcome="attempt", automatic=True)
    found = load(session, client)
    assert found.tried_on == (TODAY - timedelta(days=4), TODAY - timedelta(days=1))
    assert (found.attempts, found.last_attempt_at) == (2, NOW - timedelta(days=1))


@pytest.mark.parametrize(("country", "is_off"), [(None, False), ("PL", False), ("ES", True)])
def test_public_holidays_of_a_clients_own_country_are_read_where_it_is_another(
    session: Session, client: Client, country: str | None, *, is_off: bool
) -> None:
    client.country = country
    assert (date(TODAY.year, 10, 12) in load(session, client).days_off) == is_off


def test_a_mood_logged_with_a_contact_is_an_observation(session: Session, client: Client) -> None:
    spoke(session, client, 3, mood="uneasy")
    spoke(session, client, 2, mood="unhappy", undone_at=NOW)
    spoke(session, client, 1)
    spoke(session, client, -1, mood="pleased")
    spoke(session, client, facts.OBSERVATION_DAYS + 2, mood="neutral")
    observations = load(session, client).observations
    assert observations == (Observation("mood", TODAY - timedelta(days=3), label="uneasy"),)


def test_closing_days_of_the_office_are_days_on_which_nobody_works(session: Session, client: Client) -> None:
    workspaces.set_office_closed(session, client.workspace_id, "2026-12-28..2026-12-30")
    portfolio = facts.read(session, client.workspace_id, [client.id], NOW).portfolio(client.id)
    assert {date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 30)} <= portfolio.holidays
    assert date(2026, 12, 31) not in portfolio.holidays


def test_since_when_a_client_is_paused_is_known_from_its_next_assessment_on(session: Session, client: Client) -> None:
    def assess(days: int) -> date | None:
        assessments.reassess(session, client.workspace_id, [client.id], NOW + timedelta(days=days))
        session.refresh(client)
        return client.paused_since

    assert (assess(0), load(session, client).paused_since) == (None, None)
    client.status = "paused"
    session.flush()
    assert load(session, client).paused_since == TODAY
    assert assess(2) == assess(30) == TODAY + timedelta(days=2)
    client.status = "active"
    assert assess(31) is None
