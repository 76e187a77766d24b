from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from scoring.assess import assess
from scoring.facts import Client, Deadline, Invoice, Observation, Portfolio, Series, Step
from scoring.policy import Policy
from scoring.remedies import ACTS, Remedy, remedies
from tests.scoring.cases import Case, cases

POLICY = Policy()
TODAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
MONTH = date(2026, 11, 1)
DAY = timedelta(days=1)
WELL = Client(
    1,
    "active",
    UTC,
    started_on=date(2020, 1, 1),
    currency="EUR",
    last_contact_at=NOW - DAY,
    has_targets=True,
)


def found(client: Client) -> dict[str, Remedy]:
    return {remedy.act: remedy for remedy in remedies(client, Portfolio(), POLICY, NOW)}


def daily(value: float, days: int = 75) -> Series:
    return Series(TODAY - days * DAY, (value,) * days)


def with_stop(value: float, days: int) -> Series:
    return Series(TODAY - 75 * DAY, (value,) * (75 - days) + (0.0,) * days)


LATE = Invoice("A", TODAY - 60 * DAY, TODAY - 40 * DAY, 100_00)
BOTH = {("spend", MONTH): 3000_00, ("leads", MONTH): 300}

ANSWERED: dict[str, tuple[str, Client]] = {
    "contact_gap": ("contact", replace(WELL, last_contact_at=NOW - 15 * DAY)),
    "unanswered": ("contact", replace(WELL, attempts=3, last_attempt_at=NOW - DAY)),
    "mood": ("cheer", replace(WELL, observations=(Observation("mood", TODAY - DAY, label="unhappy"),))),
    "complaint": ("settle", replace(WELL, observations=(Observation("complaint", TODAY - 9 * DAY),) * 2)),
    "survey": (
        "score",
        replace(WELL, observations=tuple(Observation("survey", TODAY - n * DAY, v) for n, v in ((50, 9.0), (3, 2.0)))),
    ),
    "renewal": ("renew", replace(WELL, renews_on=TODAY + 20 * DAY)),
    "recap": ("recap", replace(WELL, observations=(Observation("recap_call", TODAY - 60 * DAY),))),
    "returning": ("return", replace(WELL, status="paused", returns_on=TODAY - DAY)),
    "invoice_overdue": ("pay", replace(WELL, invoices=(LATE,))),
    "resource_score": ("agree", replace(WELL, observations=(Observation("resource_card", TODAY - DAY, 1.0),))),
    "spend_pacing": ("pace", replace(WELL, metrics={"spend": daily(80_00)}, targets={("spend", MONTH): 3000_00})),
    "goal_pacing:leads": ("pace", replace(WELL, metrics={"leads": daily(80)}, targets={("leads", MONTH): 3000})),
    "cost_per_lead": ("cheapen", replace(WELL, metrics={"spend": daily(100_00), "leads": daily(4)}, targets=BOTH)),
    "cost_per_result": (
        "convert",
        replace(
            WELL, metrics={"spend": daily(100_00), "conversions": Series(TODAY - 75 * DAY, (5.0,) * 63 + (1.0,) * 12)}
        ),
    ),
    "deadline:Report": ("finish", replace(WELL, deadlines=(Deadline("Report", TODAY - 3 * DAY),))),
    "roadmap:Review": ("step", replace(WELL, roadmap=(Step("Review", TODAY - DAY),))),
    "delivery:stopped": ("resume", replace(WELL, metrics={"spend": with_stop(100_00, 2)}, targets=BOTH)),
    "delivery:no_result": ("convert", replace(WELL, metrics={"spend": daily(90_00), "leads": with_stop(3, 8)})),
}
"""By signal, the act that answers it and a client with that signal."""


def test_every_act_has_its_case() -> None:
    assert {key.partition(":")[0] for key in ANSWERED} == {key.partition(":")[0] for key in ACTS}


@pytest.mark.parametrize("key", ANSWERED)
def test_an_act_ends_what_it_answers_and_nothing_else(key: str) -> None:
    act, client = ANSWERED[key]
    before = assess(client, Portfolio(), POLICY, NOW)
    remedy = found(client)[act]
    assert key in {signal.key for signal in before.breaches}
    assert remedy.answers.name == key.partition(":")[0] or act == "pace"
    told = {signal.key for signal in remedy.after.breaches}
    assert key not in told
    assert told <= {signal.key for signal in before.breaches}
    assert remedy.after.priority < before.priority


def test_the_act_that_lowers_the_priority_most_comes_first() -> None:
    client = replace(
        WELL, last_contact_at=NOW - 25 * DAY, invoices=(LATE,), observations=(Observation("complaint", TODAY - DAY),)
    )
    ordered = remedies(client, Portfolio(), POLICY, NOW)
    assert [remedy.act for remedy in ordered] == ["contact", "pay", "settle"]
    priorities = [remedy.after.priority for remedy in ordered]
    assert priorities == sorted(priorities)


def test_what_is_spent_cannot_be_brought_back() -> None:
    over = replace(WELL, metrics={"spend": daily(300_00)}, targets={("spend", MONTH): 3000_00})
    assert "pace" not in found(over)
    assert "pace" in found(replace(over, metrics={"spend": daily(130_00)}))


def test_invoices_in_two_currencies_are_paid_by_one_act() -> None:
    client = replace(WELL, invoices=(LATE, replace(LATE, number="B", currency="USD")))
    (paid,) = remedies(client, Portfolio(), POLICY, NOW)
    assert (paid.act, paid.answers.subject, paid.after.breaches) == ("pay", "", ())


def test_a_client_without_a_breach_needs_nothing() -> None:
    assert remedies(WELL, Portfolio(), POLICY, NOW) == ()
    assert remedies(replace(WELL, status="lost"), Portfolio(), POLICY, NOW) == ()


def judged(case: Case, **changed: Any) -> float:
    client, portfolio, now = case
    return assess(replace(client, **changed), portfolio, POLICY, now).priority


@given(cases())
@settings(max_examples=80)
def test_every_remedy_lowers_the_priority_and_a_call_as_much_as_logging_one(case: Case) -> None:
    client, portfolio, now = case
    told = remedies(client, portfolio, POLICY, now)
    for remedy in told:
        assert remedy.after.priority < judged(case)
    for remedy in told:
        if remedy.act == "contact":
            done = judged(case, last_contact_at=now, last_call_at=now, attempts=0, last_attempt_at=None)
            assert remedy.after.priority == done
