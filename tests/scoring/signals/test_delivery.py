from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Observation, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.delivery import delivery

TODAY = date(2026, 11, 20)  # a Friday
NOVEMBER = date(2026, 11, 1)
WEEK = (100.0, 100.0, 100.0, 100.0, 100.0, 0.0, 0.0)  # Monday to Sunday
CLIENT = Client(1, "active", UTC, currency="EUR")


def through_yesterday(*days: float) -> Series:
    return Series(TODAY - timedelta(days=len(days)), days)


def look(client: Client, day: date = TODAY) -> dict[str, Signal]:
    return {signal.subject: signal for signal in delivery(client, Context(Policy(), Portfolio(), day))}


def spending(*days: float, target: int = 3000) -> Client:
    return replace(
        CLIENT, metrics={"spend": through_yesterday(*days)}, targets={("spend", NOVEMBER): target}, has_targets=True
    )


@pytest.mark.parametrize(("days", "severity", "level"), [(1, 0.7, "amber"), (2, 0.8, "red"), (6, 1, "red")])
def test_spend_that_fell_to_zero_with_budget_left_is_a_breach_at_once(days: int, severity: float, level: str) -> None:
    found = look(spending(*(100.0,) * 40, *(0.0,) * days))["stopped"]
    assert (found.state, found.severity, found.level) == ("breach", severity, level)
    assert found.since == TODAY - timedelta(days=days)
    assert found.until == TODAY + timedelta(days=2)


def test_spend_that_goes_on_or_has_used_up_its_budget_has_not_stopped() -> None:
    assert look(spending(*(100.0,) * 40))["stopped"].state == "ok"
    assert look(spending(*(100.0,) * 40, 0.0, target=1800))["stopped"].state == "ok"
    assert look(spending(*(100.0,) * 40, 0.0, target=0))["stopped"].state == "ok"
    assert look(spending(*(0.0,) * 40))["stopped"].state == "ok"


def test_a_weekend_without_spend_is_a_habit_and_a_monday_without_is_not() -> None:
    monday = date(2026, 11, 16)
    weeks = Series(monday - timedelta(days=35), WEEK * 5 + (0.0,))
    client = replace(CLIENT, metrics={"spend": weeks}, targets={("spend", NOVEMBER): 3000})
    assert look(client, monday)["stopped"].state == "ok"
    assert look(client, monday + timedelta(days=1))["stopped"].state == "breach"


@pytest.mark.parametrize("tail", [(-50.0,), (0.0, -50.0), (-50.0, -50.0)])
def test_a_day_of_refunds_has_not_stopped(tail: tuple[float, ...]) -> None:
    found = look(spending(*(100.0,) * 40, *tail))["stopped"]
    assert (found.state, found.severity, found.next_step) == ("ok", 0, None)


def test_a_day_without_spend_after_a_refund_stopped_on_that_day() -> None:
    found = look(spending(*(100.0,) * 40, -50.0, 0.0))["stopped"]
    assert (found.state, found.since) == ("breach", TODAY - timedelta(days=1))


def test_spend_that_stopped_for_an_agreed_pause_is_none_to_speak_of_until_the_pause_is_over() -> None:
    begins = TODAY - timedelta(days=2)

    def state(resolved_on: date | None) -> str:
        pause = Observation("campaign_pause", begins, resolved_on=resolved_on)
        return look(replace(spending(*(100.0,) * 40, 0.0, 0.0), observations=(pause,)))["stopped"].state

    assert (state(None), state(TODAY + timedelta(days=9)), state(TODAY - timedelta(days=1))) == ("ok", "ok", "ok")
    assert state(TODAY - timedelta(days=2)) == "breach"


@pytest.mark.parametrize(("billing", "state"), [("share_of_spend", "breach"), ("retainer", "ok"), ("project", "ok")])
def test_a_client_who_pays_a_share_of_the_spend_is_told_of_without_a_target(billing: str, state: str) -> None:
    metrics = {"spend": through_yesterday(*(100.0,) * 40, 0.0, 0.0)}
    found = look(replace(CLIENT, billing=billing, metrics=metrics))["stopped"]
    assert found.state == state
    assert found.evidence["target"] is None
    if state == "breach":
        assert (found.severity, found.level, found.next_step) == (0.8, "red", "check_campaigns")
        assert (found.evidence["stopped_on"], found.evidence["so_far"]) == (TODAY - timedelta(days=2), 1700)


@pytest.mark.parametrize(("target", "state"), [(1780, "ok"), (1900, "breach")])
def test_a_budget_that_is_nearly_used_up_is_left_to_pacing(target: int, state: str) -> None:
    assert look(spending(*(100.0,) * 40, 0.0, 0.0, target=target))["stopped"].state == state  # 1,700 of it are spent


def on_weekdays(through: date, *, weekends: float | None) -> Client:
    monday = date(2026, 9, 7)
    days = [monday + timedelta(days=n) for n in range((through - monday).days + 1)]
    values = tuple(100.0 if day.weekday() < 5 else weekends for day in days)
    return replace(CLIENT, metrics={"spend": Series(monday, values)}, targets={("spend", NOVEMBER): 2100})


@pytest.mark.parametrize("day", [date(2026, 11, n) for n in (14, 15, 16, 17)])
def test_weekends_without_rows_are_no_fault_of_the_data_on_monday(day: date) -> None:
    friday = date(2026, 11, 13)
    found = look(on_weekdays(friday, weekends=None), day)
    assert {subject: signal.state for subject, signal in found.items()} == {"stopped": "ok", "no_result": "unknown"}
    assert found["stopped"].until == date(2026, 11, 18)


def test_on_the_morning_after_two_weekdays_without_rows_the_data_is_late() -> None:
    found = look(on_weekdays(date(2026, 11, 13), weekends=None), date(2026, 11, 18))
    assert set(found) == {"data"}
    assert (found["data"].state, found["data"].since) == ("soon", date(2026, 11, 18))


def test_weekends_of_zeroes_are_data_so_two_days_without_any_are_late() -> None:
    sunday = on_weekdays(date(2026, 11, 15), weekends=0.0)
    assert [set(look(sunday, date(2026, 11, day))) for day in (17, 18)] == [{"stopped", "no_result"}, {"data"}]


def converting(*results: float, spend: float = 100, name: str = "conversions") -> Signal:
    metrics = {"spend": through_yesterday(*(spend,) * len(results)), name: through_yesterday(*results)}
    return look(replace(CLIENT, metrics=metrics))["no_result"]


def test_spend_without_a_result_is_a_breach_where_some_were_expected() -> None:
    found = converting(*(1.0,) * 28, *(0.0,) * 7)
    assert (found.state, found.evidence["expected"]) == ("breach", 7)
    assert found.severity == pytest.approx(0.829, abs=1e-3)
    assert converting(*(1.0,) * 28, *(0.0,) * 7, name="leads").state == "breach"
    assert converting(*(3.0,) * 28, *(0.0,) * 7).severity == 1


def test_one_result_or_few_expected_or_no_spend_is_no_breach() -> None:
    assert converting(*(1.0,) * 28, *(0.0,) * 6, 1.0).state == "ok"
    assert converting(*(0.4,) * 28, *(0.0,) * 7).state == "ok"
    assert converting(*(1.0,) * 28, *(0.0,) * 7, spend=0).state == "ok"


def test_results_that_are_not_known_yet_are_not_missed() -> None:
    late = Series(TODAY - timedelta(days=35), (1.0,) * 28)
    client = replace(CLIENT, metrics={"spend": through_yesterday(*(100.0,) * 35), "conversions": late})
    assert look(client)["no_result"].state == "ok"


def test_data_older_than_48_hours_is_a_fault_of_the_data_and_no_risk() -> None:
    client = spending(*(100.0,) * 30, *(0.0,) * 3)
    assert set(look(client, TODAY + timedelta(days=1))) == {"stopped", "no_result"}
    stale = look(client, TODAY + timedelta(days=2))
    assert set(stale) == {"data"}
    assert (stale["data"].state, stale["data"].severity, stale["data"].next_step) == ("soon", 0, "check_source")
    assert stale["data"].evidence == {"data_through": TODAY - timedelta(days=1)}
    assert stale["data"].until == TODAY + timedelta(days=29)
    assert look(client, TODAY + timedelta(days=29))[""].state == "unknown"


def test_without_spend_delivery_is_unknown() -> None:
    assert look(CLIENT)[""].state == "unknown"


def test_data_that_begins_today_counts_from_tomorrow() -> None:
    today_alone = Series(TODAY, (100.0,))
    client = replace(CLIENT, metrics={"spend": today_alone})
    assert look(client)[""].until == TODAY + timedelta(days=1)
