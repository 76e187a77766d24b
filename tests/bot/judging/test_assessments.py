"""Assessments, breaches and snoozes as contacts are logged, undone and amended."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bot.clients import snoozes, touchpoints
from bot.infra.db import transaction
from bot.infra.models import Assessment, Breach, Client, Invoice, Member, Snooze, Touchpoint, Workspace
from bot.judging import assessments
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> Agency:
    return agency.create(session, NOW)


def add_neglected_client(
    session: Session, house: Agency, days: int = 15, name: str = "Acme", at: datetime = NOW
) -> Client:
    """Create a client whose last contact was `days` days ago."""
    client = agency.client(session, house.id, name, now=at, owner_id=house.alice, started_on=date(2025, 1, 1))
    add_contact(session, client, at - timedelta(days=days))
    return client


def add_contact(session: Session, client: Client, at: datetime) -> Touchpoint:
    touchpoint = Touchpoint(
        workspace_id=client.workspace_id, client_id=client.id, occurred_at=at, source="import", created_at=at
    )
    session.add(touchpoint)
    session.flush()
    return touchpoint


def add_overdue_invoice(session: Session, client: Client, days_late: int) -> Invoice:
    due_on = TODAY - timedelta(days=days_late)
    invoice = Invoice(
        workspace_id=client.workspace_id,
        client_id=client.id,
        number="2026-17",
        issued_on=due_on - timedelta(days=14),
        due_on=due_on,
        amount=120_000,
        currency="EUR",
    )
    session.add(invoice)
    session.flush()
    return invoice


def click_contacted(session: Session, client: Client, at: datetime) -> Touchpoint:
    """Do what a click on Contacted does."""
    session.refresh(client)
    logged = touchpoints.log(
        session, client.workspace_id, client.id, None, seen=client.contact_no, occurred_at=at, source="nudge", now=at
    )
    assert logged.touchpoint
    assessments.reassess(session, client.workspace_id, [client.id], at, touchpoint_id=logged.touchpoint.id)
    return logged.touchpoint


def click_undo(session: Session, touchpoint: Touchpoint, at: datetime) -> None:
    """Do what a click on Undo does."""
    assert touchpoints.undo(session, touchpoint.workspace_id, touchpoint.id, at, by=None)
    assessments.reassess(session, touchpoint.workspace_id, [touchpoint.client_id], at, touchpoint_id=touchpoint.id)


def breaches_by_signal(session: Session, client: Client) -> dict[str, Breach]:
    session.expire_all()
    rows = session.scalars(select(Breach).where(Breach.client_id == client.id).order_by(Breach.id)).all()
    return {row.signal: row for row in rows}


def test_assessing_stores_the_days_assessment_and_copies_it_to_the_client(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    (judged,) = assessments.reassess(session, house.id, [client.id], NOW)
    session.refresh(client)
    stored = session.scalars(select(Assessment)).one()
    assert (stored.on, stored.risk, stored.colour, stored.priority) == (
        TODAY,
        judged.risk,
        judged.colour,
        judged.priority,
    )
    assert (client.risk, client.colour, client.priority) == (judged.risk, judged.colour, judged.priority)
    assert (client.assessed_on, client.checked_at, client.check_error) == (TODAY, NOW, None)
    assert client.next_check_at == judged.next_change_at
    assert [signal["name"] for signal in stored.signals if signal["state"] == "breach"] == ["contact_gap"]


def test_a_second_assessment_replaces_the_first_on_the_same_day_only(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    for at in (NOW, NOW + timedelta(hours=1), TOMORROW):
        assessments.reassess(session, house.id, [client.id], at)
    rows = session.execute(select(Assessment.on, Assessment.assessed_at).order_by(Assessment.on)).all()
    assert [tuple(row) for row in rows] == [(TODAY, NOW + timedelta(hours=1)), (TOMORROW.date(), TOMORROW)]


def test_a_breach_that_gets_worse_stays_one_row_and_records_when_it_turned_red(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house, days=12)
    assessments.reassess(session, house.id, [client.id], NOW)
    first = breaches_by_signal(session, client)["contact_gap"]
    assert (first.level, first.opened_at, first.red_at) == ("amber", NOW, None)
    later = NOW + timedelta(days=8)
    assessments.reassess(session, house.id, [client.id], later)
    (row,) = session.scalars(select(Breach)).all()
    session.refresh(row)
    assert (row.level, row.opened_at, row.red_at) == ("red", NOW, later)


def test_a_contact_resolves_the_contact_breach_and_no_other(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    add_overdue_invoice(session, client, days_late=35)
    assessments.reassess(session, house.id, [client.id], NOW)
    touchpoint = click_contacted(session, client, NOW)
    found = breaches_by_signal(session, client)
    assert (found["contact_gap"].resolved_at, found["contact_gap"].resolved_by) == (NOW, touchpoint.id)
    assert found["invoice_overdue"].resolved_at is None


def test_other_breaches_resolved_at_the_same_time_are_not_attributed_to_the_contact(
    session: Session, house: Agency
) -> None:
    client = add_neglected_client(session, house)
    invoice = add_overdue_invoice(session, client, days_late=35)
    assessments.reassess(session, house.id, [client.id], NOW)
    invoice.status = "paid"
    session.flush()
    click_contacted(session, client, NOW)
    paid = breaches_by_signal(session, client)["invoice_overdue"]
    assert (paid.resolved_at, paid.resolved_by) == (NOW, None)


def test_undo_reopens_the_same_breach_unchanged(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house, days=19)
    assessments.reassess(session, house.id, [client.id], NOW)
    before = breaches_by_signal(session, client)["contact_gap"]
    before.announced_at = before.interrupted_at = NOW
    session.flush()
    original = {name: getattr(before, name) for name in Breach.__table__.columns.keys()}  # noqa: SIM118  # columns, not rows
    touchpoint = click_contacted(session, client, NOW + timedelta(minutes=1))
    click_undo(session, touchpoint, NOW + timedelta(minutes=2))
    after = breaches_by_signal(session, client)["contact_gap"]
    assert {name: getattr(after, name) for name in original} == original
    assert session.scalars(select(Breach)).all() == [after]


def test_undo_does_not_reopen_a_breach_that_another_contact_resolves(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    assessments.reassess(session, house.id, [client.id], NOW)
    touchpoint = click_contacted(session, client, NOW)
    add_contact(session, client, NOW)
    click_undo(session, touchpoint, NOW)
    assert breaches_by_signal(session, client)["contact_gap"].resolved_at == NOW


def test_a_breach_is_attributed_to_the_remaining_contact_and_later_opens_anew(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house, days=20)
    assessments.reassess(session, house.id, [client.id], NOW)
    opened = breaches_by_signal(session, client)["contact_gap"]
    opened.announced_at = opened.interrupted_at = NOW
    first, second = click_contacted(session, client, NOW), click_contacted(session, client, NOW + timedelta(minutes=1))
    click_undo(session, first, NOW + timedelta(minutes=2))
    assert breaches_by_signal(session, client)["contact_gap"].resolved_by == second.id

    month_later = NOW + timedelta(days=30)
    judged = assessments.assess(session, house.id, [client.id], month_later)
    assert assessments.save(session, house.id, judged, month_later) == {client.id}
    after = breaches_by_signal(session, client)["contact_gap"]
    assert (after.opened_at, after.red_at, after.announced_at) == (month_later, month_later, None)


def test_undoing_two_contacts_one_after_the_other_reopens_the_breach(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house, days=20)
    assessments.reassess(session, house.id, [client.id], NOW)
    original = breaches_by_signal(session, client)["contact_gap"].id
    first, second = click_contacted(session, client, NOW), click_contacted(session, client, NOW + timedelta(minutes=1))
    for touchpoint in (first, second):
        click_undo(session, touchpoint, NOW + timedelta(minutes=2))
    (after,) = session.scalars(select(Breach).where(Breach.signal == "contact_gap")).all()
    assert (after.id, after.opened_at, after.resolved_at, after.resolved_by) == (original, NOW, None, None)


def test_changing_a_contact_to_an_attempt_reopens_the_breach(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house, days=20)
    assessments.reassess(session, house.id, [client.id], NOW)
    original = breaches_by_signal(session, client)["contact_gap"].id
    touchpoint = click_contacted(session, client, NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=2)
    touchpoints.amend(session, house.id, touchpoint.id, by=None, now=NOW, outcome="attempt")
    assessments.reassess(session, house.id, [client.id], later, touchpoint_id=touchpoint.id)
    (after,) = session.scalars(select(Breach).where(Breach.signal == "contact_gap")).all()
    assert (after.id, after.opened_at, after.resolved_at) == (original, NOW, None)


def test_a_breach_that_recurs_is_a_new_row(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    assessments.reassess(session, house.id, [client.id], NOW)
    click_contacted(session, client, NOW)
    assessments.reassess(session, house.id, [client.id], NOW + timedelta(days=11))
    rows = session.scalars(select(Breach).order_by(Breach.id)).all()
    assert [row.resolved_at is None for row in rows] == [False, True]


def test_breaches_of_a_lost_client_are_resolved(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    assessments.reassess(session, house.id, [client.id], NOW)
    client.status = "lost"
    session.flush()
    assessments.reassess(session, house.id, [client.id], TOMORROW)
    session.refresh(client)
    assert breaches_by_signal(session, client)["contact_gap"].resolved_at == TOMORROW
    assert (client.risk, client.priority, client.colour) == (0, 0, "green")


def test_a_snooze_ends_only_when_the_colour_gets_worse(session: Session, house: Agency) -> None:
    same, worse = add_neglected_client(session, house, 19, "Same"), add_neglected_client(session, house, 19, "Worse")
    assessments.reassess(session, house.id, [same.id, worse.id], NOW)
    session.refresh(same)
    assert same.colour == "red"
    for client, colour in ((same, "red"), (worse, "amber")):
        snoozes.snooze(session, house.id, client.id, None, colour=colour, until_at=NOW + timedelta(days=7), now=NOW)
    assessments.reassess(session, house.id, [same.id, worse.id], TOMORROW)
    session.expire_all()
    ended = {row.client_id: row.ended_at for row in session.scalars(select(Snooze))}
    assert ended == {same.id: None, worse.id: TOMORROW}


def test_a_preview_assesses_as_of_a_given_time_and_writes_nothing(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house, days=15)
    (then,) = assessments.preview(session, house.id, [client.id], NOW - timedelta(days=14))
    (today,) = assessments.preview(session, house.id, [client.id], NOW)
    assert (then.breaches, [signal.name for signal in today.breaches]) == ((), ["contact_gap"])
    session.refresh(client)
    assert client.checked_at is None
    assert not session.scalars(select(Assessment)).all()
    assert not session.scalars(select(Breach)).all()


def test_clients_of_another_agency_are_not_assessed(session: Session, house: Agency) -> None:
    foreign = agency.client(session, house.other_id, "Theirs", now=NOW, owner_id=house.charlie)
    own = add_neglected_client(session, house)
    judged = assessments.reassess(session, house.id, [own.id, foreign.id], NOW)
    assert [assessment.client_id for assessment in judged] == [own.id]
    session.refresh(foreign)
    assert foreign.checked_at is None
    assert assessments.preview(session, house.id, [foreign.id], NOW) == []


def test_a_client_that_cannot_be_assessed_is_retried_in_an_hour_and_stops_no_other(
    session: Session, house: Agency, caplog: pytest.LogCaptureFixture
) -> None:
    clients = [add_neglected_client(session, house, name=name) for name in ("A", "B", "C", "D", "E")]
    broken = clients[2]
    broken.created_at = datetime.max.replace(tzinfo=NOW.tzinfo)  # has no local date in a zone east of Greenwich
    session.flush()
    alice = session.get_one(Member, house.alice)
    alice.tz = "Asia/Tokyo"
    session.flush()
    judged = assessments.reassess(session, house.id, [client.id for client in clients], NOW)
    session.expire_all()
    assert [assessment.client_id for assessment in judged] == [c.id for c in clients if c is not broken]
    assert (broken.checked_at, broken.next_check_at) == (NOW, NOW + timedelta(hours=1))
    assert broken.check_error
    assert broken.check_error.startswith("OverflowError")
    assert f"client {broken.id} of workspace {house.id} could not be assessed" in caplog.text


def test_an_unreadable_row_is_isolated_and_stops_no_other_client(session: Session, house: Agency) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("Postgres lets no malformed date in")
    clients = [add_neglected_client(session, house, name=name) for name in ("A", "B", "C", "D", "E")]
    add_overdue_invoice(session, clients[3], days_late=1)
    session.execute(text("UPDATE invoices SET issued_on = '17/09/2026'"))
    judged = assessments.reassess(session, house.id, [client.id for client in clients], NOW)
    assert len(judged) == 4
    session.expire_all()
    assert [client.check_error is not None for client in clients] == [False, False, False, True, False]


def test_a_successful_assessment_clears_the_error(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    client.check_error = "OverflowError: date value out of range"
    session.flush()
    assessments.reassess(session, house.id, [client.id], NOW)
    session.refresh(client)
    assert client.check_error is None


def test_an_invalid_policy_marks_the_clients_of_its_own_workspace(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    session.get_one(Workspace, house.id).policy = {"red_risk": 300}
    session.flush()
    assert assessments.reassess(session, house.id, [client.id], NOW) == []
    session.refresh(client)
    assert client.check_error
    assert "red_risk" in client.check_error


class Evidence(dict[str, Any]):
    """Evidence that counts how often it is read as a whole."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.read = 0

    def items(self) -> Any:
        self.read += 1
        return super().items()


def test_a_signal_is_packed_once_for_a_breach_that_changes_and_its_assessment(session: Session, house: Agency) -> None:
    client = add_neglected_client(session, house)
    assessments.reassess(session, house.id, [client.id], NOW)
    judged = assessments.assess(session, house.id, [client.id], TOMORROW)
    (assessment,) = judged.assessments
    counted = [replace(each, evidence=Evidence(each.evidence)) for each in assessment.signals]
    again = replace(judged, assessments=[replace(assessment, signals=tuple(counted))])
    assessments.save(session, house.id, again, TOMORROW)
    kept = [each for each in counted if each.state in {"soon", "breach"}]
    assert [each.evidence.read for each in kept] == [1] * len(kept)  # type: ignore[attr-defined]  # it is ours
    assert "breach" in {each.state for each in kept}
