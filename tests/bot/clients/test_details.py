"""What is agreed with a client: changed where nobody else was first, and only what differs from what was shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.clients import clients, details
from bot.infra import db
from bot.infra.models import Client, Workspace
from tests import agency
from tests.conftest import NOW
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        made = agency.create(session, NOW)
        columns: dict[str, Any] = {"owner_id": made.alice, "monthly_fee": 500_000, "renews_on": date(2027, 3, 1)}
        agency.client(session, made.id, "Acme", now=NOW, **columns)
        session.get_one(Workspace, made.id).benchmarks = {"on": "2026-11-18"}
    return made


def _change(engine: Engine, workspace_id: int, shown: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    with db.transaction(engine) as session:
        return details.change(session, workspace_id, 1, shown=shown, wanted={**shown, **wanted})


def _client(engine: Engine) -> Client:
    with db.reading(engine) as session:
        return session.get_one(Client, 1)


def _yardsticks_on(engine: Engine, house: agency.Agency) -> str | None:
    with db.reading(engine) as session:
        known: str | None = session.get_one(Workspace, house.id).benchmarks["on"]
        return known


def test_only_what_differs_from_what_was_shown_is_written(engine: Engine, house: agency.Agency) -> None:
    shown = details.read(_client(engine))
    assert _change(engine, house.id, shown, contact_limit_days=5) == {}
    assert _change(engine, house.id, shown, temperament="sanguine", renews_on=None) == {}
    assert details.read(_client(engine)) == {
        **shown,
        "contact_limit_days": 5,
        "temperament": "sanguine",
        "renews_on": None,
    }


def test_where_somebody_else_was_first_nothing_is_written_and_it_is_told_what_stands(
    engine: Engine, house: agency.Agency
) -> None:
    shown = details.read(_client(engine))
    assert _change(engine, house.id, shown, monthly_fee=600_000, temperament="sanguine") == {}
    others = _change(engine, house.id, shown, monthly_fee=700_000, temperament="sanguine", contact_limit_days=5)
    assert others == {"monthly_fee": 600_000}
    client = _client(engine)
    assert (client.monthly_fee, client.contact_limit_days) == (600_000, None)


def test_the_same_change_again_is_done_already(engine: Engine, house: agency.Agency) -> None:
    shown = details.read(_client(engine))
    for _ in range(2):
        assert _change(engine, house.id, shown, owner_id=house.bob, backup_id=house.alice) == {}
    assert _client(engine).owner_id == house.bob


@pytest.mark.parametrize(
    ("wanted", "outdated"),
    [
        ({"monthly_fee": None}, True),
        ({"status": "lost", "lost_on": date(2026, 11, 1)}, True),
        ({"renews_on": date(2028, 3, 1)}, True),
        ({"contact_limit_days": 5}, False),
        ({}, False),
    ],
)
def test_fees_and_contracts_have_the_agencys_figures_worked_out_anew(
    engine: Engine,
    house: agency.Agency,
    wanted: dict[str, Any],
    outdated: bool,  # noqa: FBT001
) -> None:
    assert _change(engine, house.id, details.read(_client(engine)), **wanted) == {}
    assert (_yardsticks_on(engine, house) is None) is outdated


def test_of_two_at_the_same_moment_one_is_first_and_the_other_is_told(engine: Engine, house: agency.Agency) -> None:
    shown, start = details.read(_client(engine)), Barrier(2, timeout=PATIENCE_SECONDS)

    def pay(fee: int) -> dict[str, Any]:
        start.wait()
        return _change(engine, house.id, shown, monthly_fee=fee)

    with ThreadPoolExecutor(2) as both:
        told = list(both.map(pay, (600_000, 700_000)))
    kept = _client(engine).monthly_fee
    assert sorted(told, key=len) == [{}, {"monthly_fee": kept}]
    assert kept == (600_000, 700_000)[told.index({})]


def test_another_workspace_changes_nothing(engine: Engine, house: agency.Agency) -> None:
    shown = details.read(_client(engine))
    with db.transaction(engine) as session:
        assert clients.get(session, house.other_id, 1) is None
    with pytest.raises(Exception, match="No row was found"):
        _change(engine, house.other_id, shown, monthly_fee=1)
    assert _client(engine).monthly_fee == 500_000
    with db.reading(engine) as session:
        assert details.person(session, house.other_id, house.alice) is None
        assert details.person(session, house.id, None) is None
