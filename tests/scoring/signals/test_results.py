from dataclasses import replace
from datetime import UTC, date, timedelta
from random import Random
from typing import Any

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, KnownBreach, Portfolio, Series
from scoring.forecast import project
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.results import goal_pacing, no_goals, spend_pacing

TODAY = date(2026, 11, 16)  # 15 of November's 30 days are known
NOVEMBER = date(2026, 11, 1)
CLIENT = Client(1, "active", UTC, currency="EUR", has_targets=True)


def on(day: date = TODAY) -> Context:
    return Context(Policy(), Portfolio(), day)


def steady(value: float, through: date = TODAY - timedelta(days=1), days: int = 60) -> Series:
    return Series(through - timedelta(days=days - 1), (value,) * days)


def spending(
    value: float,
    target: int,
    through: date = TODAY - timedelta(days=1),
    day: date = TODAY,
    known: KnownBreach | None = None,
) -> Signal:
    month = day.replace(day=1)
    client = replace(
        CLIENT,
        metrics={"spend": steady(value, through)},
        targets={("spend", month): target},
        breaches={"spend_pacing": known} if known else {},
    )
    return spend_pacing(client, on(day))


@pytest.mark.parametrize(
    ("target", "state", "direction"),
    [
        (3000, "ok", None),
        (2800, "ok", None),
        (2785, "ok", None),  # beyond the tolerance, but as likely to end within it
        (2720, "breach", "over"),
        (3240, "ok", None),
        (3250, "ok", None),
        (3350, "breach", "under"),
    ],
)
def test_spend_is_off_its_target_both_ways_where_it_surely_ends_beyond_the_tolerance(
    target: int, state: str, direction: str | None
) -> None:
    found = spending(100, target)
    assert (found.state, found.evidence.get("direction")) == (state, direction)
    assert found.evidence["tolerance"] == pytest.approx(0.075)


def test_the_tolerance_narrows_towards_the_end_of_the_month() -> None:
    days = (date(2026, 11, 4), TODAY, date(2026, 11, 30))
    tolerances = [spending(100, 3000, day - timedelta(days=1), day).evidence["tolerance"] for day in days]
    assert tolerances == pytest.approx([0.095, 0.075, 0.0517], abs=1e-4)
    early, late = (spending(100, 2800, day - timedelta(days=1), day) for day in (days[0], days[2]))
    assert (early.state, late.state) == ("ok", "breach")


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in range(4, 31)])
def test_even_spend_off_by_a_sixth_is_a_breach_on_every_day_and_by_less_than_a_twentieth_on_none(day: date) -> None:
    yesterday = day - timedelta(days=1)
    assert [spending(100, target, yesterday, day).state for target in (2500, 3600)] == ["breach", "breach"]
    assert [spending(100, target, yesterday, day).state for target in (2860, 3150)] == ["ok", "ok"]


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in range(16, 31)])
def test_even_spend_off_by_more_than_a_tenth_is_a_breach_from_half_way_on(day: date) -> None:
    yesterday = day - timedelta(days=1)
    assert [spending(100, target, yesterday, day).state for target in (2720, 3350)] == ["breach", "breach"]


def noisy(level: float, day: date, target: int, noise: float) -> Signal:
    """Judge spend that strays by so much each day, the same in each half of a month, the first of which is known."""
    draw = Random(3)
    strays = [(n - 7) / 4.32 for n in range(15)]  # 0 on average, with a deviation of 1
    values = tuple([level * (1 + noise * stray) for _ in range(4) for stray in draw.sample(strays, 15)])
    client = replace(CLIENT, metrics={"spend": Series(day - timedelta(days=60), values)})
    return spend_pacing(replace(client, targets={("spend", day.replace(day=1)): target}), on(day))


def test_the_tolerance_narrows_no_further_than_what_chance_makes_of_a_healthy_month() -> None:
    june = date(2026, 6, 29)
    told = [noisy(100, june, 3000, noise).evidence["tolerance"] for noise in (0.02, 0.2, 0.6)]
    even, uneven, wild = map(float, map(str, told))
    assert even == pytest.approx(0.1 * (1 - 28 / 30 / 2), abs=1e-4)
    assert uneven == pytest.approx(1.645 * 0.2 / 30**0.5, abs=0.02)  # a month's deviation is a day's by the root
    assert wild == 0.1  # never wider than at first


def test_the_same_miss_opens_on_even_spend_and_not_where_chance_may_bring_it() -> None:
    june = date(2026, 6, 16)
    assert [noisy(100, june, 3500, noise).state for noise in (0.02, 0.2)] == ["breach", "ok"]
    assert noisy(100, june, 4200, 0.2).state == "breach"


def test_an_open_breach_stays_open_while_a_miss_is_likelier_than_not() -> None:
    known = KnownBreach(date(2026, 11, 10))
    unopened = {target: spending(100, target) for target in (2770, 3260)}
    still = {target: spending(100, target, known=known) for target in (2770, 3260)}
    assert {signal.state for signal in unopened.values()} == {"ok"}
    assert {(signal.state, signal.severity) for signal in still.values()} == {("breach", 0.5)}
    assert all(0.5 <= float(str(signal.evidence["chance"])) < 0.65 for signal in still.values())
    assert [spending(100, target, known=known).state for target in (2860, 3000, 3150)] == ["ok", "ok", "ok"]


def test_a_resolved_breach_is_judged_by_the_days_since_and_opens_again_where_they_are_off_too() -> None:
    resolved = KnownBreach(date(2026, 11, 8), date(2026, 11, 15))

    def state(day: int, known: KnownBreach | None) -> str:
        return spending(100, 3400, date(2026, 11, day - 1), date(2026, 11, day), known).state

    assert [state(day, None) for day in (16, 17, 25)] == ["breach", "breach", "breach"]
    assert [state(day, resolved) for day in (16, 17, 25)] == ["ok", "ok", "breach"]


def test_a_breach_of_last_month_stays_only_where_this_one_is_likely_to_be_missed_too() -> None:
    first = date(2026, 12, 1)
    known = KnownBreach(date(2026, 11, 10))
    states = [spending(100, target, first - timedelta(days=1), first, known).state for target in (3100, 6000)]
    assert states == ["ok", "breach"]


def test_the_evidence_of_a_miss_holds_the_daily_amount_that_lands_on_target() -> None:
    found = spending(100_00, 4400_00)
    told = found.evidence
    assert (told["so_far"], told["forecast"], told["target"]) == (1500_00, 3000_00, 4400_00)
    assert (told["period_start"], told["period_end"]) == (NOVEMBER, date(2026, 11, 30))
    assert (told["data_through"], told["days_left"], told["daily_now"]) == (date(2026, 11, 15), 14, 100_00)
    assert told["daily_needed"] == 200_00  # 15 days known and today at 100, then 14 at 200
    assert (told["metric"], told["currency"]) == ("spend", "EUR")
    assert (found.next_step, found.effort) == ("adjust_budget", "quick")
    low, high, chance = told["low"], told["high"], told["chance"]
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert low < 3000_00 < high
    assert isinstance(chance, float)
    assert chance > 0.99


def test_where_spend_is_beyond_the_whole_target_the_client_is_told_and_nothing_is_turned_off() -> None:
    found = spending(100, 1400)
    assert (found.state, found.evidence["daily_needed"], found.next_step) == ("breach", None, "tell_client")


@pytest.mark.parametrize("target", range(2000, 6001, 100))
def test_nobody_is_told_to_spend_more_than_twice_a_day_or_less_than_half(target: int) -> None:
    found = spending(100, target)
    if found.state != "breach":
        return
    sane = 1500 + 100 + 14 * 50 <= target <= 1500 + 100 + 14 * 200  # today at 100, then fourteen days
    needed = found.evidence["daily_needed"]
    assert (needed is not None, found.next_step) == (sane, "adjust_budget" if sane else "tell_client")
    assert needed is None or needed == pytest.approx((target - 1600) / 14, abs=0.5)


@pytest.mark.parametrize(("day", "step"), [(27, "adjust_budget"), (28, "tell_client")])
def test_with_less_than_three_days_left_the_client_is_told_where_it_ends(day: int, step: str) -> None:
    found = spending(100, 3190, date(2026, 11, day - 1), date(2026, 11, day))
    assert (found.state, found.next_step, found.evidence["days_left"]) == ("breach", step, 30 - day)


def test_on_the_last_day_there_is_no_tomorrow_to_spend_in() -> None:
    last = date(2026, 11, 30)
    found = spending(100, 2000, last - timedelta(days=1), last)
    assert (found.evidence["days_left"], found.evidence["daily_needed"]) == (0, None)
    assert found.until == date(2026, 12, 1)


@pytest.mark.parametrize(("target", "severity"), [(6000, 1.0), (2000, 1.0), (4200, 0.7634), (2400, 0.7188)])
def test_severity_grows_with_the_distance_from_the_target(target: int, severity: float) -> None:
    assert spending(100, target).severity == pytest.approx(severity, abs=1e-4)


def test_severity_is_less_than_the_distance_alone_makes_while_it_is_less_than_sure() -> None:
    even, uneven = (noisy(100, date(2026, 6, 16), 4200, noise) for noise in (0.02, 0.2))
    by_distance = [
        0.5 + 0.5 * ((1 - float(str(tolerance))) - float(str(forecast)) / 4200) / 0.4
        for tolerance, forecast in ((s.evidence["tolerance"], s.evidence["forecast"]) for s in (even, uneven))
    ]
    assert even.severity == pytest.approx(by_distance[0], abs=1e-3)
    assert 0.5 < uneven.severity < by_distance[1] - 0.05


def test_a_night_without_new_data_does_not_change_the_forecast() -> None:
    nights = [spending(100, 3400, TODAY - timedelta(days=1), TODAY + timedelta(days=n)) for n in range(3)]
    assert len({(s.severity, s.evidence["forecast"], s.evidence["tolerance"]) for s in nights}) == 1
    assert [s.evidence["days_left"] for s in nights] == [14, 13, 12]
    assert [s.until for s in nights] == [TODAY + timedelta(days=n + 1) for n in range(3)]


def test_on_target_nothing_changes_before_the_period_ends() -> None:
    assert spending(100, 3000).until == date(2026, 12, 1)


def test_todays_value_counts_from_tomorrow() -> None:
    whole = steady(100)
    part = Series(whole.first, (*whole.values, 3.0))
    client = replace(CLIENT, metrics={"spend": part}, targets={("spend", NOVEMBER): 3000})
    found = spend_pacing(client, on())
    assert found.evidence["so_far"] == 1500
    assert found.until == TODAY + timedelta(days=1)


def test_a_month_is_not_judged_by_its_first_two_days() -> None:
    states = [
        spending(100, 9000, day - timedelta(days=1), day).state
        for day in (date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 4))
    ]
    assert states == ["unknown", "unknown", "breach"]


def test_a_client_that_began_in_the_middle_of_the_month_is_judged_by_its_own_days_and_share() -> None:
    began = replace(CLIENT, targets={("spend", NOVEMBER): 3000})  # of which 19 days of 30 are its own
    two, five = (replace(began, metrics={"spend": Series(date(2026, 11, 12), (100.0,) * n)}) for n in (2, 5))
    assert spend_pacing(two, on(date(2026, 11, 14))).state == "unknown"
    found = spend_pacing(five, on(date(2026, 11, 17)))
    assert (found.state, found.evidence["forecast"]) == ("ok", 1900)
    assert (found.evidence["target"], found.evidence["begins_on"]) == (1900, date(2026, 11, 12))


@pytest.mark.parametrize("targets", [{}, {("leads", NOVEMBER): 40}, {("spend", date(2026, 10, 1)): 90}])
def test_spend_without_a_target_for_this_month_is_unknown(targets: dict[tuple[str, date], int]) -> None:
    client = replace(CLIENT, metrics={"spend": steady(100)}, targets=targets)
    assert spend_pacing(client, on()).state == "unknown"


@pytest.mark.parametrize("target", [0, -5])
def test_a_target_of_nothing_is_none(target: int) -> None:
    assert spending(100, target).state == "unknown"


def test_a_target_without_data_is_unknown() -> None:
    client = replace(CLIENT, targets={("spend", NOVEMBER): 3000})
    assert spend_pacing(client, on()).state == "unknown"
    nothing = replace(client, metrics={"spend": Series(NOVEMBER, (None, None))})
    assert spend_pacing(nothing, on()).state == "unknown"


def test_refunded_spend_is_subtracted() -> None:
    days = (*((100.0,) * 55), 100.0, -200.0, 100.0, 100.0, 100.0)
    client = replace(
        CLIENT, metrics={"spend": Series(TODAY - timedelta(days=60), days)}, targets={("spend", NOVEMBER): 3000}
    )
    assert spend_pacing(client, on()).evidence["so_far"] == 1200


def quarter(*months: int) -> Signal:
    targets = {("spend", date(2026 + month // 13, month % 12 or 12, 1)): 3000 for month in months}
    client = replace(CLIENT, reporting="quarter", metrics={"spend": steady(100, days=90)}, targets=targets)
    return spend_pacing(client, on())


def test_a_client_that_reports_by_quarter_is_read_over_the_quarter() -> None:
    found = quarter(9, 10, 11, 12, 13)
    told = found.evidence
    assert (told["period_start"], told["period_end"], told["target"]) == (date(2026, 10, 1), date(2026, 12, 31), 9000)
    assert (told["so_far"], told["forecast"], found.state) == (4600, 9200, "ok")


def test_a_quarter_is_read_over_its_months_that_have_a_target() -> None:
    told = quarter(10, 11).evidence
    assert (told["period_start"], told["period_end"], told["target"]) == (date(2026, 10, 1), date(2026, 11, 30), 6000)
    assert quarter(10, 12).state == "unknown"


def goal(metric: str, value: float, target: int, day: date = TODAY, **known: Any) -> Signal:
    metrics = {metric: steady(value, day - timedelta(days=1))}
    client = replace(CLIENT, metrics=metrics, targets={(metric, day.replace(day=1)): target}, **known)
    return goal_pacing(client, on(day))[0]


def test_goals_are_only_missed_below_with_one_signal_for_each_metric() -> None:
    client = replace(
        CLIENT,
        metrics={"leads": steady(4), "conversions": steady(1), "revenue": steady(900_00)},
        targets={("leads", NOVEMBER): 60, ("conversions", NOVEMBER): 90, ("revenue", NOVEMBER): 30_000_00},
    )
    found = {signal.subject: signal for signal in goal_pacing(client, on())}
    assert {subject: signal.state for subject, signal in found.items()} == {
        "leads": "ok",
        "conversions": "breach",
        "revenue": "ok",
    }
    missed = found["conversions"]
    assert (missed.next_step, missed.effort, missed.evidence["currency"]) == ("review_campaigns", "deep", None)
    assert found["revenue"].evidence["currency"] == "EUR"


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 6, 16), date(2026, 6, 30)])
def test_a_goal_of_many_results_is_missed_under_nine_tenths_from_the_first_third_on(day: date) -> None:
    states = [goal("leads", 1000, target, day).state for target in (20_000, 30_000, 33_000, 33_300, 37_500)]
    assert states == ["ok", "ok", "ok", "ok", "breach"]
    assert goal("leads", 1000, 37_500, day).evidence["tolerance"] == 0.1


def test_a_goal_of_few_results_may_be_missed_by_as_much_as_chance_makes_of_a_healthy_month() -> None:
    june = date(2026, 6, 16)
    told = goal("leads", 3, 90, june).evidence["tolerance"]
    assert told == pytest.approx(1.645 * 90**0.5 / 90, abs=1e-3)  # Poisson's deviation of the month's 90
    assert [goal("leads", 3, target, june).state for target in (101, 110, 180)] == ["ok", "ok", "breach"]


def test_days_that_still_grow_are_left_out_of_goals() -> None:
    assert goal("leads", 3, 90).evidence["data_through"] == TODAY - timedelta(days=1)
    late = goal("leads", 3, 90, lags={"leads": 3})
    assert (late.evidence["data_through"], late.evidence["so_far"]) == (TODAY - timedelta(days=4), 36)


def test_an_open_goal_stays_open_by_its_own_metric() -> None:
    june = date(2026, 6, 16)
    for_leads = {"goal_pacing:leads": KnownBreach(date(2026, 6, 9))}
    for_another = {"goal_pacing:revenue": KnownBreach(date(2026, 6, 9))}
    states = [goal("leads", 3, 112, june, breaches=known).state for known in ({}, for_leads, for_another)]
    assert states == ["ok", "breach", "ok"]


def test_without_any_goal_pacing_is_unknown() -> None:
    assert [signal.state for signal in goal_pacing(CLIENT, on())] == ["unknown"]


def test_a_client_without_a_goal_is_a_to_do_after_thirty_days_and_no_alarm() -> None:
    client = replace(CLIENT, has_targets=False, started_on=TODAY - timedelta(days=29))
    before, after = no_goals(client, on()), no_goals(client, on(TODAY + timedelta(days=1)))
    assert (before.state, before.until) == ("ok", TODAY + timedelta(days=1))
    assert (after.state, after.severity, after.next_step) == ("soon", 0, "set_targets")
    assert after.evidence == {"since": TODAY + timedelta(days=1)}
    assert no_goals(CLIENT, on()).state == "ok"
    assert no_goals(replace(client, started_on=None), on()).state == "unknown"
    assert no_goals(replace(client, started_on=None, created_on=date(2026, 1, 1)), on()).state == "soon"


@pytest.mark.parametrize("target", [1600, 1750, 2500, 2950])
def test_the_chance_is_that_of_the_forecast_to_end_beyond_the_tolerance(target: int) -> None:
    values = tuple(20.0 + 160 * (n * n % 11 > 4) for n in range(60))
    first = TODAY - timedelta(days=60)
    client = replace(
        CLIENT,
        metrics={"spend": Series(first, values)},
        targets={("spend", NOVEMBER): target},
        breaches={"spend_pacing": KnownBreach(NOVEMBER)},
    )
    forecast = project(values, first, TODAY)
    outside = 1 - forecast.chance_under(1.1 * target) if forecast.mid > target else forecast.chance_under(0.9 * target)
    found = spend_pacing(client, on())
    assert found.evidence["tolerance"] == 0.1
    assert 0.4 < outside < 0.999
    assert found.evidence["chance"] == pytest.approx(outside, abs=1e-3)


def test_days_before_the_period_are_no_part_of_its_forecast_where_data_is_old() -> None:
    client = replace(
        CLIENT,
        metrics={"spend": steady(100, date(2026, 11, 25))},
        targets={("spend", date(2026, 12, 1)): 6000},
        breaches={"spend_pacing": KnownBreach(date(2026, 11, 20))},
    )
    found = spend_pacing(client, on(date(2026, 12, 2)))
    assert (found.state, found.evidence["so_far"]) == ("breach", 0)
    assert found.evidence["forecast"] == pytest.approx(3100, rel=0.02)
