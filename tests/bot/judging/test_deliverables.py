"""Deadlines, planned steps and effort on their way from a file to the morning's digest."""

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
from bot.views.data import Morning
from bot.views.digest import morning_digest
from scoring import facts as scored
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()  # a Wednesday
Take = Callable[[str, str], None]


@pytest.fixture
def ours(engine: Engine) -> Agency:
    """Alice owns Acme, spoken with yesterday."""
    with transaction(engine) as session:
        made = agency.create(session, NOW)
        acme = agency.client(session, made.id, "Acme", now=NOW, owner_id=made.alice, monthly_fee=200_000)
        spoken = NOW - timedelta(days=1)
        session.add(
            Touchpoint(workspace_id=made.id, client_id=acme.id, occurred_at=spoken, source="import", created_at=spoken)
        )
    return made


@pytest.fixture
def take(engine: Engine, ours: Agency, tmp_path: Path) -> Take:
    """Import rows of a kind, each for Acme, and judge whoever is due."""

    def of(kind: str, text: str) -> None:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert importer.import_file(engine, ours.id, kind, path, now=NOW).refused == 0
        judge(engine, ours)

    return of


def judge(engine: Engine, ours: Agency) -> None:
    with transaction(engine) as session:
        due = list(session.scalars(select(Client.id).where(Client.next_check_at <= NOW)))
        assert due, "nobody was made due"
        assessments.reassess(session, ours.id, due, NOW)


def morning(engine: Engine, ours: Agency, reader: int | None = None) -> Morning:
    with transaction(engine) as session:
        return digest_content.compose(session, ours.id, reader or ours.alice, NOW)


def told(found: Morning) -> str:
    return str(morning_digest(found, translator("en-US"))["text"])


def test_a_deadline_is_told_the_day_before_ahead_of_other_things_that_come_up(
    engine: Engine, ours: Agency, take: Take
) -> None:
    take("deadlines", f"client,title,internal_due_on\nAcme,Landing page,{TODAY + timedelta(days=1)}\n")
    found = morning(engine, ours)
    assert ([card.name for card in found.soon], found.attention) == (["Acme"], ())
    assert "Coming up by Thu, Nov 19: Acme – deadline tomorrow" in told(found)


def test_a_deadline_is_told_on_its_morning_and_a_slip_asks_to_warn_the_client(
    engine: Engine, ours: Agency, take: Take
) -> None:
    take("deadlines", f"client,title,internal_due_on\nAcme,Landing page,{TODAY}\n")
    assert "Acme – deadline today" in told(morning(engine, ours))
    take("deadlines", f"client,title,internal_due_on,member\nAcme,Report,{TODAY - timedelta(days=1)},bob@agency.test\n")
    take("roadmap", f"client,title,planned_on\nAcme,Review,{TODAY + timedelta(days=5)}\n")
    said = told(morning(engine, ours))
    assert "“Report (Bob)” slipped: due yesterday by our own date, promised for tomorrow." in said
    assert "Tell the client now, with the next checkpoint on Mon, Nov 23." in said


def test_work_that_is_done_is_off_the_digest(engine: Engine, ours: Agency, take: Take) -> None:
    late = TODAY - timedelta(days=1)
    take("deadlines", f"client,title,internal_due_on\nAcme,Report,{late}\n")
    assert [card.name for card in morning(engine, ours).attention] == ["Acme"]
    take("deadlines", f"client,title,internal_due_on,done_on\nAcme,Report,{late},{TODAY}\n")
    found = morning(engine, ours)
    assert (found.attention, found.soon, found.well) == ((), (), ("Acme",))


def test_an_offer_opens_on_its_planned_day(engine: Engine, ours: Agency, take: Take) -> None:
    take("roadmap", f"client,title,planned_on,kind\nAcme,Spring campaign,{TODAY},offer\n")
    said = told(morning(engine, ours))
    assert "An offer is planned for today: “Spring campaign”." in said
    assert "Make the offer, with what the finished work has brought." in said


def test_a_thin_margin_is_told_with_its_sums_to_who_may_see_them(engine: Engine, ours: Agency, take: Take) -> None:
    take("effort", "client,month,hours,hours_budget,hourly_cost,tools_cost\nAcme,2026-10,40,30,40,200.50\n")
    said = told(morning(engine, ours))
    assert "October: 10% of the fees left: €1,800 spent on €2,000, 40 hours for 30 agreed." in said
    with transaction(engine) as session:
        bob, acme = access.actor(session, ours.id, ours.bob, NOW), session.scalars(select(Client)).one()
        assert bob is not None
        (card,) = client_cards.load(session, ours.id, [acme.id], bob, NOW)
    (margin,) = card.signals
    assert margin.evidence.keys() == {"month", "currency", "hours", "hours_budget"}


def test_deadlines_steps_and_effort_are_read_as_far_back_as_judging_looks(engine: Engine, ours: Agency) -> None:
    due, old, month = (
        TODAY + timedelta(days=3),
        TODAY - timedelta(days=deliverables.WORK_DAYS + 1),
        TODAY.replace(day=1),
    )
    with transaction(engine) as session:
        acme = session.scalars(select(Client)).one()
        own = {"workspace_id": ours.id, "client_id": acme.id}
        session.add_all(
            [
                Deadline(title="Page", internal_due_on=due, promised_on=due, member_id=ours.bob, **own),
                Deadline(title="Plan", internal_due_on=due, member_id=ours.alice, done_on=TODAY, **own),
                Deadline(title="Old", internal_due_on=old, **own),
                RoadmapStep(title="Offer", planned_on=due, kind="offer", **own),
                RoadmapStep(title="Old", planned_on=old, **own),
                Effort(month=month, hours=9.5, hours_budget=8, hourly_cost=4200, tools_cost=0, **own),
                Effort(month=old.replace(day=1), hours=1, **own),
                Deadline(workspace_id=ours.other_id, client_id=acme.id, title="Theirs", internal_due_on=due),
            ]
        )
        known = facts.load(session, ours.id, [acme.id], NOW)[acme.id]
    assert known.deadlines == (
        scored.Deadline("Page", due, due, None, "Bob"),
        scored.Deadline("Plan", due, None, TODAY, ""),
    )
    assert known.roadmap == (scored.Step("Offer", due, "offer"),)
    assert known.effort == (scored.Effort(month, 9.5, 8, 4200, 0),)
