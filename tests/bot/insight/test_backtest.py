"""What came of what would have been said, counted on pasts that one can count by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.insight.backtest import Backtest, Case, Verdict, case_of, sum_up
from bot.insight.history import History
from bot.insight.replay import Replayed, Span, Spell, replay, spans
from scoring.facts import Client
from scoring.policy import Policy

FIRST = date(2026, 1, 1)
DAYS = Span(FIRST, FIRST + timedelta(days=199))


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def spell(first: int, last: int, signal: str = "contact_gap", red: int | None = None, *, said: bool = True) -> Spell:
    return Spell(signal, "", Span(day(first), day(last)), None if red is None else day(red), said)


def case(name: str, *spells: Spell, left: int | None = None, red: tuple[Span, ...] = (), owner: str = "Alice") -> Case:
    judged = Span(FIRST, DAYS.last if left is None else day(left - 1))
    told = sorted({each.span.first + timedelta(days=n) for each in spells for n in range(length(each.span))})
    replayed = Replayed(judged, spells, tuple(spans(told)), red)
    reddened = tuple(each.red_on for each in spells if each.red_on)
    return Case(name, name, owner, None if left is None else day(left), judged, {"p": replayed}, {"p": reddened})


def length(span: Span) -> int:
    return (span.last - span.first).days + 1


def summed(*cases: Case) -> Backtest:
    return sum_up(cases, ["p"], DAYS)


def verdict(*cases: Case) -> Verdict:
    return summed(*cases).policies[0]


def test_a_warning_counts_from_the_last_unbroken_spell_in_the_digest() -> None:
    (left,) = verdict(case("Acme", spell(20, 30), spell(80, 90), spell(91, 99), left=110)).left
    assert (left.left_on, left.warned_days, left.warned_until_days) == (day(110), 30, 11)
    assert (left.red_days, left.red_until_days) == (None, None)


def test_a_warning_that_ended_long_before_the_client_left_is_none() -> None:
    barely, too_old = (verdict(case("Acme", spell(20, last), left=110)) for last in (50, 49))
    assert (barely.left[0].warned_days, barely.warned, barely.warned_days) == (90, 1, 90)
    assert (too_old.left[0].warned_days, too_old.warned, too_old.warned_days) == (None, 0, None)
    assert (barely.left[0].signals, too_old.left[0].signals) == (("contact_gap",), ())


def test_red_is_told_apart_from_being_in_the_digest() -> None:
    (left,) = verdict(case("Acme", spell(60, 99), left=100, red=(Span(day(85), day(99)),))).left
    assert (left.warned_days, left.warned_until_days) == (40, 1)
    assert (left.red_days, left.red_until_days) == (15, 1)


def test_a_breach_is_right_where_its_client_left_within_the_horizon_and_wrong_where_not() -> None:
    (score,) = verdict(
        case("Left", spell(40, 45), left=100),
        case("Left later", spell(39, 45), left=100),
        case("Stayed", spell(10, 12), spell(60, 65)),
    ).signals
    assert (score.opened, score.right, score.wrong, score.too_early) == (4, 1, 3, 0)
    assert score.precision == 0.25
    assert (score.left_with, score.recall) == (2, 1.0)


def test_a_breach_of_the_last_days_is_too_early_to_tell_even_of_a_client_that_left() -> None:
    (score,) = verdict(case("Left", spell(140, 150), left=160), case("Stayed", spell(139, 141))).signals
    assert (score.right, score.wrong, score.too_early) == (0, 1, 1)


def test_chance_is_the_share_of_days_that_were_followed_by_leaving() -> None:
    found = summed(case("Left", spell(40, 45), left=100), case("Stayed", spell(10, 12)))
    assert found.leaving_rate == pytest.approx(60 / (100 + 140))
    (score,) = found.policies[0].signals
    assert score.lift == pytest.approx(0.5 / (60 / 240))


def test_a_breach_that_stood_open_when_the_replay_began_was_said_before() -> None:
    (score,) = verdict(case("Left", spell(0, 50, said=False), left=60)).signals
    assert (score.opened, score.left_with) == (0, 1)


def test_each_member_hears_of_their_own_clients_week_by_week() -> None:
    alice, bob, together = verdict(
        case("A", spell(0, 1), spell(5, 6)), case("B", spell(7, 8)), case("C", spell(8, 9), owner="Bob")
    ).members
    assert (alice.member, alice.clients, alice.opened, alice.busiest) == ("Alice", 2, 3, 2)
    assert alice.weeks == {date(2025, 12, 29): 1, date(2026, 1, 5): 2}
    assert alice.a_week == pytest.approx(7 * 3 / 200)
    assert (bob.member, bob.opened) == ("Bob", 1)
    assert (together.clients, together.opened, together.busiest) == (3, 4, 3)


def test_interruptions_stay_under_the_cap_of_each_member() -> None:
    at_once = [case(str(number), spell(5, 9, red=5)) for number in range(5)]
    alice, bob, together = verdict(*at_once, case("Bob's", spell(5, 9, red=5), owner="Bob")).members
    assert (alice.interruptions, bob.interruptions, together.interruptions) == (3, 1, 4)


def test_of_those_that_stayed_it_says_in_how_many_stretches_they_were_in_the_digest_at_all() -> None:
    never, once = case("Never", owner="Bob"), case("Once", spell(100, 109))
    assert verdict(never).chance == 0
    assert verdict(once).chance == pytest.approx(69 / 141)
    assert verdict(never, once).chance == pytest.approx(69 / 282)
    assert verdict(case("Left", spell(0, 1), left=90)).chance is None


def test_those_that_stayed_are_listed_with_their_days_red_ones_first() -> None:
    stayed = verdict(
        case("Amber", spell(10, 50)), case("Red", spell(10, 20), red=(Span(day(15), day(19)),)), case("Never")
    ).stayed
    assert [(each.client, each.flagged_days, each.red_days) for each in stayed] == [
        ("Red", 11, 5),
        ("Amber", 41, 0),
        ("Never", 0, 0),
    ]


def quiet(**columns: Any) -> History:
    """A client spoken with on 1 January and never again."""
    client = Client(id=1, status="active", zone=ZoneInfo("Europe/Madrid"), started_on=date(2025, 1, 1), currency="EUR")
    spoken = (datetime(2026, 1, 1, 7, 0, tzinfo=UTC),)
    return History(replace(client, **columns), "acme", "Acme", "Alice", "ES", "12345", spoken)


def test_a_replay_tells_when_each_breach_opened_turned_red_and_ended() -> None:
    replayed = replay(quiet(), Policy(), Span(FIRST, day(30)))
    assert replayed is not None
    (gap,) = [each for each in replayed.spells if each.signal == "contact_gap"]
    assert (gap.span, gap.red_on, gap.said) == (Span(day(10), day(30)), day(16), True)
    assert replayed.flagged == (Span(day(10), day(30)),)


def test_a_replay_that_begins_within_a_breach_knows_that_it_was_said_before() -> None:
    replayed = replay(quiet(), Policy(), Span(day(12), day(30)))
    assert replayed is not None
    assert [each.said for each in replayed.spells] == [False]
    new = replay(quiet(started_on=day(12)), Policy(unanswered_attempts=1), Span(day(12), day(30)))
    assert new is not None
    assert all(each.said for each in new.spells)


def test_another_policy_says_other_things_of_the_same_past() -> None:
    found = case_of(quiet(), {"strict": Policy(contact_limit_days=5), "lax": Policy(contact_limit_days=50)}, DAYS)
    assert found is not None
    assert [found.by_policy[name].spells[0].span.first for name in ("strict", "lax")] == [day(5), day(50)]
    # contact_gap turns red at 8 and at 80 days: 9 January 2026 is a Friday, 22 March a Sunday
    assert found.interruptions == {"strict": (day(8),), "lax": ()}


def test_who_leaves_after_the_replay_has_stayed() -> None:
    found = case_of(quiet(status="lost", lost_on=day(40)), {"p": Policy()}, Span(FIRST, day(39)))
    assert found is not None
    assert found.left_on is None
    assert found.judged == Span(FIRST, day(39))


def test_days_in_a_row_make_one_span() -> None:
    assert list(spans([])) == []
    assert list(spans([day(1), day(2), day(4)])) == [Span(day(1), day(2)), Span(day(4), day(4))]
