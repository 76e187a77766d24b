from datetime import date, timedelta

from scoring.forecast import Forecast, month_end, project, quarter_end


def days(first: date, values: list[float]) -> dict[date, float]:
    return {first + timedelta(days=i): value for i, value in enumerate(values)}


def test_a_steady_client_ends_the_month_at_the_daily_value_times_its_days() -> None:
    history = days(date(2026, 1, 1), [100.0] * 40)
    assert round(month_end(history, date(2026, 2, 10)).mid, 6) == 2800
    assert round(quarter_end(history, date(2026, 2, 10)).mid, 6) == 9000


def test_a_client_that_started_on_the_12th_is_not_given_earlier_days() -> None:
    assert round(month_end(days(date(2026, 6, 12), [100.0] * 5), date(2026, 6, 17)).mid, 6) == 1900


def test_values_from_today_on_are_not_looked_at() -> None:
    history = days(date(2026, 1, 1), [float(i % 7) for i in range(60)])
    as_of = date(2026, 2, 10)
    assert month_end(history, as_of) == month_end({d: v for d, v in history.items() if d < as_of}, as_of)


def test_nothing_known_forecasts_nothing() -> None:
    assert month_end({}, date(2026, 2, 10)) == Forecast(0, 0, 0)
    assert project([None, None], date(2026, 2, 1), date(2026, 2, 10)) == Forecast(0, 0, 0)
