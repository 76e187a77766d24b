"""Weights learned from losses: true to a truth that is known, never negative, the same each time, modest with few."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import exp, log, log2
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.insight.history import History
from bot.insight.replay import Span
from bot.insight.rows import Row, rows_of
from bot.insight.scorecard import HIGHEST, LOSSES_NEEDED, Scorecard, TooFew, propose
from scoring.facts import Client, Observation
from scoring.policy import Policy

TRUTH = {"contact_gap": 0.2, "complaint": 0.9, "invoice_overdue": 0.75, "mood": 0.0, "renewal": 0.85}


@cache
def generated(clients: int = 400, seed: int = 5, rare: float = -4.6) -> tuple[Row, ...]:
    """Clients that leave in a month with the odds that the true weights say, and until then are looked at monthly."""
    random, rows = Random(seed), list[Row]()
    for client in range(clients):
        for month in range(24):
            severities = {name: (random.uniform(0.5, 1),) for name in TRUTH if random.random() < 0.12}
            odds = rare - sum(log(1 - TRUTH[name]) * worst for name, (worst,) in severities.items())
            left = random.random() < 1 / (1 + exp(-odds))
            rows.append(Row(client, date(2024, 1, 1) + timedelta(days=30 * month), severities, 0.0, left))
            if left:
                break
    return tuple(rows)


@cache
def learned() -> Scorecard:
    return propose(generated(), Policy())


def proposed(found: Scorecard) -> dict[str, float]:
    return {line.signal: line.proposed for line in found.lines}


def test_the_true_weights_are_found_again() -> None:
    assert proposed(learned()) == pytest.approx(TRUTH, abs=0.2)
    heaviest = sorted(proposed(learned()), key=lambda name: proposed(learned())[name])
    assert set(heaviest[:2]) == {"mood", "contact_gap"}


def test_each_weight_stands_within_what_it_may_well_be() -> None:
    for line in learned().lines:
        assert 0 <= line.low <= line.proposed <= line.high <= HIGHEST
        assert line.present == Policy().weight(line.signal)


def test_the_gain_is_measured_and_told_from_luck() -> None:
    found = learned()
    assert found.proposed.auc > found.present.auc > 0.5
    assert found.gain == pytest.approx(found.proposed.auc - found.present.auc)
    assert 0 < found.gain_low < found.gain < found.gain_high
    assert found.proposed.top_tenth > found.present.top_tenth > 0.1


def test_ten_points_double_the_odds() -> None:
    (line,) = [line for line in learned().lines if line.signal == "complaint"]
    assert line.points == pytest.approx(10 * log2(1 / (1 - line.proposed)))


def test_the_same_rows_in_any_order_give_the_same_weights() -> None:
    assert propose(generated(), Policy()) == learned()
    shuffled = list(generated())
    Random(1).shuffle(shuffled)
    assert proposed(propose(shuffled, Policy())) == proposed(learned())


def test_a_signal_that_keeps_clients_gets_no_weight_rather_than_a_negative_one() -> None:
    rows = [Row(row.client_id, row.on, {} if row.left else {"survey": (0.9,)}, 0.0, row.left) for row in generated()]
    assert proposed(propose(rows, Policy())) == {"survey": 0.0}


def test_a_signal_that_always_came_before_leaving_stays_under_the_highest_weight() -> None:
    rows = [Row(row.client_id, row.on, {"survey": (1.0,)} if row.left else {}, 0.0, row.left) for row in generated()]
    assert proposed(propose(rows, Policy()))["survey"] == HIGHEST


def test_what_was_never_noticed_keeps_its_weight_and_goodwill_is_left_alone() -> None:
    found = learned()
    assert "survey" in found.unseen
    assert not {"survey_weight", "goodwill_weight"} & set(found.changes)
    assert "goodwill" not in found.unseen
    assert found.changes["complaint_weight"] == proposed(found)["complaint"]


def test_a_to_do_gets_no_weight_however_often_it_came_before_leaving() -> None:
    rows = [
        Row(row.client_id, row.on, {"survey": (0.6,), "margin": (1.0,)} if row.left else {}, 0.0, row.left)
        for row in generated()
    ]
    found = propose(rows, Policy())
    assert set(proposed(found)) == {"survey"}
    assert "margin" not in found.unseen


def test_what_was_noticed_of_nobody_who_left_moves_little_where_there_is_little_of_it() -> None:
    once = [Row(0, date(2023, 1, 1), {"survey": (0.5,)}, 0.0, left=False), *generated()]
    assert proposed(propose(once, Policy()))["survey"] == pytest.approx(Policy().survey_weight, abs=0.02)


def test_where_nothing_tells_who_leaves_no_gain_is_claimed() -> None:
    random = Random(3)
    rows = [
        Row(row.client_id, row.on, {"survey": (0.7,)} if random.random() < 0.2 else {}, 0.0, row.left)
        for row in generated()
    ]
    found = propose(rows, Policy())
    assert found.gain_low <= 0


def test_two_subjects_of_one_signal_count_both() -> None:
    def doubled(severities: Mapping[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        return {name: (worst / 2, worst / 2) for name, (worst,) in severities.items()}

    rows = [Row(row.client_id, row.on, doubled(row.severities), 0.0, row.left) for row in generated()]
    assert proposed(propose(rows, Policy())) == pytest.approx(proposed(learned()), abs=0.01)


def test_with_too_few_losses_it_says_how_many_there_are() -> None:
    gone = sorted({row.client_id for row in generated() if row.left})
    few = set(gone[: LOSSES_NEEDED - 1])
    rows = [row for row in generated() if row.client_id in few or row.client_id not in gone]
    with pytest.raises(TooFew) as told:
        propose(rows, Policy())
    assert told.value.found == LOSSES_NEEDED - 1
    one_more = [row for row in generated() if row.client_id in {*few, gone[LOSSES_NEEDED - 1]}]
    assert propose([*rows, *one_more], Policy()).losses == LOSSES_NEEDED


FIRST = date(2026, 1, 1)


def history(*, left: int | None = None) -> History:
    """Spoken with once, on 1 January; lost so many days later."""
    client = Client(
        id=3,
        status="active" if left is None else "lost",
        zone=ZoneInfo("Europe/Madrid"),
        started_on=date(2025, 1, 1),
        lost_on=None if left is None else FIRST + timedelta(days=left),
        observations=(Observation("praise", FIRST),),
    )
    return History(client, "acme", "Acme", "Alice", "ES", "12345", (datetime(2026, 1, 1, 7, 0, tzinfo=UTC),))


def test_a_client_is_looked_at_once_a_month_as_far_as_anybody_can_tell_what_followed() -> None:
    found = list(rows_of(history(), Policy(), Span(FIRST, FIRST + timedelta(days=199))))
    assert {(later.on - row.on).days for row, later in pairwise(found)} == {30}
    assert found[0].on - FIRST < timedelta(days=30)
    assert timedelta(days=60) <= FIRST + timedelta(days=199) - found[-1].on < timedelta(days=90)
    assert not any(row.left for row in found)


def test_a_row_tells_what_was_noticed_and_whether_the_client_then_left() -> None:
    found = list(rows_of(history(left=100), Policy(), Span(FIRST, FIRST + timedelta(days=199))))
    assert [row.left for row in found] == [(row.on - FIRST).days >= 40 for row in found]
    assert (found[-1].on - FIRST).days < 100
    silent = found[-1]
    assert silent.severities["contact_gap"] == (1.0,)
    assert found[0].freshness > silent.freshness


def test_a_client_of_whom_nothing_can_be_told_yet_gives_no_rows() -> None:
    assert not list(rows_of(history(), Policy(), Span(FIRST, FIRST + timedelta(days=59))))
