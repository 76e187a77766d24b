"""What pacing says of single clients that are no rule: each with the sentence that its account manager needs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, timedelta
from random import Random

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, KnownBreach, Observation, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.delivery import delivery
from scoring.signals.results import goal_pacing, spend_pacing

DAY = timedelta(days=1)
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
CLIENT = Client(1, "active", UTC, currency="EUR", has_targets=True)


def spend_on(day: date, amount: Callable[[date], float], first: date = date(2026, 9, 1)) -> Series:
    """Make what was spent on each day through the day before."""
    return Series(first, tuple(amount(first + n * DAY) for n in range((day - first).days)))


def pace(client: Client, day: date, amount: Callable[[date], float], target: int, **known: object) -> Signal:
    metrics = {"spend": spend_on(day, amount, day - 90 * DAY)}
    judged = replace(client, metrics=metrics, targets={("spend", day.replace(day=1)): target}, **known)  # type: ignore[arg-type]
    return spend_pacing(judged, Context(Policy(), Portfolio(), day))


def stopped(client: Client, day: date, amount: Callable[[date], float], target: int) -> Signal:
    metrics = {"spend": spend_on(day, amount)}
    judged = replace(client, metrics=metrics, targets={("spend", day.replace(day=1)): target})
    return delivery(judged, Context(Policy(), Portfolio(), day))[0]


def until_the_15th(day: date) -> float:
    return 200.0 if day <= date(2026, 11, 15) else 0.0


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in (18, 20, 24, 28)])
def test_a_budget_that_ran_dry_on_the_15th_is_told_as_that_and_asks_for_more(day: date) -> None:
    found = pace(CLIENT, day, until_the_15th, 3000)
    assert (found.state, found.severity, found.level) == ("breach", 0.5, "amber")
    assert found.next_step == "ask_for_budget"
    assert (found.evidence["used_up_on"], found.evidence["dark_since"]) == (date(2026, 11, 15), date(2026, 11, 16))
    assert (found.evidence["so_far"], found.evidence["target"]) == (3000, 3000)
    assert "forecast" not in found.evidence  # least of all one of 4,368
    assert "direction" not in found.evidence
    assert found.until == date(2026, 11, 29)


@pytest.mark.parametrize("day", [date(2026, 11, 29), date(2026, 11, 30)])
def test_a_budget_that_ran_dry_is_nothing_to_act_on_in_the_last_two_days(day: date) -> None:
    found = pace(CLIENT, day, until_the_15th, 3000)
    assert (found.state, found.evidence["used_up_on"], found.until) == ("ok", date(2026, 11, 15), DECEMBER)


def test_a_budget_that_ran_dry_is_not_told_as_spend_that_stopped_too() -> None:
    assert stopped(CLIENT, date(2026, 11, 20), until_the_15th, 3000).state == "ok"
    assert stopped(CLIENT, date(2026, 11, 20), until_the_15th, 4000).state == "breach"


def test_a_budget_is_not_used_up_while_it_runs_or_where_much_of_it_is_left() -> None:
    day = date(2026, 11, 20)
    assert "used_up_on" not in pace(CLIENT, day, lambda _: 200.0, 3000).evidence
    assert "used_up_on" not in pace(CLIENT, day, until_the_15th, 3300).evidence
    assert pace(CLIENT, day, until_the_15th, 3150).evidence["used_up_on"] == date(2026, 11, 15)  # 95% of it


def test_days_that_never_run_do_not_make_a_used_up_budget_dark() -> None:
    def weekdays(day: date) -> float:
        return 200.0 if day.weekday() < 5 and day <= date(2026, 11, 20) else 0.0

    used_up = 200 * 15  # the weekdays from the 2nd to the 20th, a Friday
    found = {day: pace(CLIENT, date(2026, 11, day), weekdays, used_up) for day in (23, 24, 25)}
    assert [("used_up_on" in each.evidence) for each in found.values()] == [False, False, True]
    assert found[25].evidence["used_up_on"] == date(2026, 11, 20)


def from_the_21st(day: date) -> float:
    return 100.0 if day >= date(2026, 11, 21) else 0.0


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in range(24, 31)])
def test_a_client_from_the_21st_is_fine_at_its_share_of_the_target(day: date) -> None:
    found = pace(CLIENT, day, from_the_21st, 3000, started_on=date(2026, 11, 21))
    assert found.state == "ok"
    assert (found.evidence["target"], found.evidence["begins_on"]) == (1000, date(2026, 11, 21))
    assert found.evidence["period_start"] == NOVEMBER
    assert found.evidence["forecast"] == 1000  # the days of nothing before the start say nothing of the level


def test_a_client_from_the_21st_is_told_of_where_even_its_share_is_missed() -> None:
    began = date(2026, 6, 21)
    found = pace(CLIENT, date(2026, 6, 28), lambda day: 40.0 if day >= began else 0.0, 3000, started_on=began)
    assert (found.state, found.evidence["direction"], found.evidence["target"]) == ("breach", "under", 1000)


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in (2, 10, 19)])
def test_a_launch_that_is_ahead_is_nothing_missed(day: date) -> None:
    found = pace(CLIENT, day, lambda _: 0.0, 3000, launches_on=date(2026, 11, 20))
    assert (found.state, found.severity, found.until) == ("ok", 0, date(2026, 11, 20))
    assert found.evidence["launches_on"] == date(2026, 11, 20)
    assert "forecast" not in found.evidence


def test_a_launch_that_is_ahead_is_told_before_there_is_any_data() -> None:
    client = replace(
        CLIENT, launches_on=date(2026, 11, 20), targets={("spend", NOVEMBER): 3000, ("leads", NOVEMBER): 9}
    )
    on = Context(Policy(), Portfolio(), date(2026, 11, 10))
    assert [spend_pacing(client, on).state, *(each.state for each in goal_pacing(client, on))] == ["ok", "ok"]


def test_after_the_launch_its_days_count_alone() -> None:
    def launched(day: date) -> float:
        return 100.0 if day >= date(2026, 11, 20) else 0.0

    early, later = (
        pace(CLIENT, date(2026, 11, day), launched, 3000, launches_on=date(2026, 11, 20)) for day in (22, 28)
    )
    assert (early.state, later.state) == ("unknown", "ok")
    assert (later.evidence["target"], later.evidence["forecast"]) == (1100, 1100)


CHRISTMAS = Observation("campaign_pause", date(2026, 12, 21), resolved_on=date(2027, 1, 3))


@pytest.mark.parametrize("day", [date(2026, 12, n) for n in (10, 18, 21, 22, 24, 28, 31)])
@pytest.mark.parametrize("a_day", [100.0, 125.0, 155.0])
def test_an_agreed_christmas_pause_is_fine_with_a_days_budget_and_with_the_whole_one_spent_before(
    day: date, a_day: float
) -> None:
    found = pace(CLIENT, day, lambda at: a_day if at < CHRISTMAS.occurred_on else 0.0, 3100, observations=(CHRISTMAS,))
    assert found.state == "ok"  # from 20 days at 100, which is enough, to all of the 3,100


def test_an_agreed_pause_excuses_its_own_days_alone() -> None:
    def pausing(a_day: float) -> Callable[[date], float]:
        return lambda at: a_day if at < CHRISTMAS.occurred_on else 0.0

    day = date(2026, 12, 18)
    little, much = (pace(CLIENT, day, pausing(rate), 3100, observations=(CHRISTMAS,)) for rate in (50.0, 220.0))
    assert (little.state, little.evidence["direction"]) == ("breach", "under")
    assert (much.state, much.evidence["direction"]) == ("breach", "over")


def test_a_pause_that_nobody_agreed_to_is_under() -> None:
    found = pace(CLIENT, date(2026, 12, 28), lambda at: 100.0 if at < CHRISTMAS.occurred_on else 0.0, 3100)
    assert (found.state, found.evidence["direction"]) == ("breach", "under")


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in (4, 6, 9, 12, 16, 20, 25, 30)])
def test_a_tripled_budget_with_its_target_is_fine(day: date) -> None:
    found = pace(CLIENT, day, lambda at: 300.0 if at >= NOVEMBER else 100.0, 9000)
    assert found.state == "ok"


def test_a_tripled_target_without_its_budget_is_under_and_a_tripled_budget_without_its_target_is_over() -> None:
    day = date(2026, 11, 12)
    under = pace(CLIENT, day, lambda _: 100.0, 9000)
    over = pace(CLIENT, day, lambda at: 300.0 if at >= NOVEMBER else 100.0, 3000)
    assert [(each.state, each.evidence["direction"]) for each in (under, over)] == [
        ("breach", "under"),
        ("breach", "over"),
    ]


def shop(seed: int, heavy: float, noise_of_a_day: float = 0.15) -> Callable[[date], float]:
    """Spend 100 a day, in December up to the 20th so many times as much and then so little that 3,100 is the sum."""
    light = (31 - 20 * heavy) / 11
    draw = Random(seed)
    noise = {NOVEMBER - 61 * DAY + n * DAY: draw.gauss(1, noise_of_a_day) for n in range(-60, 140)}

    def amount(day: date) -> float:
        return 100 * noise[day] * (1.0 if day < DECEMBER else heavy if day.day <= 20 else light)

    return amount


LAST_YEAR = {
    "spend": Series(
        date(2025, 11, 1),
        tuple(
            500.0
            * (1.3 if date(2025, 12, 2) <= day <= date(2025, 12, 21) else 5 / 11 if day > date(2025, 12, 21) else 1)
            for day in (date(2025, 11, 1) + n * DAY for n in range(62))
        ),
    )
}


@pytest.mark.parametrize("day", [date(2026, 12, n) for n in (4, 6, 8, 11, 13, 15)])
@pytest.mark.parametrize("seed", range(6))
def test_a_shops_heavy_first_half_of_december_is_no_alarm_with_or_without_last_year(day: date, seed: int) -> None:
    alone = pace(CLIENT, day, shop(seed, 1.3), 3100)
    assert (alone.state, alone.evidence["is_uneven"]) == ("ok", True)
    with_last_year = pace(CLIENT, day, shop(seed, 1.3), 3100, last_year=LAST_YEAR)
    assert with_last_year.state == "ok"
    assert "is_uneven" not in with_last_year.evidence


@pytest.mark.parametrize("day", [date(2026, 12, n) for n in range(4, 32)])
@pytest.mark.parametrize("seed", [0, 2, 3, 5])
def test_with_last_year_known_the_same_days_fit_the_plan_to_the_end(day: date, seed: int) -> None:
    found = pace(CLIENT, day, shop(seed, 1.3, 0.1), 3100, last_year=LAST_YEAR)
    assert found.state == "ok"


def test_with_last_year_known_the_forecast_follows_its_season() -> None:
    day = date(2026, 12, 19)
    with_last_year = pace(CLIENT, day, shop(0, 1.3, 0.05), 3100, last_year=LAST_YEAR).evidence["forecast"]
    alone = pace(CLIENT, day, shop(0, 1.3, 0.05), 3100).evidence["forecast"]
    assert with_last_year == pytest.approx(3100, rel=0.08)
    assert float(str(alone)) > 3700


def test_as_heavy_a_first_half_of_june_is_an_alarm() -> None:
    draw = Random(1)
    days = [100 * draw.gauss(1, 0.15) * (1.3 if n >= 31 else 1.0) for n in range(46)]  # May, and June up to the 15th
    metrics = {"spend": Series(date(2026, 5, 1), tuple(days))}
    client = replace(CLIENT, metrics=metrics, targets={("spend", date(2026, 6, 1)): 3000})
    found = spend_pacing(client, Context(Policy(), Portfolio(), date(2026, 6, 16)))
    assert (found.state, found.evidence["direction"]) == ("breach", "over")


def test_with_last_year_known_even_days_are_off_the_plan_that_it_makes() -> None:
    found = pace(CLIENT, date(2026, 12, 21), lambda _: 60.0, 3100, last_year=LAST_YEAR)
    assert (found.state, found.evidence["direction"]) == ("breach", "under")


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in range(4, 31)])
def test_weekdays_alone_are_on_plan_on_every_day_of_the_week(day: date) -> None:
    found = pace(CLIENT, day, lambda at: 100.0 if at.weekday() < 5 else 0.0, 2100)  # November has 21 weekdays
    assert found.state == "ok"


def test_a_refund_is_a_smaller_sum_and_no_breach_by_itself() -> None:
    found = pace(CLIENT, date(2026, 11, 20), lambda at: -50.0 if at == date(2026, 11, 15) else 100.0, 3000)
    assert (found.state, found.evidence["so_far"]) == ("ok", 1750)


@pytest.mark.parametrize("target", [4400, 6000, 12_000])
def test_advice_is_never_more_than_twice_the_daily_amount(target: int) -> None:
    for day in range(4, 31):
        found = pace(CLIENT, date(2026, 11, day), lambda _: 100.0, target)
        assert found.state == "breach"
        needed = found.evidence["daily_needed"]
        assert (found.next_step == "tell_client") is (needed is None)
        assert needed is None or float(str(needed)) <= 2 * 100
    assert (needed, found.evidence["days_left"]) == (None, 0)


def test_a_breach_opens_once_and_is_open_on_each_day_until_its_month_is_over() -> None:
    known: KnownBreach | None = None
    states = []
    for n in range(4, 31):
        day = date(2026, 11, n)
        breaches = {"spend_pacing": known} if known else {}
        found = pace(CLIENT, day, lambda at: 100.0 if at < date(2026, 11, 11) else 75.0, 3000, breaches=breaches)
        if found.state == "breach" and known is None:
            known = KnownBreach(day)
        states.append(found.state)
    opened = states.index("breach")
    assert 8 <= opened <= 16  # from the 11th on, a quarter less is spent
    assert set(states[opened:]) == {"breach"}
