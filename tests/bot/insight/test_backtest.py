"""What came of what would have been said, counted on pasts that one can count by hand."""

from datetime import date, timedelta

import pytest

from bot.insight.backtest import Backtest, PolicyResult, summarize_cases
from bot.insight.cases import Case
from bot.insight.replay import DateRange, Replay, ReplayedBreach, group_into_ranges
from tests.bot.insight.conftest import DAYS, FIRST, day


def breach(
    first: int, last: int, signal: str = "contact_gap", red: int | None = None, *, announced: bool = True
) -> ReplayedBreach:
    return ReplayedBreach(signal, "", DateRange(day(first), day(last)), None if red is None else day(red), announced)


def case(
    name: str, *breaches: ReplayedBreach, left: int | None = None, red: tuple[DateRange, ...] = (), owner: str = "Alice"
) -> Case:
    assessed = DateRange(FIRST, DAYS.last if left is None else day(left - 1))
    open_days = sorted({each.days.first + timedelta(days=n) for each in breaches for n in range(each.days.length_days)})
    replay = Replay(assessed, breaches, tuple(group_into_ranges(open_days)), red)
    red_days = tuple(each.red_on for each in breaches if each.red_on)
    return Case(name, name, owner, None if left is None else day(left), assessed, {"p": replay}, {"p": red_days})


def summed(*cases: Case) -> Backtest:
    return summarize_cases(cases, ["p"], DAYS)


def result(*cases: Case) -> PolicyResult:
    return summed(*cases).policies[0]


def test_a_warning_counts_from_the_last_unbroken_run_in_the_digest() -> None:
    (left,) = result(case("Acme", breach(20, 30), breach(80, 90), breach(91, 99), left=110)).left
    assert (left.left_on, left.warned_days, left.warned_until_days) == (day(110), 30, 11)
    assert (left.red_days, left.red_until_days) == (None, None)


def test_a_warning_that_ended_long_before_the_client_left_does_not_count() -> None:
    barely, too_old = (result(case("Acme", breach(20, last), left=110)) for last in (50, 49))
    assert (barely.left[0].warned_days, barely.warned, barely.warned_days) == (90, 1, 90)
    assert (too_old.left[0].warned_days, too_old.warned, too_old.warned_days) == (None, 0, None)
    assert (barely.left[0].signals, too_old.left[0].signals) == (("contact_gap",), ())


def test_red_days_are_counted_apart_from_days_in_the_digest() -> None:
    (left,) = result(case("Acme", breach(60, 99), left=100, red=(DateRange(day(85), day(99)),))).left
    assert (left.warned_days, left.warned_until_days) == (40, 1)
    assert (left.red_days, left.red_until_days) == (15, 1)


def test_a_breach_is_right_if_the_client_left_within_the_horizon_and_wrong_if_not() -> None:
    (score,) = result(
        case("Left", breach(40, 45), left=100),
        case("Left later", breach(39, 45), left=100),
        case("Stayed", breach(10, 12), breach(60, 65)),
    ).signals
    assert (score.opened, score.right, score.wrong, score.too_early) == (4, 1, 3, 0)
    assert score.precision == 0.25
    assert (score.left_with, score.recall) == (2, 1.0)


def test_for_a_breach_of_the_last_days_it_is_too_early_to_tell_even_if_the_client_left() -> None:
    (score,) = result(case("Left", breach(140, 150), left=160), case("Stayed", breach(139, 141))).signals
    assert (score.right, score.wrong, score.too_early) == (0, 1, 1)


def test_chance_is_the_share_of_days_that_were_followed_by_leaving() -> None:
    found = summed(case("Left", breach(40, 45), left=100), case("Stayed", breach(10, 12)))
    assert found.leaving_rate == pytest.approx(60 / (100 + 140))
    (score,) = found.policies[0].signals
    assert score.lift == pytest.approx(0.5 / (60 / 240))


def test_a_breach_that_was_open_when_the_replay_began_had_been_announced_before() -> None:
    (score,) = result(case("Left", breach(0, 50, announced=False), left=60)).signals
    assert (score.opened, score.left_with) == (0, 1)


def test_the_load_of_each_member_is_counted_by_week() -> None:
    alice, bob, together = result(
        case("A", breach(0, 1), breach(5, 6)), case("B", breach(7, 8)), case("C", breach(8, 9), owner="Bob")
    ).members
    assert (alice.member, alice.clients, alice.opened, alice.busiest) == ("Alice", 2, 3, 2)
    assert alice.weeks == {date(2025, 12, 29): 1, date(2026, 1, 5): 2}
    assert alice.a_week == pytest.approx(7 * 3 / 200)
    assert (bob.member, bob.opened) == ("Bob", 1)
    assert (together.clients, together.opened, together.busiest) == (3, 4, 3)


def test_interruptions_are_capped_for_each_member() -> None:
    at_once = [case(str(number), breach(5, 9, red=5)) for number in range(5)]
    alice, bob, together = result(*at_once, case("Bob's", breach(5, 9, red=5), owner="Bob")).members
    assert (alice.interruptions, bob.interruptions, together.interruptions) == (3, 1, 4)


def test_the_chance_of_a_warning_is_the_share_of_windows_in_which_a_retained_client_was_flagged() -> None:
    never, once = case("Never", owner="Bob"), case("Once", breach(100, 109))
    assert result(never).chance == 0
    assert result(once).chance == pytest.approx(69 / 141)
    assert result(never, once).chance == pytest.approx(69 / 282)
    assert result(case("Left", breach(0, 1), left=90)).chance is None


def test_retained_clients_are_listed_by_red_days_and_days_in_the_digest() -> None:
    stayed = result(
        case("Amber", breach(10, 50)), case("Red", breach(10, 20), red=(DateRange(day(15), day(19)),)), case("Never")
    ).stayed
    assert [(each.client, each.flagged_days, each.red_days) for each in stayed] == [
        ("Red", 11, 5),
        ("Amber", 41, 0),
        ("Never", 0, 0),
    ]
