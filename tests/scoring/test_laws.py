"""Laws of the judgement, tried on generated clients."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.assess import assess, next_change
from scoring.assessment import Assessment
from scoring.dates import local_day
from scoring.facts import Client, Invoice, Observation, Portfolio, Series
from scoring.forecast import month_of
from scoring.policy import Policy, replace_from
from scoring.vocabulary import COLOURS
from tests.scoring.cases import KINDS, Case, amounts, cases

POLICY = Policy()
EVERY_CASE = settings(max_examples=80)


def judged(case: Case, policy: Policy = POLICY, **changed: Any) -> Assessment:
    client, portfolio, now = case
    return assess(replace(client, **changed), portfolio, policy, now)


def worse(before: Assessment, after: Assessment) -> None:
    assert after.risk >= before.risk - 1e-9
    assert after.priority >= before.priority - 1e-9


def without_the_clock(found: Assessment) -> Assessment:
    nothing = datetime(1, 1, 1, tzinfo=UTC)
    return replace(found, assessed_at=nothing, on=nothing.date(), next_change_at=None)


@given(cases(), st.integers(1, 500))
@EVERY_CASE
def test_just_before_the_next_change_all_is_the_same_and_just_after_it_is_not(case: Case, days: int) -> None:
    client, portfolio, now = case
    found = judged(case)
    after = next_change(client, portfolio, POLICY, now)
    assert after == found.next_change_at
    if after is None:
        later = assess(client, portfolio, POLICY, now + timedelta(days=days))
        assert without_the_clock(later) == without_the_clock(found)
        return
    assert after > now
    for moment in (after - timedelta(microseconds=1), now + (after - now) * (days / 501)):
        assert without_the_clock(assess(client, portfolio, POLICY, moment)) == without_the_clock(found)
    assert without_the_clock(assess(client, portfolio, POLICY, after)) != without_the_clock(found)


@given(cases())
@EVERY_CASE
def test_risk_colour_and_factors_stay_within_their_bounds(case: Case) -> None:
    found = judged(case)
    assert 0 <= found.risk <= 100
    assert found.health == 100 - found.risk
    by_alarm = max((COLOURS.index(alarm.level or "green") for alarm in found.alarms), default=0)
    by_risk = 2 if found.risk >= 60 else 1 if found.risk >= 30 else 0
    assert COLOURS.index(found.colour) == max(by_alarm, by_risk)
    assert all(signal.level != "red" for signal in found.signals if signal.kind == "to_do")
    assert 0.5 <= found.factors.value <= 2
    assert 1 <= found.factors.relationship <= 1.25
    assert 1 <= found.factors.timing <= 1.25 * 1.01
    assert found.factors.effort in {0.9, 1.0, 1.1}
    assert found.priority == pytest.approx(found.risk * found.factors.product)
    for signal in found.signals:
        assert 0 <= signal.severity <= 1
        assert (signal.level is not None) == (signal.state == "breach")
        assert signal.severity > 0 or signal.state != "breach"
        assert signal.severity == 0 or signal.state in {"soon", "breach"}
        assert not any(isinstance(value, datetime) for value in signal.evidence.values())


@given(cases())
@EVERY_CASE
def test_a_status_says_what_is_watched(case: Case) -> None:
    names = {signal.name for signal in judged(case, status="paused").signals}
    assert names == {"invoice_overdue", "returning"}
    lost = judged(case, status="lost")
    assert (lost.signals, lost.risk, lost.priority, lost.colour, lost.next_change_at) == ((), 0, 0, "green", None)
    assert judged(case, status="active").signals == judged(case, status="onboarding").signals


@given(cases(), st.integers(1, 60))
@EVERY_CASE
def test_an_older_contact_is_never_better(case: Case, days: int) -> None:
    contact = case[0].last_contact_at
    assume(contact is not None)
    assert contact is not None
    worse(judged(case), judged(case, last_contact_at=contact - timedelta(days=days)))
    if case[0].last_decision_maker_at:
        older = case[0].last_decision_maker_at - timedelta(days=days)
        worse(judged(case), judged(case, last_decision_maker_at=older))
    if case[0].last_call_at:
        worse(judged(case), judged(case, last_call_at=case[0].last_call_at - timedelta(days=days)))


@given(cases())
@EVERY_CASE
def test_one_more_attempt_is_never_better(case: Case) -> None:
    worse(judged(case), judged(case, attempts=case[0].attempts + 1))


def owing(case: Case) -> tuple[Invoice, tuple[Invoice, ...]]:
    found = [invoice for invoice in case[0].invoices if invoice.status == "open" and invoice.amount >= 0]
    assume(found)
    return found[0], tuple(invoice for invoice in case[0].invoices if invoice is not found[0])


def severity_of(found: Assessment, name: str) -> float:
    return max(signal.severity for signal in found.signals if signal.name == name)


@given(cases(), st.integers(1, 60), amounts)
@EVERY_CASE
def test_an_invoice_later_or_bigger_or_one_more_is_never_better(case: Case, days: int, more: int) -> None:
    case = (replace(case[0], status="active"), *case[1:])
    invoice, others = owing(case)
    before = judged(case)
    later = replace(invoice, due_on=invoice.due_on - timedelta(days=days))
    worse(before, judged(case, invoices=(*others, later)))
    # One more invoice, or a bigger one, is also a higher fee, which is good news elsewhere: only the debt is compared.
    bigger = replace(invoice, amount=invoice.amount + more)
    debts = [judged(case, invoices=bills) for bills in (others, (*others, invoice), (*others, bigger))]
    severities = [severity_of(found, "invoice_overdue") for found in debts]
    assert severities == sorted(severities)


@given(cases(), st.integers(1, 60))
@EVERY_CASE
def test_a_worse_remark_is_never_better(case: Case, days: int) -> None:
    client, _, now = case
    today = local_day(now, client.zone)
    before = judged(case)
    remarks = client.observations
    worse(before, judged(case, observations=(*remarks, Observation("complaint", today - timedelta(days=days)))))
    for known in remarks:
        others = tuple(remark for remark in remarks if remark is not known)
        if known.kind == "complaint":
            still_open = replace(known, resolved_on=None)
            older = replace(still_open, occurred_on=known.occurred_on - timedelta(days=days))
            worse(before, judged(case, observations=(*others, still_open)))
            worse(judged(case, observations=(*others, still_open)), judged(case, observations=(*others, older)))
        if known.kind == "mood":
            worse(before, judged(case, observations=(*others, replace(known, label="unhappy"))))
        if known.kind in {"referral", "praise"}:
            worse(before, judged(case, observations=others))


@given(cases())
@EVERY_CASE
def test_a_lower_score_is_never_better(case: Case) -> None:
    for kind in ("survey", "resource_card", "usage", "social"):
        scores = [remark for remark in case[0].observations if remark.kind == kind and remark.value]
        if scores:
            last = max(scores, key=lambda remark: (remark.occurred_on, -(remark.value or 0)))
            others = tuple(remark for remark in case[0].observations if remark is not last)
            lower = replace(last, value=(last.value or 0) - 1)
            worse(judged(case), judged(case, observations=(*others, lower)))


@given(cases(), st.integers(1, 20))
@EVERY_CASE
def test_work_that_is_later_or_not_done_is_never_better(case: Case, days: int) -> None:
    client, _, now = case
    today, before = local_day(now, client.zone), judged(case)
    for item in client.deadlines:
        others = tuple(other for other in client.deadlines if other is not item)
        left = replace(item, done_on=None)
        worse(judged(case, deadlines=(*others, replace(item, done_on=today))), judged(case, deadlines=(*others, left)))
        earlier = replace(left, due_on=left.due_on - timedelta(days=days), promised_on=None)
        if (today - earlier.due_on).days < POLICY.deadline_given_up_days:
            later = replace(left, promised_on=None)
            alone = (judged(case, deadlines=(later,)), judged(case, deadlines=(earlier,)))
            worse(*alone)
    for step in client.roadmap:
        rest = tuple(other for other in client.roadmap if other is not step)
        worse(judged(case, roadmap=rest), before)


@given(cases(), st.integers(1, 50))
@EVERY_CASE
def test_more_hours_or_more_expensive_ones_never_make_a_margin_better(case: Case, more: int) -> None:
    case = (replace(case[0], status="active"), *case[1:])
    for row in case[0].effort:
        others = tuple(other for other in case[0].effort if other is not row)
        for changed in (
            replace(row, hours=(row.hours or 0) + more),
            replace(row, hourly_cost=(row.hourly_cost or 0) + more),
            replace(row, tools_cost=(row.tools_cost or 0) + more),
        ):
            if row.hours is None or row.hourly_cost is None:
                continue
            after = severity_of(judged(case, effort=(*others, changed)), "margin")
            assert after >= severity_of(judged(case), "margin") - 1e-9


@given(cases(), amounts)
@EVERY_CASE
def test_a_higher_fee_never_lowers_a_priority(case: Case, more: int) -> None:
    fee = case[0].monthly_fee
    assume(fee is not None)
    assert fee is not None
    before, after = judged(case), judged(case, monthly_fee=fee + more)
    assert after.priority >= before.priority - 1e-9
    assert after.risk <= before.risk  # only expensive leads weigh less with a client that is worth it


told_days = st.lists(st.one_of(st.none(), st.integers(-20, 400).map(float), st.just(100.0)), min_size=45, max_size=45)


def towards(case: Case, days: list[float | None], target: int) -> Assessment:
    """Judge an active client whose spend and leads are known through yesterday, with a target for both."""
    client, _, now = case
    today = local_day(now, client.zone)
    series, month = Series(today - timedelta(days=45), tuple(days)), month_of(today)[0]
    return judged(
        case,
        status="active",
        reporting="month",
        metrics={"spend": series, "leads": series},
        targets={("spend", month): target, ("leads", month): target},
    )


@given(cases(), told_days, st.tuples(st.integers(1, 12_000), st.integers(1, 12_000)))
@EVERY_CASE
def test_a_forecast_further_from_its_target_is_never_better(
    case: Case, days: list[float | None], targets: tuple[int, int]
) -> None:
    low, high = (towards(case, days, target) for target in sorted(targets))
    pacing = {signal.name: signal for signal in low.signals}
    likely = pacing["spend_pacing"].evidence.get("forecast")
    told = [next(each for each in found.signals if each.name == "spend_pacing").evidence for found in (low, high)]
    if any("used_up_on" in evidence for evidence in told):  # a budget that is used up needs a decision, no forecast
        return
    assert isinstance(likely, int) == (pacing["spend_pacing"].state != "unknown")
    if not isinstance(likely, int):
        return
    if min(targets) > likely:
        worse(low, high)
    elif max(targets) < likely:  # a higher target that is not reached may open `delivery`
        assert severity_of(low, "spend_pacing") >= severity_of(high, "spend_pacing") - 1e-9


LOWER_LIMITS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"contact_limit_days": 20, "new_contact_limit_days": 20}, {"contact_limit_days": 12}),
    ({"contact_limit_days": 12}, {"contact_limit_days": 2}),
    ({"new_contact_limit_days": 7}, {"new_contact_limit_days": 3}),
    ({"unanswered_attempts": 3}, {"unanswered_attempts": 1}),
    ({"invoice_latest_days": 15}, {"invoice_latest_days": 4}),
    ({"invoice_red_days": 45}, {"invoice_red_days": 30}),
    ({"invoice_worst_days": 90}, {"invoice_worst_days": 50}),
    ({"invoice_big": 5}, {"invoice_big": 2}),
    ({"pacing_tolerance": 0.1}, {"pacing_tolerance": 0.03}),
    ({"goal_tolerance": 0.1}, {"goal_tolerance": 0.03}),
    ({"pacing_worst": 0.4}, {"pacing_worst": 0.1}),
]


@pytest.mark.parametrize(("loose", "strict"), LOWER_LIMITS)
@given(case=cases())
@settings(parent=EVERY_CASE, max_examples=30)
def test_a_lower_limit_is_never_better(loose: dict[str, Any], strict: dict[str, Any], case: Case) -> None:
    worse(judged(case, replace_from(loose)), judged(case, replace_from({**loose, **strict})))


@given(cases(), st.integers(1, 39))
@EVERY_CASE
def test_a_client_with_its_own_lower_limit_is_never_better(case: Case, limit: int) -> None:
    worse(judged(case, contact_limit_days=limit + 1), judged(case, contact_limit_days=limit))


def forgetting(kind: str) -> Callable[[Client], dict[str, Any]]:
    return lambda client: {"observations": tuple(o for o in client.observations if not o.kind.startswith(kind[:5]))}


def _no_calls(client: Client) -> dict[str, Any]:
    return {"last_call_at": None, **forgetting("recap")(client)}


UNKNOWN: dict[str, Callable[[Client], dict[str, Any]]] = {
    "contact": lambda client: {
        "last_contact_at": None,
        **_no_calls(client),
        "started_on": None,
        "created_on": None,
        "attempts": 0,
        "last_attempt_at": None,
    },
    # Where calls are asked for, none on record is as contact is: it counts from the start.
    "calls": lambda client: {**_no_calls(client), "call_every_days": None},
    "attempts": lambda _: {"attempts": 0, "last_attempt_at": None, "tried_on": ()},
    "who decides": lambda _: {"people_named_from": None, "last_decision_maker_at": None},
    "limit for calls": lambda _: {"call_every_days": None},
    "start": lambda _: {"started_on": None, "created_on": None},
    "contract": lambda _: {"renews_on": None},
    "invoices": lambda _: {"invoices": ()},
    "metrics": lambda _: {"metrics": {}},
    "spend": lambda client: {"metrics": {k: v for k, v in client.metrics.items() if k != "spend"}},
    "targets": lambda _: {"targets": {}},
    "goals": lambda _: {"targets": {}, "has_targets": False},
    "deadlines": lambda _: {"deadlines": ()},
    "roadmap": lambda _: {"roadmap": ()},
    "effort": lambda _: {"effort": ()},
    "return date": lambda _: {"returns_on": None},
    **{
        kind: forgetting(kind)
        for kind in KINDS
        if kind not in {"referral", "praise", "renewal", "recap_call", "recap_mail"}
    },
}


@pytest.mark.parametrize("unknown", UNKNOWN)
@given(case=cases())
@settings(parent=EVERY_CASE, max_examples=30)
def test_what_is_unknown_raises_neither_risk_nor_priority(unknown: str, case: Case) -> None:
    # Where the fee is read from invoices, forgetting them makes the value's factor neutral, which may be more.
    client = replace(case[0], monthly_fee=case[0].monthly_fee or 0)
    worse(judged((client, *case[1:]), **UNKNOWN[unknown](client)), judged((client, *case[1:])))


@given(cases())
@EVERY_CASE
def test_an_unknown_fee_or_median_raises_no_risk(case: Case) -> None:
    client, _, now = case
    known = replace(client, monthly_fee=client.monthly_fee or 0)
    found = judged(case, monthly_fee=known.monthly_fee)
    assert judged(case, monthly_fee=None, billing="retainer").risk <= found.risk + 1e-9
    no_median = replace(case[1], median_value={})
    assert assess(known, no_median, POLICY, now).risk <= found.risk + 1e-9


@given(cases())
@EVERY_CASE
def test_an_unknown_fee_or_median_makes_no_difference_to_priority(case: Case) -> None:
    assert judged(case, monthly_fee=None, billing="retainer").factors.value == 1
    client, _, now = case
    assert assess(client, Portfolio(), POLICY, now).factors.value == 1


@given(cases(), st.randoms(use_true_random=False))
@EVERY_CASE
def test_the_order_of_facts_does_not_matter(case: Case, shuffle: Any) -> None:
    shuffled, names, remarks = list(case[0].invoices), list(case[0].metrics), list(case[0].observations)
    shuffle.shuffle(shuffled)
    shuffle.shuffle(remarks)
    shuffle.shuffle(names)
    metrics = {name: case[0].metrics[name] for name in names}
    work: dict[str, Any] = {}
    for name in ("deadlines", "roadmap", "effort"):
        rows = list(getattr(case[0], name))
        shuffle.shuffle(rows)
        work[name] = tuple(rows)
    changed = judged(case, invoices=tuple(shuffled), metrics=metrics, observations=tuple(remarks), **work)
    assert changed == judged(case)


STAYS_TOLD = {"contact_gap", "unanswered", "complaint", "survey", "renewal", "returning", "invoice_overdue"}


@given(cases(), st.integers(1, 900))
@EVERY_CASE
def test_what_is_true_does_not_stop_being_told_by_growing_older(case: Case, days: int) -> None:
    client, portfolio, now = case
    told = {signal.key for signal in judged(case).breaches if signal.name in STAYS_TOLD}
    later = assess(client, portfolio, POLICY, now + timedelta(days=days))
    assert told <= {signal.key for signal in later.breaches}
