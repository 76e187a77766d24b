from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, KnownBreach, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.rates import cost_per_lead, lead_quality, traffic_to_lead

TODAY = date(2026, 11, 21)  # 20 of November's days are known
NOVEMBER = date(2026, 11, 1)
CLIENT = Client(1, "active", UTC, currency="EUR", has_targets=True)


AMONG_BIGGER_ONES = Portfolio(median_value={"EUR": 10_000_00})


def on(day: date = TODAY) -> Context:
    return Context(Policy(), Portfolio(), day)


def series(before: float, lately: float, days: int = 120) -> Series:
    """Make daily values through yesterday: the last 30 of them, two days that are left out among them, at `lately`."""
    return Series(TODAY - timedelta(days=days), (before,) * (days - 30) + (lately,) * 30)


def quality(before: float, lately: float, leads: float = 10, day: date = TODAY, **known: Any) -> Signal:
    metrics = {"leads": series(leads, leads), "qualified_leads": series(before, lately)}
    return lead_quality(replace(CLIENT, metrics=metrics, **known), on(day))


@pytest.mark.parametrize(
    ("lately", "state", "severity"),
    [
        (8, "ok", 0),
        (6.1, "ok", 0),  # fallen for sure, but by less than a quarter
        (5, "breach", 0.6),  # 1.6 times as few: 0.27 of the 1.33 from the limit to full severity
        (4, "breach", 0.75),
        (3, "breach", 1),
        (0, "breach", 1),
    ],
)
def test_fewer_qualified_leads_among_as_many(lately: float, state: str, severity: float) -> None:
    found = quality(8, lately)
    assert found.state == state
    assert found.severity == pytest.approx(severity, abs=0.01)
    assert (found.evidence["before_part"], found.evidence["before_whole"]) == (720, 900)
    assert found.evidence["judged_through"] == TODAY - timedelta(days=3)
    assert found.until == TODAY + timedelta(days=1)


def test_the_evidence_of_a_fall_shows_the_days_that_speak_most_for_it() -> None:
    fallen, steady = quality(8, 4).evidence, quality(8, 8).evidence
    assert (fallen["since"], fallen["recent_part"], fallen["recent_whole"]) == (TODAY - timedelta(days=30), 112, 280)
    assert (steady["since"], steady["recent_part"], steady["recent_whole"]) == (TODAY - timedelta(days=9), 56, 70)


def test_a_fall_that_chance_may_bring_is_no_breach() -> None:
    assert quality(0.4, 0.3, leads=1).state == "ok"
    assert quality(0.4, 0.2, leads=1).state == "ok"
    assert quality(4, 2, leads=10).state == "breach"


def test_a_share_near_one_strays_less_so_the_same_fall_is_surer() -> None:
    assert [quality(part, part * 0.65, leads=leads).state for part, leads in ((1, 4), (1, 1.05))] == ["ok", "breach"]


def test_an_open_fall_stays_until_the_last_days_are_clearly_as_before() -> None:
    known = {"lead_quality": KnownBreach(TODAY - timedelta(days=12))}
    assert (quality(8, 6.1).state, quality(8, 6.1, breaches=known).state) == ("ok", "breach")
    assert quality(8, 8, breaches=known).state == "ok"


def test_what_was_resolved_is_not_told_again_by_the_days_before_it() -> None:
    resolved = {"lead_quality": KnownBreach(TODAY - timedelta(days=25), TODAY - timedelta(days=3))}
    assert (quality(8, 5).state, quality(8, 5, breaches=resolved).state) == ("breach", "ok")


def test_too_few_leads_or_too_old_ones_are_unknown() -> None:
    assert quality(0.1, 0.0, leads=0.6).state == "unknown"  # nine before
    assert quality(0.15, 0.0, leads=0.6).state == "unknown"  # not five to come in four weeks
    assert quality(0, 0).state == "unknown"
    old = TODAY + timedelta(days=14)
    assert (quality(8, 1, day=old - timedelta(days=1)).state, quality(8, 1, day=old).state) == ("breach", "unknown")
    assert lead_quality(CLIENT, on()).state == "unknown"


def test_the_last_two_days_are_left_out() -> None:
    nothing_yet = Series(TODAY - timedelta(days=120), (8.0,) * 118 + (0.0, 0.0))
    metrics = {"leads": series(10, 10), "qualified_leads": nothing_yet}
    assert lead_quality(replace(CLIENT, metrics=metrics), on()).evidence["recent_part"] == 8 * 7


def test_days_are_left_out_for_as_long_as_the_source_is_known_to_add_to_them() -> None:
    growing = Series(TODAY - timedelta(days=120), (8.0,) * 106 + (2.0,) * 14)
    client = replace(CLIENT, metrics={"leads": series(10, 10), "qualified_leads": growing})
    states = [lead_quality(replace(client, lags={"qualified_leads": lag}), on()).state for lag in (0, 14)]
    assert states == ["breach", "ok"]


def test_data_runs_through_the_last_day_that_both_know() -> None:
    late = Series(TODAY - timedelta(days=120), (8.0,) * 115)
    found = lead_quality(replace(CLIENT, metrics={"leads": series(10, 10), "qualified_leads": late}), on())
    assert (found.state, found.evidence["recent_part"]) == ("ok", 8 * 7)
    assert found.evidence["judged_through"] == TODAY - timedelta(days=6)  # so late that no day is left out beside
    assert found.evidence["since"] == TODAY - timedelta(days=5 + 7)


def test_fewer_leads_from_the_same_traffic() -> None:
    metrics = {"sessions": series(400, 400), "leads": series(8, 4)}
    found = traffic_to_lead(replace(CLIENT, metrics=metrics), on())
    assert (found.name, found.state, found.next_step, found.effort) == (
        "traffic_to_lead",
        "breach",
        "review_campaigns",
        "deep",
    )
    more_traffic = {"sessions": series(400, 800), "leads": series(8, 8)}
    assert traffic_to_lead(replace(CLIENT, metrics=more_traffic), on()).state == "breach"


def cost(leads: float, spend: float = 100_00, budget: int = 3000_00, goal: int = 60, **known: Any) -> Signal:
    client = replace(
        CLIENT,
        metrics={"spend": series(spend, spend), "leads": series(leads, leads)},
        targets={("spend", NOVEMBER): budget, ("leads", NOVEMBER): goal},
    )
    return cost_per_lead(replace(client, monthly_fee=1, **known), Context(Policy(), AMONG_BIGGER_ONES, TODAY))


@pytest.mark.parametrize(
    ("leads", "state"), [(2, "ok"), (1.61, "ok"), (1.4, "ok"), (1, "breach"), (0.5, "breach"), (0, "breach")]
)
def test_cost_per_lead_is_compared_with_what_the_targets_imply(leads: float, state: str) -> None:
    found = cost(leads)
    assert found.state == state
    assert (found.evidence["target"], found.evidence["spend"]) == (50_00, 2000_00)
    assert found.until == TODAY + timedelta(days=1)


def test_how_dear_a_lead_is_weighs_with_how_sure_that_is() -> None:
    severities = [cost(leads).severity for leads in (1.2, 1.1, 1, 0.5, 0)]
    assert 0.5 < severities[0] < severities[1] < severities[2] < 1
    assert severities[3:] == [1, 1]


def test_an_open_breach_of_the_cost_per_lead_stays_until_leads_clearly_cost_what_they_should() -> None:
    known = {"cost_per_lead": KnownBreach(TODAY - timedelta(days=10))}
    assert [cost(leads).state for leads in (2, 1.6, 1.3)] == ["ok"] * 3
    assert [cost(leads, breaches=known).state for leads in (2, 1.6, 1.3)] == ["ok", "breach", "breach"]


def test_leads_that_were_dear_last_week_are_no_breach_where_the_months_are_not() -> None:
    metrics = {
        "spend": series(100_00, 100_00),
        "leads": Series(TODAY - timedelta(days=120), (9.0,) * 106 + (0.6,) * 14),
    }
    targets = {("spend", NOVEMBER): 3000_00, ("leads", NOVEMBER): 60}
    found = cost_per_lead(replace(CLIENT, metrics=metrics, targets=targets, monthly_fee=1), on())
    assert (found.state, found.evidence["leads"]) == ("ok", 62)


def test_cost_per_lead_is_that_of_the_month() -> None:
    assert cost(1.6).evidence["cost"] == 62_50
    assert cost(0).evidence["cost"] is None


def test_with_little_spend_or_a_missing_target_cost_per_lead_is_unknown() -> None:
    assert cost(0, spend=12_00).state == "unknown"
    assert (cost(1, budget=0).state, cost(1, goal=0).state) == ("unknown", "unknown")
    assert cost_per_lead(replace(CLIENT, metrics={"spend": series(1, 1)}), on()).state == "unknown"


def test_a_metric_that_begins_today_counts_from_tomorrow() -> None:
    begins = Series(TODAY, (3.0,))
    metrics = {"leads": series(10, 10), "qualified_leads": begins}
    assert lead_quality(replace(CLIENT, metrics=metrics), on()).until == TODAY + timedelta(days=1)
    targets = {("spend", NOVEMBER): 100, ("leads", NOVEMBER): 10}
    client = replace(CLIENT, metrics={"spend": series(1, 1), "leads": begins}, targets=targets)
    assert cost_per_lead(client, on()).until == TODAY + timedelta(days=1)
    assert (
        cost_per_lead(replace(client, metrics={"spend": series(1, 1), "leads": Series(TODAY, ())}), on()).until is None
    )


def by_industry(leads: float = 1.6, *, usual: int = 50_00, industry: str = "Hotels", **known: Any) -> Signal:
    """Judge the same client, without targets, in an industry whose clients usually pay so much for a lead."""
    client = replace(
        CLIENT, industry=industry, metrics={"spend": series(100_00, 100_00), "leads": series(leads, leads)}, **known
    )
    agency = Portfolio(median_value={"EUR": 10_000_00}, lead_cost={"EUR/hotels": usual})
    return cost_per_lead(client, Context(Policy(), agency, TODAY))


def test_without_a_target_cost_per_lead_is_compared_with_its_industry() -> None:
    found = by_industry(0.5, monthly_fee=1)
    assert (found.state, found.severity, found.evidence["usual"], found.evidence["cost"]) == (
        "breach",
        1,
        50_00,
        200_00,
    )
    assert "target" not in found.evidence
    assert by_industry(1.61).state == "ok"
    assert by_industry(0.5, industry="  hoTels ").state == "breach"
    assert [by_industry(0.5, industry=other).state for other in ("", "Law")] == ["unknown", "unknown"]
    assert by_industry(0.5, currency="USD").state == "unknown"


def test_where_neither_targets_nor_peers_tell_the_upper_end_of_what_is_published_does() -> None:
    found = by_industry(0.25, industry="Financial Services", currency="USD")
    assert (found.state, found.evidence["usual"], found.evidence["is_published"]) == ("breach", 100_00, True)
    assert by_industry(1, industry="Financial Services", currency="USD").state == "ok"
    assert by_industry(0.25, industry="Financial Services", currency="EUR").state == "unknown"


def test_half_of_an_industry_is_above_its_middle_so_a_quarter_more_than_that_is_no_beginning() -> None:
    assert (cost(1).state, by_industry(1).state) == ("breach", "ok")  # twice as dear, for four weeks
    assert by_industry(1 / 1.25).state == "breach"


def test_the_clients_own_targets_come_before_its_industry() -> None:
    targets = {("spend", NOVEMBER): 3000_00, ("leads", NOVEMBER): 10}
    found = by_industry(targets=targets)
    assert (found.state, found.evidence["target"]) == ("ok", 300_00)
    assert by_industry(targets={("spend", NOVEMBER): 3000_00}).evidence["usual"] == 50_00


@pytest.mark.parametrize(
    ("fee", "severity"), [(1, 1.0), (604_00, 1.0), (604_00 * 2, 0.8165), (604_00 * 4, 0.7071), (604_00 * 99, 0.7071)]
)
def test_expensive_leads_are_fine_for_a_client_that_is_worth_it(fee: int, severity: float) -> None:
    found = by_industry(0.5, monthly_fee=fee)  # the value of one is 22.4 fees: 446.00 a month makes it the median
    assert found.severity == pytest.approx(severity, abs=1e-3)


def test_a_client_of_unknown_worth_has_the_benefit_of_the_doubt() -> None:
    assert by_industry(0.5).severity == pytest.approx(0.5**0.5)
    assert by_industry(0.5, monthly_fee=1, currency="EUR").severity == 1
    assert cost(0.5).severity == 1
    client = replace(CLIENT, monthly_fee=1, metrics={"spend": series(1, 1)})
    assert cost_per_lead(client, on()).state == "unknown"
