"""Changing client details: only what differs from what was shown, and nothing if somebody else was first."""

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
        house = agency.create(session, NOW)
        columns: dict[str, Any] = {"owner_id": house.alice, "monthly_fee": 500_000, "renews_on": date(2027, 3, 1)}
        agency.client(session, house.id, "Acme", now=NOW, **columns)
        session.get_one(Workspace, house.id).benchmarks_on = NOW.date()
    return house


def _change(engine: Engine, workspace_id: int, shown: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    with db.transaction(engine) as session:
        return details.change(session, workspace_id, 1, shown=shown, wanted={**shown, **wanted}, by=None, now=NOW)


def _client(engine: Engine) -> Client:
    with db.reading(engine) as session:
        return session.get_one(Client, 1)


def _benchmarks_on(engine: Engine, house: agency.Agency) -> date | None:
    with db.reading(engine) as session:
        return session.get_one(Workspace, house.id).benchmarks_on


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


def test_nothing_is_written_if_somebody_else_was_first_and_the_current_values_are_returned(
    engine: Engine, house: agency.Agency
) -> None:
    shown = details.read(_client(engine))
    assert _change(engine, house.id, shown, monthly_fee=600_000, temperament="sanguine") == {}
    others = _change(engine, house.id, shown, monthly_fee=700_000, temperament="sanguine", contact_limit_days=5)
    assert others == {"monthly_fee": 600_000}
    client = _client(engine)
    assert (client.monthly_fee, client.contact_limit_days) == (600_000, None)


def test_repeating_a_change_is_no_conflict(engine: Engine, house: agency.Agency) -> None:
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
def test_changed_fees_and_contracts_make_the_benchmarks_outdated(
    engine: Engine,
    house: agency.Agency,
    wanted: dict[str, Any],
    outdated: bool,  # noqa: FBT001
) -> None:
    assert _change(engine, house.id, details.read(_client(engine)), **wanted) == {}
    assert (_benchmarks_on(engine, house) is None) is outdated


def test_of_two_simultaneous_changes_one_gets_the_conflict(engine: Engine, house: agency.Agency) -> None:
    shown, start = details.read(_client(engine)), Barrier(2, timeout=PATIENCE_SECONDS)

    def pay(fee: int) -> dict[str, Any]:
        start.wait()
        return _change(engine, house.id, shown, monthly_fee=fee)

    with ThreadPoolExecutor(2) as both:
        conflicts = list(both.map(pay, (600_000, 700_000)))
    saved = _client(engine).monthly_fee
    assert sorted(conflicts, key=len) == [{}, {"monthly_fee": saved}]
    assert saved == (600_000, 700_000)[conflicts.index({})]


def test_another_workspaces_client_cannot_be_changed(engine: Engine, house: agency.Agency) -> None:
    shown = details.read(_client(engine))
    with db.transaction(engine) as session:
        assert clients.get(session, house.other_id, 1) is None
    with pytest.raises(Exception, match="No row was found"):
        _change(engine, house.other_id, shown, monthly_fee=1)
    assert _client(engine).monthly_fee == 500_000
    with db.reading(engine) as session:
        assert details.find_person(session, house.other_id, house.alice) is None
        assert details.find_person(session, house.id, None) is None
