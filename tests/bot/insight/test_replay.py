"""A policy replay over a past: when each breach opened, turned red and ended."""

from bot.insight.replay import DateRange, group_into_ranges, replay_policy
from scoring.facts import Step
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
    assert all(each.announced for each in new.breaches)


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
