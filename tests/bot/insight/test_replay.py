"""A policy replay over a past: when each breach opened, turned red and ended."""

from datetime import datetime, timedelta

import pytest

from bot.insight.replay import (
    REPLAYED_DAYS,
    DateRange,
    group_into_ranges,
    replay_open_breaches,
    replay_policy,
    still_known,
)
from scoring.assessment import Assessment, Factors, Signal
from scoring.dates import local_day, start_of_day
from scoring.facts import Client, KnownBreach, Portfolio, Step
from scoring.policy import Policy
from tests.bot.insight.conftest import FIRST, day, quiet


def test_a_replay_shows_when_each_breach_opened_turned_red_and_ended() -> None:
    replay = replay_policy(quiet(), Policy(), DateRange(FIRST, day(30)))
    assert replay is not None
    (gap,) = [each for each in replay.breaches if each.signal == "contact_gap"]
    assert (gap.days, gap.red_on, gap.announced) == (DateRange(day(10), day(30)), day(16), True)
    assert replay.flagged == (DateRange(day(10), day(30)),)


def test_a_replay_that_begins_within_a_breach_knows_that_it_was_announced_before() -> None:
    replay = replay_policy(quiet(), Policy(), DateRange(day(12), day(30)))
    assert replay is not None
    assert [each.announced for each in replay.breaches] == [False]
    new = replay_policy(quiet(started_on=day(12)), Policy(unanswered_attempts=1), DateRange(day(12), day(30)))
    assert new is not None
    assert all(each.announced for each in new.breaches if each.kind == "alarm")


def test_consecutive_days_make_one_range() -> None:
    assert list(group_into_ranges([])) == []
    assert list(group_into_ranges([day(1), day(2), day(4)])) == [DateRange(day(1), day(2)), DateRange(day(4), day(4))]


def test_a_to_do_is_replayed_but_flags_nobody_and_announces_nothing() -> None:
    steps = (Step("Check in", day(3), done_on=day(8)),)
    replay = replay_policy(quiet(roadmap=steps), Policy(), DateRange(FIRST, day(9)))
    assert replay is not None
    (planned,) = replay.breaches
    assert (planned.signal, planned.kind, planned.announced) == ("roadmap", "to_do", False)
    assert planned.days == DateRange(day(3), day(7))
    assert (replay.flagged, replay.alarms) == ((), ())


def stubborn(client: Client, _portfolio: Portfolio, _policy: Policy, now: datetime) -> Assessment:
    """Judge fees alone: they fall on the fifth day, and are well again only two days after nothing is wrong."""
    on = local_day(now, client.zone)
    falls = on == day(5) or (client.is_open("fee_trend") and on <= day(8))
    signal = Signal("fee_trend", "breach" if falls else "ok", 0.5 if falls else 0.0, level="amber" if falls else None)
    tomorrow = start_of_day(on + timedelta(days=1), client.zone)
    return Assessment(client.id, now, on, 0.0, "green", 0.0, Factors(), (signal,), tomorrow)


def test_what_is_open_is_a_fact_of_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.insight.replay.assess", stubborn)
    replay = replay_policy(quiet(), Policy(), DateRange(FIRST, day(12)))
    assert replay is not None
    assert [each.days for each in replay.breaches] == [DateRange(day(5), day(8))]
    assert replay_open_breaches(quiet(), Policy(), day(5)) == {}
    assert replay_open_breaches(quiet(), Policy(), day(7)) == {"fee_trend": KnownBreach(day(5))}
    assert replay_open_breaches(quiet(), Policy(), day(12)) == {"fee_trend": KnownBreach(day(5), day(9))}


def test_what_was_resolved_long_ago_is_no_fact_any_more_and_a_replay_looks_back_sixty_days(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.insight.replay.assess", stubborn)
    assert "fee_trend" in replay_open_breaches(quiet(), Policy(), day(5 + REPLAYED_DAYS))
    assert replay_open_breaches(quiet(), Policy(), day(6 + REPLAYED_DAYS)) == {}
    known = {"fee_trend": KnownBreach(day(1), day(9)), "engagement:usage": KnownBreach(day(1))}
    assert still_known(known, day(69)) == known
    assert set(still_known(known, day(70))) == {"engagement:usage"}
