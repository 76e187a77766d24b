"""The predicted effect of remedies, compared with actually doing them."""

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
    """Eight clients of Alice, ranked by days without contact; one of Bob; one without an owner."""
    with transaction(engine) as session:
        house = agency.create(session, NOW)
        owners = [*([house.alice] * 8), house.bob, None]
        for number, owner_id in enumerate(owners):
            client = agency.client(
                session,
                house.id,
                f"Client {number}",
                owner_id=owner_id,
                started_on=NOW.date() - 400 * DAY,
                monthly_fee=100_000,
                now=NOW,
            )
            _contact(session, house, client.id, NOW - (20 - number) * DAY)
        agency.invoice(session, house.id, 1, due_on=NOW.date() - 40 * DAY)
        agency.client(session, house.other_id, "Secret", owner_id=house.charlie, now=NOW)
        _assess(session, house)
    return house


def _contact(session: Session, house: Agency, client_id: int, occurred_at: datetime) -> None:
    touchpoints.log(
        session, house.id, client_id, house.alice, seen=None, occurred_at=occurred_at, source="form", now=NOW
    )


def _assess(session: Session, house: Agency) -> None:
    client_ids = session.scalars(select(Client.id).where(Client.workspace_id == house.id)).all()
    assessments.reassess(session, house.id, client_ids, NOW)


def _places(session: Session, owner_id: int | None) -> dict[int, int]:
    """Return the actual places in a list."""
    order = select(Client.id).order_by(Client.priority.desc(), Client.id).where(Client.workspace_id == 1)
    client_ids = session.scalars(order if owner_id is None else order.where(Client.owner_id == owner_id))
    return {client_id: place for place, client_id in enumerate(client_ids, start=1)}


@pytest.mark.parametrize("client_id", range(1, 11))
def test_contacting_a_client_moves_it_to_the_predicted_place(engine: Engine, house: Agency, client_id: int) -> None:
    with transaction(engine) as session:
        owner_id = session.get_one(Client, client_id).owner_id
        explained = what_if.explain(session, house.id, client_id, NOW)
        assert explained.place == _places(session, owner_id)[client_id]
        (contact,) = [remedy for remedy in explained.remedies if remedy.act == "contact"]
        _contact(session, house, client_id, NOW)
        _assess(session, house)
        session.expire_all()
        assert session.get_one(Client, client_id).priority == pytest.approx(contact.priority)
        assert _places(session, owner_id)[client_id] == contact.place


def test_paying_an_invoice_has_the_predicted_effect(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        remedies = what_if.explain(session, house.id, 1, NOW).remedies
        assert [remedy.act for remedy in remedies] == ["contact", "pay"]
        (paid,) = [remedy for remedy in remedies if remedy.act == "pay"]
        bill = session.scalars(select(Invoice)).one()
        bill.status, bill.paid_on, bill.paid_amount = "paid", NOW.date(), bill.amount
        _assess(session, house)
        session.expire_all()
        assert session.get_one(Client, 1).priority == pytest.approx(paid.priority)
        assert _places(session, house.alice)[1] == paid.place


def test_places_of_equal_priorities_follow_the_order_of_the_list(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        session.query(Client).update({"priority": 7.0})
        session.flush()
        assert [what_if.find_places(session, house.id, number, [7.0]) for number in (1, 2, 8)] == [
            [1, 1],
            [2, 2],
            [8, 8],
        ]
        assert what_if.find_places(session, house.id, 10, [7.0, 8.0]) == [10, 10, 1]


def test_another_agencys_client_has_no_place_or_remedies(engine: Engine, house: Agency) -> None:
    with reading(engine) as session:
        assert what_if.explain(session, house.id, 11, NOW) == what_if.Explanation()
        assert what_if.list_remedies(session, house.id, 11, NOW) == ()


def test_a_lost_client_has_no_place(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        session.get_one(Client, 1).status = "lost"
        session.flush()
        explained = what_if.explain(session, house.id, 1, NOW)
        assert (explained.place, explained.remedies) == (None, ())
