"""What would have been open before the bot knew a client: replayed for whom nothing was stored, and for no other."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from bot.infra.db import reading, transaction
from bot.infra.models import Breach, Client
from bot.insight import unrecorded
from bot.insight.history import ClientHistory
from bot.judging import assessments, what_if
from scoring.assess import assess as assess_client
from scoring.assessment import Assessment
from scoring.facts import Client as ClientFacts
from scoring.facts import KnownBreach, Portfolio
from scoring.policy import Policy
from tests import agency
from tests.conftest import NOW

AT = NOW - timedelta(days=10)
OPEN = {"fee_trend": KnownBreach(AT.date() - timedelta(days=3))}


@pytest.fixture
def clients(engine: Engine) -> tuple[int, dict[str, int]]:
    """Return the workspace, and its clients' ids by what was known of them ten days ago."""
    with transaction(engine) as session:
        house = agency.create(session, NOW)
        made = {
            name: agency.client(session, house.id, name, now=NOW, started_on=date(2025, 1, 1), owner_id=house.alice)
            for name in ("imported since", "known by then", "assessed by then", "opened by then", "lost")
        }
        made["known by then"].created_at = AT - timedelta(days=1)
        made["assessed by then"].checked_at = AT
        made["imported since"].checked_at = NOW
        made["lost"].status = "lost"
        session.add(
            Breach(
                workspace_id=house.id, client_id=made["opened by then"].id, signal="contact_gap", level="amber",
                severity=0.5, evidence={}, opened_at=AT, resolved_at=NOW,
            )
        )  # fmt: skip
        return house.id, {name: client.id for name, client in made.items()}


def test_the_past_is_replayed_for_clients_that_were_not_known_nor_assessed_by_then(
    engine: Engine, clients: tuple[int, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, date]] = []

    def replay(history: ClientHistory, _policy: Policy, day: date) -> dict[str, KnownBreach]:
        asked.append((history.name, day))
        return OPEN

    monkeypatch.setattr(unrecorded, "replay_open_breaches", replay)
    workspace_id, ids = clients
    with reading(engine) as session:
        found = unrecorded.load_breaches(session, workspace_id, list(ids.values()), AT)
        assert unrecorded.load_breaches(session, workspace_id, list(ids.values()), NOW) == {}
        assert unrecorded.load_breaches(session, workspace_id, [], AT) == {}
    assert found == {ids["imported since"]: OPEN}
    assert asked == [("imported since", AT.date())]


def test_what_was_replayed_is_a_fact_of_the_assessment_and_of_what_would_lower_it(
    engine: Engine, clients: tuple[int, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def judge(client: ClientFacts, portfolio: Portfolio, policy: Policy, _now: object) -> Assessment:
        seen.append(client.is_open("fee_trend"))
        return assess_client(client, portfolio, policy, AT)

    monkeypatch.setattr(assessments, "assess_client", judge)

    def find_remedies(client: ClientFacts, *_: object) -> tuple[()]:
        seen.append(client.is_open("fee_trend"))
        return ()

    monkeypatch.setattr(what_if, "remedies", find_remedies)
    workspace_id, ids = clients
    client_id = ids["imported since"]
    with transaction(engine) as session:
        for known in ({client_id: OPEN}, {}):
            assessments.preview(session, workspace_id, [client_id], AT, known)
            what_if.list_remedies(session, workspace_id, client_id, AT, known)
            assessments.reassess(session, workspace_id, [client_id], AT, replayed=known)
        assert session.get_one(Client, client_id).checked_at == AT
    assert seen == [True] * 3 + [False] * 3
