"""Tenures at which clients left more often than chance, and the chance of finding one where there is none."""

from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.facts import Mark
from scoring.tenure import binomial_tail, learn_marks, tenure_months

YEAR = 365
NEEDED, CHANCE = 20, 0.05


def evenly(count: int, longest: int) -> list[int]:
    """So many tenures in days, spread over the months evenly."""
    return [round(longest * (n + 0.5) / count) for n in range(count)]


def test_a_year_at_which_many_left_is_found() -> None:
    left = [*evenly(24, 3 * YEAR), *([YEAR - 3, YEAR, YEAR + 8] * 4)]
    learnt = learn_marks(left, evenly(80, 5 * YEAR), NEEDED, CHANCE)
    (mark,) = learnt.marks
    assert (mark.months, mark.left, learnt.lost, learnt.needed) == (12, 12, 36, 20)
    assert mark.expected < 2
    assert 80 < mark.at_risk < 105


def test_leaving_at_the_same_rate_all_along_makes_no_mark() -> None:
    assert learn_marks(evenly(60, 5 * YEAR), evenly(60, 5 * YEAR), NEEDED, CHANCE).marks == ()


def test_leaving_early_more_than_late_makes_no_mark() -> None:
    random = Random(4)
    left = [round(random.expovariate(1 / 300)) for _ in range(400)]
    assert learn_marks(left, evenly(100, 6 * YEAR), NEEDED, CHANCE).marks == ()


def test_too_few_losses_make_no_mark_however_clear() -> None:
    learnt = learn_marks([YEAR] * 19, evenly(80, 5 * YEAR), NEEDED, CHANCE)
    assert (learnt.lost, learnt.needed, learnt.marks) == (19, 20, ())
    assert learn_marks([YEAR] * 20, evenly(80, 5 * YEAR), NEEDED, CHANCE).marks


def test_two_months_side_by_side_are_one_mark_and_two_apart_are_two() -> None:
    both = [*evenly(24, 4 * YEAR), *([YEAR] * 14), *([YEAR - 30] * 9), *([2 * YEAR] * 12)]
    marks = learn_marks(both, evenly(200, 6 * YEAR), NEEDED, CHANCE).marks
    assert [mark.months for mark in marks] == [12, 24]


def test_a_client_that_is_still_in_a_month_is_not_at_risk_in_it() -> None:
    left = [YEAR] * 20
    (mark,) = learn_marks(left, [YEAR - 40] * 500, NEEDED, CHANCE).marks or (Mark(0, 0, 0, 0),)
    assert (mark.at_risk, mark.left) == (20, 20)
    (mark,) = learn_marks(left, [YEAR + 40] * 500, NEEDED, CHANCE).marks
    assert (mark.at_risk, mark.left) == (520, 20)


def test_false_marks_are_no_more_frequent_than_the_allowed_chance() -> None:
    random, found, rounds = Random(7), 0, 300
    for _ in range(rounds):
        lives = [random.expovariate(1 / 700) for _ in range(150)]
        seen = [random.uniform(0, 4 * YEAR) for _ in lives]
        left = [round(life) for life, end in zip(lives, seen, strict=True) if life <= end]
        stayed = [round(end) for life, end in zip(lives, seen, strict=True) if life > end]
        found += bool(learn_marks(left, stayed, NEEDED, CHANCE).marks)
    assert found / rounds <= CHANCE


def test_a_tenure_counts_for_the_month_that_is_nearest() -> None:
    assert [tenure_months(days) for days in (0, 15, 16, 350, 351, 365, 380, 381)] == [0, 0, 1, 11, 12, 12, 12, 13]


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_tail_is_that_of_the_binomial_distribution(count: int, of: int, share: float) -> None:
    exact = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))
    assert binomial_tail(count, of, share) == pytest.approx(exact, rel=1e-9, abs=1e-12)


def test_a_month_without_neighbours_is_no_mark() -> None:
    assert binomial_tail(5, 5, 1.0) == 1.0
    assert learn_marks([20] * 30, [], NEEDED, CHANCE).marks == ()
