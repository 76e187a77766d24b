from collections.abc import Iterator
from datetime import date, datetime, timedelta

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
def ours(session: Session) -> Agency:
    return agency.create(session, NOW)


def neglected(session: Session, ours: Agency, days: int = 15, name: str = "Acme", at: datetime = NOW) -> Client:
    """A client whose last contact was so many days ago."""
    client = agency.client(session, ours.id, name, now=at, owner_id=ours.alice, started_on=date(2025, 1, 1))
    met(session, client, at - timedelta(days=days))
    return client


def met(session: Session, client: Client, at: datetime) -> Touchpoint:
    touchpoint = Touchpoint(
        workspace_id=client.workspace_id, client_id=client.id, occurred_at=at, source="import", created_at=at
    )
    session.add(touchpoint)
    session.flush()
    return touchpoint


def owes(session: Session, client: Client, days_late: int) -> Invoice:
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


def contacted(session: Session, client: Client, at: datetime) -> Touchpoint:
    """What a click on Contacted does."""
    session.refresh(client)
    logged = touchpoints.log(
        session, client.workspace_id, client.id, None, seen=client.contact_no, occurred_at=at, source="nudge", now=at
    )
    assert logged.touchpoint
    assessments.reassess(session, client.workspace_id, [client.id], at, touchpoint_id=logged.touchpoint.id)
    return logged.touchpoint


def undone(session: Session, touchpoint: Touchpoint, at: datetime) -> None:
    """What a click on Undo does."""
    assert touchpoints.undo(session, touchpoint.workspace_id, touchpoint.id, at)
    assessments.reassess(session, touchpoint.workspace_id, [touchpoint.client_id], at, touchpoint_id=touchpoint.id)


def breaches(session: Session, client: Client) -> dict[str, Breach]:
    session.expire_all()
    rows = session.scalars(select(Breach).where(Breach.client_id == client.id).order_by(Breach.id)).all()
    return {row.signal: row for row in rows}


def test_judging_keeps_the_day_s_assessment_and_copies_the_standing_to_the_client(
    session: Session, ours: Agency
) -> None:
    client = neglected(session, ours)
    (judged,) = assessments.reassess(session, ours.id, [client.id], NOW)
    session.refresh(client)
    kept = session.scalars(select(Assessment)).one()
    assert (kept.on, kept.risk, kept.colour, kept.priority) == (TODAY, judged.risk, judged.colour, judged.priority)
    assert (client.risk, client.colour, client.priority) == (judged.risk, judged.colour, judged.priority)
    assert (client.assessed_on, client.checked_at, client.check_error) == (TODAY, NOW, None)
    assert client.next_check_at == judged.next_change_at
    assert [signal["name"] for signal in kept.signals if signal["state"] == "breach"] == ["contact_gap"]


def test_a_second_judgement_of_the_day_replaces_the_first_and_one_of_the_next_day_stands_beside_it(
    session: Session, ours: Agency
) -> None:
    client = neglected(session, ours)
    for at in (NOW, NOW + timedelta(hours=1), TOMORROW):
        assessments.reassess(session, ours.id, [client.id], at)
    rows = session.execute(select(Assessment.on, Assessment.assessed_at).order_by(Assessment.on)).all()
    assert [tuple(row) for row in rows] == [(TODAY, NOW + timedelta(hours=1)), (TOMORROW.date(), TOMORROW)]


def test_a_breach_stays_one_row_while_it_gets_worse_and_remembers_when_it_turned_red(
    session: Session, ours: Agency
) -> None:
    client = neglected(session, ours, days=12)
    assessments.reassess(session, ours.id, [client.id], NOW)
    first = breaches(session, client)["contact_gap"]
    assert (first.level, first.opened_at, first.red_at) == ("amber", NOW, None)
    later = NOW + timedelta(days=8)
    assessments.reassess(session, ours.id, [client.id], later)
    (row,) = session.scalars(select(Breach)).all()
    session.refresh(row)
    assert (row.level, row.opened_at, row.red_at) == ("red", NOW, later)


def test_a_contact_closes_the_contact_breach_and_no_other(session: Session, ours: Agency) -> None:
    client = neglected(session, ours)
    owes(session, client, days_late=35)
    assessments.reassess(session, ours.id, [client.id], NOW)
    touchpoint = contacted(session, client, NOW)
    found = breaches(session, client)
    assert (found["contact_gap"].resolved_at, found["contact_gap"].resolved_by) == (NOW, touchpoint.id)
    assert found["invoice_overdue"].resolved_at is None


def test_what_ends_beside_a_contact_was_not_closed_by_it(session: Session, ours: Agency) -> None:
    client = neglected(session, ours)
    invoice = owes(session, client, days_late=35)
    assessments.reassess(session, ours.id, [client.id], NOW)
    invoice.status = "paid"
    session.flush()
    contacted(session, client, NOW)
    paid = breaches(session, client)["invoice_overdue"]
    assert (paid.resolved_at, paid.resolved_by) == (NOW, None)


def test_undo_opens_the_same_breach_again_as_it_was(session: Session, ours: Agency) -> None:
    client = neglected(session, ours, days=19)
    assessments.reassess(session, ours.id, [client.id], NOW)
    before = breaches(session, client)["contact_gap"]
    before.announced_at = before.interrupted_at = NOW
    session.flush()
    was = {name: getattr(before, name) for name in Breach.__table__.columns.keys()}  # noqa: SIM118  # columns, not rows
    touchpoint = contacted(session, client, NOW + timedelta(minutes=1))
    undone(session, touchpoint, NOW + timedelta(minutes=2))
    after = breaches(session, client)["contact_gap"]
    assert {name: getattr(after, name) for name in was} == was
    assert session.scalars(select(Breach)).all() == [after]


def test_undo_leaves_closed_what_something_else_closes_too(session: Session, ours: Agency) -> None:
    client = neglected(session, ours)
    assessments.reassess(session, ours.id, [client.id], NOW)
    touchpoint = contacted(session, client, NOW)
    met(session, client, NOW)
    undone(session, touchpoint, NOW)
    assert breaches(session, client)["contact_gap"].resolved_at == NOW


def test_a_contact_taken_back_while_another_stands_leaves_nothing_to_come_back_later(
    session: Session, ours: Agency
) -> None:
    client = neglected(session, ours, days=20)
    assessments.reassess(session, ours.id, [client.id], NOW)
    told = breaches(session, client)["contact_gap"]
    told.announced_at = told.interrupted_at = NOW
    first, second = contacted(session, client, NOW), contacted(session, client, NOW + timedelta(minutes=1))
    undone(session, first, NOW + timedelta(minutes=2))
    assert breaches(session, client)["contact_gap"].resolved_by == second.id

    month_later = NOW + timedelta(days=30)
    judged = assessments.judge(session, ours.id, [client.id], month_later)
    assert assessments.save(session, ours.id, judged, month_later) == {client.id}
    after = breaches(session, client)["contact_gap"]
    assert (after.opened_at, after.red_at, after.announced_at) == (month_later, month_later, None)


def test_two_contacts_taken_back_one_after_the_other_leave_the_breach_as_it_was(session: Session, ours: Agency) -> None:
    client = neglected(session, ours, days=20)
    assessments.reassess(session, ours.id, [client.id], NOW)
    was = breaches(session, client)["contact_gap"].id
    first, second = contacted(session, client, NOW), contacted(session, client, NOW + timedelta(minutes=1))
    for touchpoint in (first, second):
        undone(session, touchpoint, NOW + timedelta(minutes=2))
    (after,) = session.scalars(select(Breach).where(Breach.signal == "contact_gap")).all()
    assert (after.id, after.opened_at, after.resolved_at, after.resolved_by) == (was, NOW, None, None)


def test_a_contact_that_turns_out_to_be_an_attempt_leaves_the_breach_as_it_was(session: Session, ours: Agency) -> None:
    client = neglected(session, ours, days=20)
    assessments.reassess(session, ours.id, [client.id], NOW)
    was = breaches(session, client)["contact_gap"].id
    touchpoint = contacted(session, client, NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=2)
    touchpoints.amend(session, ours.id, touchpoint.id, outcome="attempt")
    assessments.reassess(session, ours.id, [client.id], later, touchpoint_id=touchpoint.id)
    (after,) = session.scalars(select(Breach).where(Breach.signal == "contact_gap")).all()
    assert (after.id, after.opened_at, after.resolved_at) == (was, NOW, None)


def test_a_breach_that_comes_back_by_itself_is_a_new_one(session: Session, ours: Agency) -> None:
    client = neglected(session, ours)
    assessments.reassess(session, ours.id, [client.id], NOW)
    contacted(session, client, NOW)
    assessments.reassess(session, ours.id, [client.id], NOW + timedelta(days=11))
    rows = session.scalars(select(Breach).order_by(Breach.id)).all()
    assert [row.resolved_at is None for row in rows] == [False, True]


def test_a_client_that_is_lost_has_no_breaches_any_more(session: Session, ours: Agency) -> None:
    client = neglected(session, ours)
    assessments.reassess(session, ours.id, [client.id], NOW)
    client.status = "lost"
    session.flush()
    assessments.reassess(session, ours.id, [client.id], TOMORROW)
    session.refresh(client)
    assert breaches(session, client)["contact_gap"].resolved_at == TOMORROW
    assert (client.risk, client.priority, client.colour) == (0, 0, "green")


def test_a_snooze_ends_when_the_colour_gets_worse_and_holds_when_it_does_not(session: Session, ours: Agency) -> None:
    same, worse = neglected(session, ours, 19, "Same"), neglected(session, ours, 19, "Worse")
    assessments.reassess(session, ours.id, [same.id, worse.id], NOW)
    session.refresh(same)
    assert same.colour == "red"
    for client, colour in ((same, "red"), (worse, "amber")):
        snoozes.snooze(session, ours.id, client.id, None, colour=colour, until_at=NOW + timedelta(days=7), now=NOW)
    assessments.reassess(session, ours.id, [same.id, worse.id], TOMORROW)
    session.expire_all()
    ended = {row.client_id: row.ended_at for row in session.scalars(select(Snooze))}
    assert ended == {same.id: None, worse.id: TOMORROW}


def test_a_preview_judges_as_of_a_moment_and_writes_nothing(session: Session, ours: Agency) -> None:
    client = neglected(session, ours, days=15)
    (then,) = assessments.preview(session, ours.id, [client.id], NOW - timedelta(days=14))
    (today,) = assessments.preview(session, ours.id, [client.id], NOW)
    assert (then.breaches, [signal.name for signal in today.breaches]) == ((), ["contact_gap"])
    session.refresh(client)
    assert client.checked_at is None
    assert not session.scalars(select(Assessment)).all()
    assert not session.scalars(select(Breach)).all()


def test_nobody_judges_the_clients_of_another_agency(session: Session, ours: Agency) -> None:
    theirs = agency.client(session, ours.other_id, "Theirs", now=NOW, owner_id=ours.charlie)
    mine = neglected(session, ours)
    judged = assessments.reassess(session, ours.id, [mine.id, theirs.id], NOW)
    assert [assessment.client_id for assessment in judged] == [mine.id]
    session.refresh(theirs)
    assert theirs.checked_at is None
    assert assessments.preview(session, ours.id, [theirs.id], NOW) == []


def test_a_client_that_cannot_be_judged_is_put_off_for_an_hour_and_stops_no_other(
    session: Session, ours: Agency, caplog: pytest.LogCaptureFixture
) -> None:
    clients = [neglected(session, ours, name=name) for name in ("A", "B", "C", "D", "E")]
    broken = clients[2]
    broken.created_at = datetime.max.replace(tzinfo=NOW.tzinfo)  # has no local date in a zone east of Greenwich
    session.flush()
    alice = session.get_one(Member, ours.alice)
    alice.tz = "Asia/Tokyo"
    session.flush()
    judged = assessments.reassess(session, ours.id, [client.id for client in clients], NOW)
    session.expire_all()
    assert [assessment.client_id for assessment in judged] == [c.id for c in clients if c is not broken]
    assert (broken.checked_at, broken.next_check_at) == (NOW, NOW + timedelta(hours=1))
    assert broken.check_error
    assert broken.check_error.startswith("OverflowError")
    assert f"client {broken.id} of workspace {ours.id} could not be judged" in caplog.text


def test_a_row_that_cannot_even_be_read_is_found_and_stops_no_other(session: Session, ours: Agency) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("Postgres lets no malformed date in")
    clients = [neglected(session, ours, name=name) for name in ("A", "B", "C", "D", "E")]
    owes(session, clients[3], days_late=1)
    session.execute(text("UPDATE invoices SET issued_on = '17/09/2026'"))
    judged = assessments.reassess(session, ours.id, [client.id for client in clients], NOW)
    assert len(judged) == 4
    session.expire_all()
    assert [client.check_error is not None for client in clients] == [False, False, False, True, False]


def test_a_client_that_could_be_judged_again_is_not_marked_any_more(session: Session, ours: Agency) -> None:
    client = neglected(session, ours)
    client.check_error = "OverflowError: date value out of range"
    session.flush()
    assessments.reassess(session, ours.id, [client.id], NOW)
    session.refresh(client)
    assert client.check_error is None


def test_a_policy_that_does_not_fit_any_more_marks_its_clients_and_nobody_else_s(
    session: Session, ours: Agency
) -> None:
    client = neglected(session, ours)
    session.get_one(Workspace, ours.id).policy = {"red_risk": 300}
    session.flush()
    assert assessments.reassess(session, ours.id, [client.id], NOW) == []
    session.refresh(client)
    assert client.check_error
    assert "red_risk" in client.check_error
