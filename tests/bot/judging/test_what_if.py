"""What is promised of an act, held against really doing it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.clients import touchpoints
from bot.infra.db import reading, transaction
from bot.infra.models import Client, Invoice
from bot.judging import assessments, what_if
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

DAY = timedelta(days=1)


@pytest.fixture
def house(engine: Engine) -> Agency:
    """Eight clients of Alice's, the longer not contacted the higher; one of Bob's, one of nobody's."""
    with transaction(engine) as session:
        made = agency.create(session, NOW)
        owners = [*([made.alice] * 8), made.bob, None]
        for number, owner_id in enumerate(owners):
            client = agency.client(
                session,
                made.id,
                f"Client {number}",
                owner_id=owner_id,
                started_on=NOW.date() - 400 * DAY,
                monthly_fee=100_000,
                now=NOW,
            )
            _contact(session, made, client.id, NOW - (20 - number) * DAY)
        agency.invoice(session, made.id, 1, due_on=NOW.date() - 40 * DAY)
        agency.client(session, made.other_id, "Secret", owner_id=made.charlie, now=NOW)
        _judge(session, made)
    return made


def _contact(session: Session, house: Agency, client_id: int, occurred_at: datetime) -> None:
    touchpoints.log(
        session, house.id, client_id, house.alice, seen=None, occurred_at=occurred_at, source="form", now=NOW
    )


def _judge(session: Session, house: Agency) -> None:
    listed = session.scalars(select(Client.id).where(Client.workspace_id == house.id)).all()
    assessments.reassess(session, house.id, listed, NOW)


def _places(session: Session, owner_id: int | None) -> dict[int, int]:
    """The places that a list really has."""
    order = select(Client.id).order_by(Client.priority.desc(), Client.id).where(Client.workspace_id == 1)
    listed = session.scalars(order if owner_id is None else order.where(Client.owner_id == owner_id))
    return {client_id: place for place, client_id in enumerate(listed, start=1)}


@pytest.mark.parametrize("client_id", range(1, 11))
def test_a_client_that_is_really_contacted_comes_to_the_place_that_was_promised(
    engine: Engine, house: Agency, client_id: int
) -> None:
    with transaction(engine) as session:
        owner_id = session.get_one(Client, client_id).owner_id
        place, told = what_if.place_and_remedies(session, house.id, client_id, NOW)
        assert place == _places(session, owner_id)[client_id]
        (contact,) = [remedy for remedy in told if remedy.act == "contact"]
        _contact(session, house, client_id, NOW)
        _judge(session, house)
        session.expire_all()
        assert session.get_one(Client, client_id).priority == pytest.approx(contact.priority)
        assert _places(session, owner_id)[client_id] == contact.place


def test_an_invoice_really_paid_brings_what_was_promised(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        _, told = what_if.place_and_remedies(session, house.id, 1, NOW)
        assert [remedy.act for remedy in told] == ["contact", "pay"]
        (paid,) = [remedy for remedy in told if remedy.act == "pay"]
        bill = session.scalars(select(Invoice)).one()
        bill.status, bill.paid_on, bill.paid_amount = "paid", NOW.date(), bill.amount
        _judge(session, house)
        session.expire_all()
        assert session.get_one(Client, 1).priority == pytest.approx(paid.priority)
        assert _places(session, house.alice)[1] == paid.place


def test_two_with_one_priority_stand_in_the_order_of_the_list(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        session.query(Client).update({"priority": 7.0})
        session.flush()
        assert [what_if.place(session, house.id, number, house.alice, 7.0) for number in (1, 2, 8)] == [1, 2, 8]
        assert what_if.place(session, house.id, 10, None, 7.0) == 10


def test_another_agencys_client_is_nobodys_here(engine: Engine, house: Agency) -> None:
    with reading(engine) as session:
        assert what_if.place_and_remedies(session, house.id, 11, NOW) == (None, [])
        assert what_if.what_would_lower(session, house.id, 11, NOW) == ()


def test_a_lost_client_has_no_place(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        session.get_one(Client, 1).status = "lost"
        session.flush()
        assert what_if.place_and_remedies(session, house.id, 1, NOW) == (None, [])
