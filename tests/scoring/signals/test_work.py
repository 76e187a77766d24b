"""Deadlines and planned steps: when each opens, how its severity grows, when it expires."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Deadline, Portfolio, Step
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.work import deadline, roadmap

DUE = date(2026, 11, 24)  # a Tuesday
PAGE = Deadline("Landing page", DUE, DUE + timedelta(days=2), member="Bob")
OFFER = Step("Offer for spring", DUE, "offer")
CLIENT = Client(1, "active", UTC)


def on(days: int, policy: Policy | None = None) -> Context:
    return Context(policy or Policy(), Portfolio(holidays=frozenset({date(2026, 11, 11)})), DUE + timedelta(days=days))


def owed(*items: Deadline, days: int = 0, steps: tuple[Step, ...] = ()) -> tuple[Signal, ...]:
    return deadline(replace(CLIENT, deadlines=items, roadmap=steps), on(days))


def planned(*steps: Step, days: int = 0) -> tuple[Signal, ...]:
    return roadmap(replace(CLIENT, roadmap=steps), on(days))


@pytest.mark.parametrize(
    ("days", "state", "severity", "level", "until"),
    [
        (-2, "ok", 0, None, -1),
        (-1, "soon", 0.25, None, 0),
        (0, "soon", 0.3, None, 1),
        (1, "breach", 0.5, "amber", 2),
        (2, "breach", 0.8, "red", 3),
        (3, "breach", 1, "red", 62),
        (61, "breach", 1, "red", 62),
        (62, "ok", 0, None, None),
    ],
)
def test_a_deadline_is_soon_the_day_before_and_on_the_day_and_slips_after_it(
    days: int, state: str, severity: float, level: str | None, until: int | None
) -> None:
    (found,) = owed(PAGE, days=days)
    assert (found.state, found.severity, found.level) == (state, severity, level)
    assert found.until == (None if until is None else DUE + timedelta(days=until))


def test_the_evidence_of_a_slip() -> None:
    review = Step("Review", DUE + timedelta(days=6))
    (found,) = owed(PAGE, days=1, steps=(review, replace(review, planned_on=DUE), OFFER))
    assert found.evidence == {
        "title": "Landing page",
        "due_on": DUE,
        "promised_on": DUE + timedelta(days=2),
        "member": "Bob",
        "checkpoint_on": review.planned_on,
    }
    assert (found.subject, found.next_step, found.effort) == ("Landing page", "warn_client", "quick")
    assert found.since == DUE + timedelta(days=1)


def test_the_next_checkpoint_moves_on_when_its_day_has_come() -> None:
    review, later = Step("Review", DUE + timedelta(days=6)), Step("Review", DUE + timedelta(days=20))
    (found,) = owed(PAGE, days=5, steps=(later, review))
    assert (found.evidence["checkpoint_on"], found.until) == (review.planned_on, review.planned_on)
    (after,) = owed(PAGE, days=6, steps=(later, review))
    assert after.evidence["checkpoint_on"] == later.planned_on
    assert owed(PAGE, days=6, steps=(replace(later, done_on=DUE),))[0].evidence["checkpoint_on"] is None


def test_the_working_day_before_skips_weekends_and_holidays() -> None:
    monday = Deadline("Report", date(2026, 11, 23))
    assert [owed(monday, days=days)[0].state for days in (-5, -4, -2, -1)] == ["ok", "soon", "soon", "soon"]
    after_holiday = Deadline("Report", date(2026, 11, 12))
    assert owed(after_holiday, days=-14)[0].state == "soon"  # on Tuesday the 10th


def test_without_a_promised_day_it_is_two_days_after_the_teams_own() -> None:
    (found,) = owed(replace(PAGE, promised_on=None), days=2)
    assert (found.evidence["promised_on"], found.level) == (DUE + timedelta(days=2), "red")


def test_a_promise_earlier_than_the_teams_own_day_counts_as_that() -> None:
    (found,) = owed(replace(PAGE, promised_on=DUE - timedelta(days=1)), days=0)
    assert (found.state, found.severity, found.evidence["due_on"]) == ("breach", 1, DUE - timedelta(days=1))


def test_finished_work_is_ok_and_no_work_is_unknown() -> None:
    assert owed(replace(PAGE, done_on=DUE), days=9) == (Signal("deadline", "ok"),)
    assert owed() == (Signal("deadline", "unknown"),)
    assert planned(replace(OFFER, done_on=DUE), days=9) == (Signal("roadmap", "ok"),)
    assert planned() == (Signal("roadmap", "unknown"),)


def test_each_title_has_its_own_signal_by_its_earliest_day() -> None:
    other = Deadline("Report", DUE - timedelta(days=1))
    again = replace(PAGE, due_on=DUE + timedelta(days=1))
    found = owed(again, PAGE, other, days=1)
    assert [(signal.subject, signal.evidence["due_on"]) for signal in found] == [
        ("Report", other.due_on),
        ("Landing page", DUE),
    ]


def test_a_signal_lasts_until_the_next_one_begins() -> None:
    later = Deadline("Report", DUE + timedelta(days=10))
    (found,) = owed(PAGE, later, days=3)
    assert found.until == DUE + timedelta(days=9)


def test_a_subject_fits_the_record_of_a_breach_however_long_the_title() -> None:
    long = replace(PAGE, title="T" * 200)
    (found,) = owed(long, days=1)
    assert (len(found.subject), found.evidence["title"]) == (64, "T" * 200)


@pytest.mark.parametrize(
    ("days", "state", "severity", "until"),
    [
        (-2, "ok", 0, -1),
        (-1, "soon", 0.2, 0),
        (0, "breach", 0.4, 7),
        (6, "breach", 0.4, 7),
        (7, "breach", 0.6, 60),
        (59, "breach", 0.6, 60),
        (60, "ok", 0, None),
    ],
)
def test_a_planned_step_opens_on_its_day(days: int, state: str, severity: float, until: int | None) -> None:
    (found,) = planned(OFFER, days=days)
    assert (found.state, found.severity) == (state, severity)
    assert found.until == (None if until is None else DUE + timedelta(days=until))


@pytest.mark.parametrize(
    ("kind", "step", "effort"),
    [("check_in", "hold_check_in", "quick"), ("service", "begin_service", "deep"), ("offer", "make_offer", "deep")],
)
def test_each_kind_of_step_has_its_own_next_step(kind: str, step: str, effort: str) -> None:
    for days in (-1, 0):
        (found,) = planned(replace(OFFER, kind=kind), days=days)
        assert (found.next_step, found.effort, found.subject) == (step, effort, "Offer for spring")
        assert found.evidence == {"title": "Offer for spring", "kind": kind, "due_on": DUE}


def test_an_agency_may_set_its_own_days() -> None:
    policy = Policy(deadline_ahead_days=5, deadline_given_up_days=10, roadmap_late_days=1, roadmap_given_up_days=3)
    client = replace(CLIENT, deadlines=(replace(PAGE, promised_on=None),), roadmap=(OFFER,))
    assert [deadline(client, on(days, policy))[0].severity for days in (4, 5, 14, 15)] == [0.5, 0.8, 1, 0]
    assert [roadmap(client, on(days, policy))[0].severity for days in (0, 1, 2, 3)] == [0.4, 0.6, 0.6, 0]


def test_undone_work_that_is_very_old_is_left_to_rest_and_says_so() -> None:
    old = Deadline("Old banner", DUE - timedelta(days=200), DUE - timedelta(days=200))
    client = replace(CLIENT, deadlines=(old, replace(old, title="Older", due_on=DUE - timedelta(days=300)), PAGE))
    late, rested = deadline(client, on(3))
    assert (late.state, late.subject) == ("breach", "Landing page")
    assert (rested.state, rested.key) == ("ok", "deadline")
    assert rested.evidence == {
        "rested": 2,
        "title": "Old banner",
        "due_on": DUE - timedelta(days=200),
        "rested_on": DUE - timedelta(days=140),
    }
    (step,) = roadmap(replace(CLIENT, roadmap=(OFFER,)), on(60))
    assert (step.state, step.evidence["rested_on"]) == ("ok", DUE + timedelta(days=60))
    hidden = replace(CLIENT, roadmap=(OFFER, replace(OFFER, planned_on=DUE + timedelta(days=1))))
    assert [len(roadmap(hidden, on(n))) for n in (59, 60, 61)] == [1, 2, 1]
    assert roadmap(hidden, on(60))[0].until == DUE + timedelta(days=61)


def test_where_nobody_ever_works_the_day_before_is_the_day_before() -> None:
    never = Context(Policy(), Portfolio(weekend=frozenset(range(7))), DUE - timedelta(days=1))
    assert deadline(replace(CLIENT, deadlines=(PAGE,)), never)[0].state == "soon"
