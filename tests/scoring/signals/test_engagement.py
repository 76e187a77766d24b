"""Opens, usage and reactions: sure enough to open, clearly over to close, and seldom wrong on steady figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from random import Random

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, KnownBreach, Observation, Portfolio
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.engagement import engagement

TODAY = date(2026, 11, 23)  # a Monday
KEY = "engagement:usage"


def client_of(values: Sequence[float], every: int = 7, kind: str = "usage") -> Client:
    """A client whose figures came every so many days until today, the last one last."""
    days = [TODAY - timedelta(days=every * age) for age in reversed(range(len(values)))]
    remarks = tuple(Observation(kind, day, value) for day, value in zip(days, values, strict=True))
    return Client(1, "active", UTC, observations=remarks)


def judge(client: Client, days: int = 0, rate: float = 1.0) -> Signal:
    (found,) = engagement(
        client, Context(Policy(engagement_false_alarms=rate), Portfolio(), TODAY + timedelta(days=days))
    )
    return found


STEADY = [100.0, 95, 104, 99, 101, 97, 103, 100, 98, 102, 96, 105]
NOISY = [100.0, 45, 160, 80, 130, 60, 140, 90, 50, 150, 70, 125]


def test_a_fall_of_steady_figures_opens_at_once_and_one_of_noisy_figures_waits() -> None:
    assert (judge(client_of([*STEADY, 50])).state, judge(client_of([*STEADY, 65])).state) == ("breach", "ok")
    once = judge(client_of([*NOISY, 50]))
    assert (once.state, once.evidence["unsure"]) == ("ok", True)
    assert judge(client_of([*NOISY, 30, 35, 25, 30])).state == "breach"


@pytest.mark.parametrize("last", [0, 20, 40, 60])
def test_severity_grows_with_how_much_and_how_sure(last: float) -> None:
    sure, less_sure = judge(client_of([*STEADY, last])), judge(client_of([*NOISY, *[last] * 4]))
    lower = judge(client_of([*STEADY, last - 10]))
    assert 0.5 <= sure.severity <= lower.severity <= 1
    assert less_sure.severity <= sure.severity
    assert (sure.key, sure.until) == (KEY, TODAY + timedelta(days=60))


def test_the_rate_of_false_alarms_says_how_sure_it_must_be() -> None:
    values = [*NOISY, 40, 45, 42]
    assert judge(client_of(values), rate=0.05).state == "ok"
    assert judge(client_of(values), rate=6).state == "breach"


def test_what_is_open_closes_only_when_it_is_clearly_over() -> None:
    opened = {KEY: KnownBreach(TODAY - timedelta(days=14))}
    for last, state in (([70, 70], "breach"), ([70, 95], "ok"), ([45, 110], "breach"), ([90, 90], "ok")):
        client = client_of([*STEADY, 40, *last])
        assert judge(replace(client, breaches=opened)).state == state, last
    assert judge(client_of([*STEADY, 40, 70, 70])).state == "ok"


def test_a_lasting_fall_stays_open_against_the_level_before_it() -> None:
    since = KnownBreach(TODAY - timedelta(days=7 * 19))
    client = client_of([*STEADY, *[50] * 20])
    assert judge(replace(client, breaches={KEY: since})).state == "breach"
    assert judge(client).state == "ok"  # its ninety days are low by now


def test_after_it_closed_only_figures_since_then_open_it_again() -> None:
    values = [*STEADY, 30, 30, 30, 30, 80, 45]
    closed = {KEY: KnownBreach(TODAY - timedelta(days=35), TODAY - timedelta(days=7))}
    assert judge(client_of(values)).state == "breach"
    assert judge(replace(client_of(values), breaches=closed)).state == "ok"


def test_daily_figures_are_taken_by_the_week_so_that_a_weekend_is_no_fall() -> None:
    days = [TODAY - timedelta(days=91 - n) for n in range(91)]  # the last is a Sunday
    values = [20.0 if day.weekday() >= 5 else 100.0 for day in days]
    fallen = [*values[:-7], *[value / 2 for value in values[-7:]]]
    for told, state in ((values, "ok"), (fallen, "breach"), (fallen[:-1], "ok")):  # a week counts once it is over
        client = replace(client_of([]), observations=tuple(usage(*each) for each in zip(days, told, strict=False)))
        assert judge(client, -1).state == state


def usage(day: date, value: float) -> Observation:
    return Observation("usage", day, value)


def test_engagement_is_unknown_with_too_few_figures_or_old_ones() -> None:
    assert judge(client_of([90, 0])).state == "unknown"
    assert judge(client_of([0, 0, 0])).state == "unknown"
    assert (judge(client_of([*STEADY, 0]), 59).state, judge(client_of([*STEADY, 0]), 60).state) == ("breach", "unknown")
    assert judge(client_of([9, 9, 1], every=91)).state == "unknown"
    assert [signal.state for signal in engagement(Client(1, "active", UTC), Context(Policy(), Portfolio(), TODAY))] == [
        "unknown"
    ]
    both = replace(
        client_of(STEADY), observations=client_of(STEADY).observations + client_of([1], 7, "social").observations
    )
    found = engagement(both, Context(Policy(), Portfolio(), TODAY))
    assert [(signal.key, signal.state) for signal in found] == [(KEY, "ok"), ("engagement:social", "unknown")]


def test_steady_figures_are_called_fallen_no_more_often_than_the_rate() -> None:
    random, openings, years = Random(5), 0, 0.0
    for _ in range(25):
        figures = [usage(TODAY + timedelta(days=7 * n), max(0.0, random.gauss(100, 40))) for n in range(66)]
        known: dict[str, KnownBreach] = {}
        for n in range(14, len(figures)):
            day, before = figures[n].occurred_on, known.get(KEY)
            client = Client(1, "active", UTC, observations=tuple(figures[: n + 1]), breaches=known)
            (found,) = engagement(client, Context(Policy(), Portfolio(), day))
            is_open = before is not None and before.resolved_on is None
            if found.state == "breach" and not is_open:
                openings, known = openings + 1, {KEY: KnownBreach(day)}
            elif found.state != "breach" and before and is_open:
                known = {KEY: KnownBreach(before.opened_on, day)}
        years += (len(figures) - 14) / 52
    assert openings / years <= 1.2
