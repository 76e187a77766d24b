"""Deadlines, roadmap steps and effort, from an import file to the morning digest."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.importing import importer
from bot.infra.db import transaction
from bot.infra.i18n import translator
from bot.infra.models import Client, Deadline, Effort, RoadmapStep, Touchpoint
from bot.jobs import digest_content
from bot.judging import assessments, deliverables, facts
from bot.people import access
from bot.reporting import client_cards
from bot.views import words
from bot.views.data import Morning
from bot.views.digest import morning_digest
from scoring import facts as scored
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

EN = translator("en-US")

TODAY = NOW.date()  # a Wednesday
Import = Callable[[str, str], None]


@pytest.fixture
def house(engine: Engine) -> Agency:
    """Alice owns Acme, and talked to it yesterday."""
    with transaction(engine) as session:
        house = agency.create(session, NOW)
        acme = agency.client(session, house.id, "Acme", now=NOW, owner_id=house.alice, monthly_fee=200_000)
        contacted_at = NOW - timedelta(days=1)
        session.add(
            Touchpoint(
                workspace_id=house.id,
                client_id=acme.id,
                occurred_at=contacted_at,
                source="import",
                created_at=contacted_at,
            )
        )
    return house


@pytest.fixture
def import_rows(engine: Engine, house: Agency, tmp_path: Path) -> Import:
    """Import rows of a kind for Acme, and assess the clients that are due."""

    def import_rows(kind: str, text: str) -> None:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert importer.import_file(engine, house.id, kind, path, now=NOW).refused == 0
        assess_due(engine, house)

    return import_rows


def assess_due(engine: Engine, house: Agency) -> None:
    with transaction(engine) as session:
        due = list(session.scalars(select(Client.id).where(Client.next_check_at <= NOW)))
        assert due, "no client was made due"
        assessments.reassess(session, house.id, due, NOW)


def morning(engine: Engine, house: Agency, reader: int | None = None) -> Morning:
    with transaction(engine) as session:
        return digest_content.compose(session, house.id, reader or house.alice, NOW)


def digest_text(composed: Morning) -> str:
    return str(morning_digest(composed, translator("en-US"))["text"])


def test_a_deadline_is_announced_the_day_before_ahead_of_anything_else(
    engine: Engine, house: Agency, import_rows: Import
) -> None:
    import_rows("deadlines", f"client,title,internal_due_on\nAcme,Landing page,{TODAY + timedelta(days=1)}\n")
    composed = morning(engine, house)
    assert ([card.name for card in composed.soon], composed.attention) == (["Acme"], ())
    assert "Coming up by Thu, Nov 19: Acme – deadline tomorrow" in digest_text(composed)


def test_a_deadline_is_announced_on_its_day_and_a_missed_one_asks_to_warn_the_client(
    engine: Engine, house: Agency, import_rows: Import
) -> None:
    import_rows("deadlines", f"client,title,internal_due_on\nAcme,Landing page,{TODAY}\n")
    assert "Acme – deadline today" in digest_text(morning(engine, house))
    import_rows(
        "deadlines", f"client,title,internal_due_on,member\nAcme,Report,{TODAY - timedelta(days=1)},bob@agency.test\n"
    )
    import_rows("roadmap", f"client,title,planned_on\nAcme,Review,{TODAY + timedelta(days=5)}\n")
    digest = digest_text(morning(engine, house))
    assert "“Report” (Bob) slipped: it was due yesterday, the client expects it tomorrow." in digest
    assert "Tell the client now, and say you will check in on Mon, Nov 23." in digest


def test_finished_work_is_not_in_the_digest(engine: Engine, house: Agency, import_rows: Import) -> None:
    late = TODAY - timedelta(days=1)
    import_rows("deadlines", f"client,title,internal_due_on\nAcme,Report,{late}\n")
    assert [card.name for card in morning(engine, house).attention] == ["Acme"]
    import_rows("deadlines", f"client,title,internal_due_on,done_on\nAcme,Report,{late},{TODAY}\n")
    composed = morning(engine, house)
    assert (composed.attention, composed.soon, composed.well) == ((), (), ("Acme",))


def test_an_offer_comes_up_on_its_planned_day(engine: Engine, house: Agency, import_rows: Import) -> None:
    import_rows("roadmap", f"client,title,planned_on,kind\nAcme,Spring campaign,{TODAY},offer\n")
    composed = morning(engine, house)
    assert "When you have time: Acme – offer planned for today" in digest_text(composed)
    (offer,) = composed.to_do[0].to_dos
    assert words.reason(offer, EN, TODAY) == "Offer planned for today: “Spring campaign”"
    assert words.next_step(offer, EN) == "Make the offer, and show what the finished work achieved."


def test_a_thin_margin_shows_amounts_only_to_those_who_may_see_them(
    engine: Engine, house: Agency, import_rows: Import
) -> None:
    import_rows("effort", "client,month,hours,hours_budget,hourly_cost,tools_cost\nAcme,2026-10,40,30,40,200.50\n")
    composed = morning(engine, house)
    assert "When you have time: Acme – margin or hours off track" in digest_text(composed)
    (thin,) = composed.to_do[0].to_dos
    said = "October: 10% margin (€1,800 cost, €2,000 fee), 40 hours worked, 30 agreed"
    assert words.reason(thin, EN, TODAY) == said
    with transaction(engine) as session:
        bob, acme = access.actor(session, house.id, house.bob, NOW), session.scalars(select(Client)).one()
        assert bob is not None
        (card,) = client_cards.load(session, house.id, [acme.id], bob, NOW)
    (margin,) = card.signals
    assert margin.evidence.keys() == {"month", "currency"}, "a budget of hours is a fee in disguise"


def test_deadlines_steps_and_effort_are_read_as_far_back_as_needed(engine: Engine, house: Agency) -> None:
    due, old, month = (
        TODAY + timedelta(days=3),
        TODAY - timedelta(days=deliverables.WORK_DAYS + 1),
        TODAY.replace(day=1),
    )
    with transaction(engine) as session:
        acme = session.scalars(select(Client)).one()
        own = {"workspace_id": house.id, "client_id": acme.id}
        session.add_all(
            [
                Deadline(title="Page", internal_due_on=due, promised_on=due, member_id=house.bob, **own),
                Deadline(title="Plan", internal_due_on=due, member_id=house.alice, done_on=TODAY, **own),
                Deadline(title="Old", internal_due_on=old, done_on=old, **own),
                RoadmapStep(title="Offer", planned_on=due, kind="offer", **own),
                RoadmapStep(title="Old", planned_on=old, done_on=old, **own),
                Effort(month=month, hours=9.5, hours_budget=8, hourly_cost=4200, tools_cost=0, **own),
                Effort(month=old.replace(day=1), hours=1, **own),
                Deadline(workspace_id=house.other_id, client_id=acme.id, title="Theirs", internal_due_on=due),
            ]
        )
        client_facts = facts.load(session, house.id, [acme.id], NOW)[acme.id]
    assert client_facts.deadlines == (
        scored.Deadline("Page", due, due, None, "Bob"),
        scored.Deadline("Plan", due, None, TODAY, ""),
    )
    assert client_facts.roadmap == (scored.Step("Offer", due, "offer"),)
    assert client_facts.effort == (scored.Effort(month, 9.5, 8, 4200, 0),)
