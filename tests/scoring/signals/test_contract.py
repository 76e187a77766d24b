from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Mark, Observation, Portfolio, Tenure
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.contract import renewal, returning, tenure_mark

TODAY = date(2026, 11, 20)
CLIENT = Client(1, "active", UTC, started_on=date(2024, 1, 1), created_on=date(2026, 1, 1))


def on(day: date = TODAY) -> Context:
    return Context(Policy(), Portfolio(), day)


def test_a_paused_client_is_asked_about_when_it_is_expected_back() -> None:
    back = replace(CLIENT, status="paused", returns_on=TODAY)
    states = [returning(back, on(TODAY + timedelta(days=n))).state for n in (-3, -2, -1, 0, 30)]
    assert states == ["ok", "soon", "soon", "breach", "breach"]
    assert returning(back, on()).evidence == {"returns_on": TODAY}
    assert returning(CLIENT, on()).state == "unknown"


def test_a_paused_client_without_a_return_date_is_asked_about_after_thirty_days() -> None:
    paused = replace(CLIENT, status="paused", paused_since=TODAY - timedelta(days=29))
    before, after = returning(paused, on()), returning(paused, on(TODAY + timedelta(days=1)))
    assert (before.state, before.until) == ("ok", TODAY + timedelta(days=1))
    assert (after.is_open_to_do, after.severity, after.until) == (True, 0, None)
    assert after.evidence == {"paused_since": TODAY - timedelta(days=29)}
    assert returning(replace(paused, returns_on=TODAY + timedelta(days=60)), on()).state == "ok"


@pytest.mark.parametrize(
    ("left", "state", "severity", "changes_in"),
    [
        (91, "ok", 0, 1),
        (90, "breach", 0.5, 30),
        (61, "breach", 0.5, 1),
        (60, "breach", 0.65, 30),
        (30, "breach", 0.8, None),
        (0, "breach", 0.8, None),
        (-90, "breach", 0.8, None),
        (-900, "breach", 0.8, None),
    ],
)
def test_a_contract_that_ends_is_worse_at_90_60_and_30_days_and_stays_told(
    left: int, state: str, severity: float, changes_in: int | None
) -> None:
    client = replace(CLIENT, renews_on=TODAY + timedelta(days=left), created_on=date(2024, 1, 1))
    found = renewal(client, on())
    assert (found.state, found.severity) == (state, severity)
    assert found.is_open_alarm == (severity > 0.5)
    assert found.until == (changes_in and TODAY + timedelta(days=changes_in))


def test_a_contract_that_was_long_over_when_its_client_came_in_is_a_to_do() -> None:
    ran_out = replace(CLIENT, renews_on=TODAY - timedelta(days=700), created_on=TODAY - timedelta(days=1))
    found = renewal(ran_out, on())
    assert (found.state, found.kind, found.level, found.until) == ("breach", "to_do", "amber", None)
    assert (found.next_step, found.since) == ("record_contract", TODAY - timedelta(days=1))
    lately = replace(ran_out, renews_on=TODAY - timedelta(days=20))
    assert (renewal(lately, on()).kind, renewal(lately, on()).level) == ("alarm", "red")


def test_a_recorded_renewal_closes_the_breach() -> None:
    ending = replace(CLIENT, renews_on=TODAY + timedelta(days=20))
    renewed, long_ago = (Observation("renewal", TODAY - timedelta(days=age)) for age in (100, 101))
    assert renewal(replace(ending, observations=(renewed,)), on()).state == "ok"
    assert renewal(replace(ending, observations=(long_ago,)), on()).state == "breach"


TENURE = Tenure(30, 20, (Mark(12, 9, 46, 1.4), Mark(24, 6, 30, 0.8)))


def tenured(days: int, tenure: Tenure | None = TENURE, policy: Policy | None = None) -> Signal:
    """Judge a client so many days after its start."""
    client = Client(1, "active", UTC, started_on=date(2025, 1, 1))
    ctx = Context(policy or Policy(), Portfolio(tenure=tenure), date(2025, 1, 1) + timedelta(days=days))
    return tenure_mark(client, ctx)


@pytest.mark.parametrize(
    ("days", "state", "months", "until"),
    [
        (100, "ok", None, 320),
        (319, "ok", None, 320),
        (320, "breach", 12, 380),
        (379, "breach", 12, 380),
        (380, "ok", None, 685),
        (685, "breach", 24, 745),
        (745, "ok", None, None),
    ],
)
def test_a_tenure_mark_is_a_breach_from_45_days_before(
    days: int, state: str, months: int | None, until: int | None
) -> None:
    found = tenured(days)
    assert (found.state, found.evidence.get("months")) == (state, months)
    assert found.until == (None if until is None else date(2025, 1, 1) + timedelta(days=until))


def test_the_evidence_of_a_tenure_mark() -> None:
    found = tenured(330)
    assert found.evidence == {"months": 12, "mark_on": date(2026, 1, 1), "left": 9, "at_risk": 46, "expected": 1.4}
    assert (found.severity, found.level, found.since) == (0.5, "amber", date(2025, 11, 17))
    assert tenured(330, policy=Policy(tenure_warn_days=30)).state == "ok"


def test_too_few_losses_are_unknown_and_say_how_many_are_needed() -> None:
    assert tenured(330, Tenure(3, 20)) == Signal("tenure_mark", "unknown", evidence={"lost": 3, "needed": 20})
    assert tenured(330, None) == Signal("tenure_mark", "unknown")
    assert tenured(330, Tenure(30, 20)) == Signal("tenure_mark", "ok")
    client = Client(1, "active", UTC)
    assert tenure_mark(client, Context(Policy(), Portfolio(tenure=TENURE), date(2026, 1, 1))).state == "unknown"
