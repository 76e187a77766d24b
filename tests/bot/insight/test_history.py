"""What was known on a day: no record dated after it is seen, and today is judged as the live assessment does."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.demo import agency as demo
from bot.importing import importer
from bot.infra.db import reading, transaction
from bot.infra.models import Client, DailyMetric, Touchpoint
from bot.insight.history import (
    FACTS_WITHOUT_HISTORY,
    ClientHistory,
    assessment_time,
    facts_as_of,
    find_first_record_day,
    load_histories,
    portfolio_as_of,
)
from bot.insight.replay import Breaches, DateRange, assess_each_day, find_assessable_days, still_known
from bot.judging import assessments, daily_metrics
from bot.people import workspaces
from scoring.assess import assess, breaches_after
from scoring.facts import Client as ClientFacts
from scoring.facts import Deadline, Effort, Invoice, Observation, Series, Step
from scoring.policy import Policy
from tests import agency
from tests.conftest import NOW

DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Madrid")
FIRST, LAST = date(2026, 5, 1), date(2026, 9, 30)
SEEN_TO = {
    "status",
    "lost_on",
    "created_on",
    "last_contact_at",
    "last_call_at",
    "attempts",
    "last_attempt_at",
    "tried_on",
    "people_named_from",
    "last_decision_maker_at",
    "days_off",
    "silent_until",
    "invoices",
    "metrics",
    "last_year",
    "targets",
    "has_targets",
    "observations",
    "deadlines",
    "roadmap",
    "effort",
    "breaches",
}
"""What `cut` turns back to the day."""

days = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + n * DAY)
moments = st.datetimes(datetime(2026, 5, 1), datetime(2026, 9, 30)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def make_invoice(issued_on: date, term: int, paid_after: int | None, amount: int) -> Invoice:
    due_on = issued_on + term * DAY
    paid_on = None if paid_after is None else issued_on + paid_after * DAY
    status, paid = ("open", 0) if paid_on is None else ("paid", amount)
    return Invoice(f"{issued_on}-{amount}", issued_on, due_on, amount, paid, paid_on, status, "EUR")


bills = st.builds(
    make_invoice, days, st.integers(7, 30), st.none() | st.integers(1, 60), st.integers(1, 9).map(lambda n: n * 1000)
)
kinds = st.sampled_from(
    ["report", "complaint", "survey", "praise", "usage", "resource_card", "renewal", "recap_call", "recap_mail"]
)
remarks = st.builds(
    lambda kind, day, value, open_for: Observation(
        kind, day, value, None if open_for is None else day + open_for * DAY
    ),
    kinds,
    days,
    st.integers(0, 10).map(float),
    st.none() | st.integers(0, 40),
)
moods = st.builds(
    lambda day, label: Observation("mood", day, label=label), days, st.sampled_from(["pleased", "uneasy", "unhappy"])
)
values = st.builds(
    lambda first, shape, level: Series(first, tuple(None if n % 11 == 0 else level + n % shape for n in range(100))),
    days,
    st.integers(2, 9),
    st.integers(0, 50).map(float),
)
dues = st.builds(
    lambda title, day, ahead, done: Deadline(
        title,
        day,
        None if ahead is None else day + ahead * DAY,
        None if done is None else day + done * DAY,
    ),
    st.sampled_from(["Plan", "Page"]),
    days,
    st.none() | st.integers(0, 5),
    st.none() | st.integers(-3, 20),
)
steps = st.builds(
    lambda title, day, done: Step(title, day, "offer", None if done is None else day + done * DAY),
    st.sampled_from(["Offer", "Review"]),
    days,
    st.none() | st.integers(0, 20),
)
months = st.sampled_from([date(2026, month, 1) for month in range(5, 10)])


@st.composite
def histories(draw: st.DrawFn) -> ClientHistory:
    """A client with any past, and any future as seen from within it."""
    lost = draw(st.booleans())
    client = ClientFacts(
        id=1,
        status="lost" if lost else draw(st.sampled_from(["active", "paused"])),
        zone=ZONE,
        started_on=draw(st.none() | st.sampled_from([date(2025, 1, 1), FIRST, date(2026, 6, 10)])),
        renews_on=draw(st.none() | days),
        lost_on=draw(days) if lost else None,
        monthly_fee=100_000,
        currency="EUR",
        reporting=draw(st.sampled_from(["month", "quarter"])),
        created_on=LAST,
        invoices=tuple(draw(st.lists(bills, max_size=5))),
        metrics=draw(st.dictionaries(st.sampled_from(["spend", "leads", "clicks"]), values, max_size=2)),
        targets=draw(st.dictionaries(st.tuples(st.sampled_from(["spend", "leads"]), months), st.just(900), max_size=4)),
        has_targets=True,
        observations=tuple(draw(st.lists(remarks | moods, max_size=6))),
        deadlines=tuple(draw(st.lists(dues, max_size=3))),
        roadmap=tuple(draw(st.lists(steps, max_size=2))),
        effort=tuple(
            Effort(month, hours, 20.0, 5000)
            for month, hours in draw(st.dictionaries(months, st.sampled_from([15.0, 30.0]), max_size=3)).items()
        ),
    )
    contacts = tuple(sorted(draw(st.lists(moments, max_size=8))))
    attempts = tuple(sorted(draw(st.lists(moments, max_size=4))))
    calls = tuple(at for at in contacts if draw(st.booleans()))
    return ClientHistory(client, "acme", "Acme", "Alice", "ES", "12345", contacts, attempts, calls)


def forgotten_after(history: ClientHistory, day: date) -> ClientHistory:
    """The same client had the records ended on the morning of a day."""
    client, now = history.client, assessment_time(history, day)
    return replace(
        history,
        reached=tuple(at for at in history.reached if at <= now),
        attempts=tuple(at for at in history.attempts if at <= now),
        calls=tuple(at for at in history.calls if at <= now),
        client=replace(
            client,
            status="active" if client.lost_on and client.lost_on > day else client.status,
            lost_on=client.lost_on if client.lost_on and client.lost_on <= day else None,
            invoices=tuple(
                replace(i, paid=0, paid_on=None, status="open") if i.paid_on and i.paid_on > day else i
                for i in client.invoices
                if i.issued_on <= day
            ),
            metrics={
                name: Series(each.first, each.values[: (day - each.first).days])
                for name, each in client.metrics.items()
                if each.first < day
            },
            targets={key: target for key, target in client.targets.items() if key[1] <= day},
            observations=tuple(
                replace(o, resolved_on=None) if o.resolved_on and o.resolved_on > day else o
                for o in client.observations
                if o.occurred_on <= day
            ),
            deadlines=tuple(
                replace(item, done_on=None) if item.done_on and item.done_on > day else item
                for item in client.deadlines
                if item.due_on <= day
            ),
            roadmap=tuple(
                replace(step, done_on=None) if step.done_on and step.done_on > day else step
                for step in client.roadmap
                if step.planned_on <= day
            ),
            effort=tuple(row for row in client.effort if (row.month + 31 * DAY).replace(day=1) <= day),
        ),
    )


def assessments_until(history: ClientHistory, through: date) -> list[object]:
    judged = find_assessable_days(history, DateRange(FIRST, through))
    found = assess_each_day(history, Policy(), judged) if judged else ()
    return [(day, assessment.risk, assessment.colour, assessment.signals) for day, assessment in found]


@settings(max_examples=60)
@given(histories(), days)
def test_nothing_dated_after_a_day_changes_anything_said_up_to_it(history: ClientHistory, day: date) -> None:
    assert assessments_until(history, day) == assessments_until(forgotten_after(history, day), day)


@settings(max_examples=40)
@given(histories())
def test_days_on_which_nothing_came_in_and_nothing_ran_out_have_the_right_assessment(
    history: ClientHistory,
) -> None:
    judged = find_assessable_days(history, DateRange(FIRST, LAST))
    known: Breaches = {}
    for day, assessment in assess_each_day(history, Policy(), judged) if judged else ():
        at = assessment_time(history, day)
        facts = facts_as_of(history, day, still_known(known, day))
        expected = assess(facts, portfolio_as_of(history, day), Policy(), at)
        known = breaches_after(facts, expected)
        assert (assessment.risk, assessment.colour, assessment.signals) == (
            expected.risk,
            expected.colour,
            expected.signals,
        ), day


def test_every_fact_is_either_turned_back_or_known_to_have_no_history() -> None:
    assert {field.name for field in fields(ClientFacts)} == FACTS_WITHOUT_HISTORY | SEEN_TO
    assert not FACTS_WITHOUT_HISTORY & SEEN_TO


def make_history(**columns: Any) -> ClientHistory:
    client = ClientFacts(id=1, status="active", zone=ZONE, started_on=date(2025, 1, 1), currency="EUR")
    return ClientHistory(replace(client, **columns), "acme", "Acme", "Alice", "ES", "12345")


def test_an_invoice_paid_later_was_open_until_then() -> None:
    history = make_history(invoices=(make_invoice(date(2026, 6, 1), 14, 30, 5000),))
    assert facts_as_of(history, date(2026, 5, 31)).invoices == ()
    (then,) = facts_as_of(history, date(2026, 6, 30)).invoices
    assert (then.status, then.balance, then.paid_on) == ("open", 5000, None)
    (after,) = facts_as_of(history, date(2026, 7, 1)).invoices
    assert (after.status, after.balance, after.paid_on) == ("paid", 0, date(2026, 7, 1))


def test_a_contact_counts_from_the_next_morning_and_one_before_nine_from_the_same() -> None:
    early, late = datetime(2026, 6, 3, 6, 30, tzinfo=UTC), datetime(2026, 6, 9, 10, 0, tzinfo=UTC)
    history = replace(make_history(), reached=(early, late))
    seen = {day: facts_as_of(history, date(2026, 6, day)).last_contact_at for day in (2, 3, 9, 10)}
    assert seen == {2: None, 3: early, 9: early, 10: late}


def test_attempts_are_counted_since_the_last_contact_of_that_day() -> None:
    tries = tuple(datetime(2026, 6, day, 10, 0, tzinfo=UTC) for day in (1, 2, 5))
    history = replace(make_history(), attempts=tries, reached=(datetime(2026, 6, 4, 10, 0, tzinfo=UTC),))
    assert [facts_as_of(history, date(2026, 6, day)).attempts for day in (1, 2, 3, 4, 5, 6)] == [0, 1, 2, 2, 0, 1]
    assert facts_as_of(history, date(2026, 6, 6)).last_attempt_at == tries[2]


def test_a_complaint_resolved_later_was_open_until_then() -> None:
    history = make_history(observations=(Observation("complaint", date(2026, 6, 1), resolved_on=date(2026, 6, 8)),))
    assert [o.resolved_on for o in facts_as_of(history, date(2026, 6, 7)).observations] == [None]
    assert [o.resolved_on for o in facts_as_of(history, date(2026, 6, 8)).observations] == [date(2026, 6, 8)]
    assert facts_as_of(history, date(2026, 5, 31)).observations == ()


def test_what_stands_whatever_its_age_is_known_however_long_ago_it_was() -> None:
    first, june = date(2020, 3, 2), date(2026, 6, 1)
    remarks = (
        Observation("complaint", first, resolved_on=june + DAY),
        Observation("survey", first, 4.0),
        Observation("mood", first, label="uneasy"),
    )
    step = Step("Check in", first, done_on=june + DAY)
    found = facts_as_of(make_history(observations=remarks, roadmap=(step,)), june)
    assert [(o.kind, o.resolved_on) for o in found.observations] == [("complaint", None), ("survey", None)]
    assert found.roadmap == (replace(step, done_on=None),)
    settled = facts_as_of(make_history(observations=remarks, roadmap=(step,)), june + DAY)
    assert [o.kind for o in settled.observations] == ["survey"]
    assert settled.roadmap == ()


def test_a_day_sees_the_metrics_of_earlier_days_as_far_back_as_assessments_look() -> None:
    history = make_history(metrics={"leads": Series(date(2026, 1, 1), tuple(float(n) for n in range(200)))})
    seen = facts_as_of(history, date(2026, 6, 1)).metrics["leads"]
    assert seen.first == date(2026, 6, 1) - daily_metrics.DAYS * DAY
    assert seen.first + len(seen.values) * DAY == date(2026, 6, 1)
    assert seen.values[-1] == 150.0
    assert facts_as_of(history, date(2026, 1, 1)).metrics == {}


def test_a_target_is_known_from_its_month_on() -> None:
    targets = {("leads", date(2026, month, 1)): 10 for month in (3, 4, 5, 6)}
    for reporting in ("month", "quarter"):
        history = make_history(targets=targets, reporting=reporting)
        assert [month.month for _, month in facts_as_of(history, date(2026, 5, 9)).targets] == [4, 5]  # of the quarter
        assert facts_as_of(history, date(2026, 5, 9)).has_targets
        assert not facts_as_of(history, date(2026, 2, 28)).has_targets


def test_work_done_later_was_not_done_yet_and_a_months_effort_is_known_once_it_is_over() -> None:
    history = make_history(
        deadlines=(Deadline("Plan", date(2026, 6, 10), done_on=date(2026, 6, 15)),),
        roadmap=(Step("Offer", date(2026, 6, 12), done_on=date(2026, 6, 13)),),
        effort=(Effort(date(2026, 6, 1), 20.0),),
    )
    assert [d.done_on for d in facts_as_of(history, date(2026, 6, 14)).deadlines] == [None]
    assert [d.done_on for d in facts_as_of(history, date(2026, 6, 15)).deadlines] == [date(2026, 6, 15)]
    assert [s.done_on for s in facts_as_of(history, date(2026, 6, 12)).roadmap] == [None]
    assert not facts_as_of(history, date(2026, 6, 9)).deadlines
    assert not facts_as_of(history, date(2026, 6, 11)).roadmap
    assert facts_as_of(history, date(2026, 6, 30)).effort == ()
    assert len(facts_as_of(history, date(2026, 7, 1)).effort) == 1


def test_a_lost_client_is_assessed_as_active_until_it_left_and_not_at_all_without_a_date() -> None:
    history = make_history(status="lost", lost_on=date(2026, 6, 10))
    assert find_assessable_days(history, DateRange(FIRST, LAST)) == DateRange(FIRST, date(2026, 6, 9))
    then = facts_as_of(history, date(2026, 6, 9))
    assert (then.status, then.lost_on) == ("active", None)
    assert find_assessable_days(make_history(status="lost"), DateRange(FIRST, LAST)) is None


def test_a_client_is_assessed_from_its_start_or_its_first_record() -> None:
    assert find_assessable_days(make_history(started_on=date(2026, 7, 1)), DateRange(FIRST, LAST)) == DateRange(
        date(2026, 7, 1), LAST
    )
    unknown = make_history(
        started_on=None, created_on=date(2026, 9, 1), invoices=(make_invoice(date(2026, 6, 1), 14, None, 5000),)
    )
    assert find_assessable_days(unknown, DateRange(FIRST, LAST)) == DateRange(date(2026, 6, 1), LAST)
    assert facts_as_of(unknown, date(2026, 6, 5)).created_on == date(2026, 6, 1)
    assert find_assessable_days(make_history(started_on=date(2027, 1, 1)), DateRange(FIRST, LAST)) is None


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


def test_undone_contacts_and_other_workspaces_clients_are_not_loaded(session: Session) -> None:
    ours = agency.create(session, NOW)
    client = agency.client(session, ours.id, "Acme", now=NOW, owner_id=ours.alice)
    stranger = agency.client(session, ours.other_id, "Theirs", now=NOW)
    for undone_at, outcome, channel in (
        (None, "reached", "email"),
        (None, "reached", "call"),
        (NOW, "reached", "meeting"),
        (None, "attempt", "call"),
    ):
        session.add(
            Touchpoint(
                workspace_id=ours.id,
                client_id=client.id,
                occurred_at=NOW - DAY,
                outcome=outcome,
                channel=channel,
                source="import",
                created_at=NOW,
                undone_at=undone_at,
            )
        )
    session.flush()
    (found,) = load_histories(session, ours.id, [client.id, stranger.id], NOW)
    assert (found.external_id, found.name, found.owner) == ("Acme", "Acme", "Alice")
    assert (found.reached, found.attempts, found.calls) == ((NOW - DAY, NOW - DAY), (NOW - DAY,), (NOW - DAY,))


def test_the_first_record_is_the_first_contact_else_the_first_metric_else_the_first_invoice(session: Session) -> None:
    ours = agency.create(session, NOW)
    client = agency.client(session, ours.id, "Acme", now=NOW)
    other = agency.client(session, ours.other_id, "Theirs", now=NOW)
    assert find_first_record_day(session, ours.id) is None
    agency.invoice(session, ours.other_id, other.id, due_on=date(2020, 1, 1))
    agency.invoice(session, ours.id, client.id, due_on=date(2026, 3, 31))
    assert find_first_record_day(session, ours.id) == date(2026, 3, 1)
    session.add(DailyMetric(workspace_id=ours.id, client_id=client.id, on=date(2026, 4, 1), currency="EUR"))
    session.flush()
    assert find_first_record_day(session, ours.id) == date(2026, 4, 1)
    session.add(Touchpoint(workspace_id=ours.id, client_id=client.id, occurred_at=NOW, source="import", created_at=NOW))
    session.flush()
    assert find_first_record_day(session, ours.id) == NOW.date()


def test_the_last_morning_of_a_replay_is_assessed_as_live_clients_are(engine: Engine, tmp_path: Path) -> None:
    now = NOW.replace(hour=23)  # when nothing of the day is still to come
    with transaction(engine) as session:
        workspace_id = workspaces.single(session, now).id
    for kind, path in demo.write_spreadsheets(tmp_path, now.date()).items():
        importer.import_file(engine, workspace_id, kind, path, now=now)
    with reading(engine) as session:
        ids = list(session.scalars(select(Client.id).where(Client.status != "lost")))
        histories = {history.client.id: history for history in load_histories(session, workspace_id, ids, now)}
        living = {judged.client_id: judged for judged in assessments.preview(session, workspace_id, ids, now)}
    assert len(histories) == len(living) == 36
    for client_id, history in histories.items():
        (_, judged), *_ = assess_each_day(history, Policy(), DateRange(now.date(), now.date()))
        then, now_open = (
            {signal.key: (signal.severity, signal.level) for signal in each.breaches}
            for each in (judged, living[client_id])
        )
        assert then == now_open, history.name
