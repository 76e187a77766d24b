"""Several clients that turned worse together are told to the leads as one thing, and once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from bot.infra.db import transaction
from bot.infra.models import Assessment, Breach, Client, OutboxMessage
from bot.judging import clusters
from bot.views.team_data import Cluster
from scoring.policy import Policy
from tests import agency
from tests.conftest import NOW

DAY = timedelta(days=1)
Add = Callable[..., int]


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with transaction(engine) as session:
        return agency.create(session, NOW)


@pytest.fixture
def add(engine: Engine, house: agency.Agency) -> Add:
    """Add a client of Bob, known for a month, with an open breach; return the breach's id."""

    def add_turned(
        name: str,
        signal: str = "contact_gap",
        *,
        red_at: datetime | None = NOW - DAY,
        opened_at: datetime = NOW - 2 * DAY,
        known_at: datetime = NOW - 30 * DAY,
        source: str | None = None,
        owner: int | None = None,
        **columns: object,
    ) -> int:
        with transaction(engine) as session:
            client = agency.client(session, house.id, name, now=NOW, owner_id=owner or house.bob, **columns)
            session.add(
                Assessment(
                    client_id=client.id, on=known_at.date(), workspace_id=house.id, assessed_at=known_at, risk=0.0,
                    colour="green", priority=0.0, value=1.0, relationship=1.0, timing=1.0, effort=1.0, signals=[],
                )
            )  # fmt: skip
            breach = Breach(
                workspace_id=house.id, client_id=client.id, signal=signal, level="red" if red_at else "amber",
                severity=0.9, evidence={"source": source} if source else {}, opened_at=opened_at, red_at=red_at,
            )  # fmt: skip
            session.add(breach)
            session.flush()
            return breach.id

    return add_turned


def find(engine: Engine, house: agency.Agency, lead: int | None = None, **limits: int) -> list[Cluster]:
    with transaction(engine) as session:
        return list(clusters.load_new(session, house.id, lead or house.alice, Policy(**limits), NOW))


def test_five_clients_of_one_member_that_turned_red_or_uneasy_within_a_week_are_one_cluster(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    for number in range(3):
        add(f"Red {number}")
    add("Uneasy", "mood", red_at=None)
    assert find(engine, house) == []
    add("Red later", opened_at=NOW - 20 * DAY)
    (cluster,) = find(engine, house)
    assert (cluster.person and cluster.person.name, cluster.source) == ("Bob", None)
    assert set(cluster.clients) == {"Red 0", "Red 1", "Red 2", "Uneasy", "Red later"}
    assert find(engine, house, lead=house.bob) == []
    assert [len(each.clients) for each in find(engine, house, cluster_size=4)] == [5]
    assert find(engine, house, cluster_size=6) == []


def test_what_does_not_count_as_turning_worse(engine: Engine, house: agency.Agency, add: Add) -> None:
    add("Long ago", red_at=NOW - 8 * DAY, opened_at=NOW - 8 * DAY)
    add("First look", known_at=NOW - DAY, opened_at=NOW - DAY)
    add("Amber", red_at=None)
    add("To-do", "margin")
    add("Paused", status="paused")
    add("Alice's", owner=house.alice)
    resolved = add("Resolved")
    with transaction(engine) as session:
        session.execute(update(Breach).where(Breach.id == resolved).values(resolved_at=NOW))
    assert find(engine, house, cluster_size=2) == []
    add("One")
    add("Two")
    (cluster,) = find(engine, house, cluster_size=2)
    assert cluster.clients == ("One", "Two")


def test_one_source_that_became_dear_at_many_clients_is_one_cluster_whoever_owns_them(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    for number in range(5):
        owner = house.bob if number % 2 else house.alice
        add(f"C{number}", "cost_per_result", red_at=None, source="Meta Ads", owner=owner)
    add("Other", "cost_per_result", red_at=None, source="Google Ads")
    add("Unknown", "cost_per_result", red_at=None)
    (cluster,) = find(engine, house)
    assert (cluster.person, cluster.source, len(cluster.clients)) == (None, "Meta Ads", 5)


def test_a_cluster_is_told_once_and_what_joins_it_later_makes_no_new_one(
    engine: Engine, house: agency.Agency, add: Add
) -> None:
    told = [add(f"C{number}") for number in range(5)]
    with transaction(engine) as session:
        for state, ids in (("sent", told), ("expired", [*told, 999])):
            session.add(
                OutboxMessage(
                    workspace_id=house.id, member_id=house.alice, kind="digest", key=f"digest:{state}", body={},
                    data={"clusters": [{"breach_ids": ids}]}, state=state, created_at=NOW - DAY, not_before=NOW - DAY,
                )
            )  # fmt: skip
        session.add(
            OutboxMessage(
                workspace_id=house.id, member_id=house.alice, kind="digest", key="digest:old", body={},
                data={}, state="sent", created_at=NOW - 2 * DAY, not_before=NOW - 2 * DAY,
            )
        )  # fmt: skip
    add("Joined")
    assert find(engine, house) == []
    with transaction(engine) as session:
        session.execute(update(Client).values(owner_id=house.alice))
        found = clusters.load_new(session, house.id, house.bob, Policy(), NOW)
    assert [len(each.clients) for each in found] == [6]
    for number in range(5):
        add(f"New {number}")
    assert [set(each.clients) for each in find(engine, house)] == [{f"New {number}" for number in range(5)}]
