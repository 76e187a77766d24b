"""Weights learned from losses: true to a truth that is known, never negative, the same each time, modest with few."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from math import exp, log, log2
from random import Random

import pytest

from bot.insight.scorecard import LOSSES_NEEDED, MAX_WEIGHT, Scorecard, TooFewLossesError, propose_weights
from bot.insight.training_rows import TrainingRow
from scoring.policy import Policy

TRUTH = {"contact_gap": 0.2, "complaint": 0.9, "invoice_overdue": 0.75, "mood": 0.0, "renewal": 0.85}


@cache
def generated(clients: int = 400, seed: int = 5, rare: float = -4.6) -> tuple[TrainingRow, ...]:
    """Clients that leave in a month with the odds that the true weights say, and until then are looked at monthly."""
    random, rows = Random(seed), list[TrainingRow]()
    for client in range(clients):
        for month in range(24):
            severities = {name: (random.uniform(0.5, 1),) for name in TRUTH if random.random() < 0.12}
            odds = rare - sum(log(1 - TRUTH[name]) * worst for name, (worst,) in severities.items())
            left = random.random() < 1 / (1 + exp(-odds))
            rows.append(TrainingRow(client, date(2024, 1, 1) + timedelta(days=30 * month), severities, 0.0, left))
            if left:
                break
    return tuple(rows)


@cache
def learned() -> Scorecard:
    return propose_weights(generated(), Policy())


def proposed(found: Scorecard) -> dict[str, float]:
    return {line.signal: line.proposed for line in found.lines}


def test_the_true_weights_are_recovered() -> None:
    assert proposed(learned()) == pytest.approx(TRUTH, abs=0.2)
    heaviest = sorted(proposed(learned()), key=lambda name: proposed(learned())[name])
    assert set(heaviest[:2]) == {"mood", "contact_gap"}


def test_each_proposed_weight_is_within_its_interval() -> None:
    for line in learned().lines:
        assert 0 <= line.low <= line.proposed <= line.high <= MAX_WEIGHT
        assert line.present == Policy().weight(line.signal)


def test_the_gain_is_measured_with_its_interval() -> None:
    found = learned()
    assert found.proposed.auc > found.present.auc > 0.5
    assert found.gain == pytest.approx(found.proposed.auc - found.present.auc)
    assert 0 < found.gain_low < found.gain < found.gain_high
    assert found.proposed.top_tenth > found.present.top_tenth > 0.1


def test_ten_points_double_the_odds() -> None:
    (line,) = [line for line in learned().lines if line.signal == "complaint"]
    assert line.points == pytest.approx(10 * log2(1 / (1 - line.proposed)))


def test_the_same_rows_in_any_order_give_the_same_weights() -> None:
    assert propose_weights(generated(), Policy()) == learned()
    shuffled = list(generated())
    Random(1).shuffle(shuffled)
    assert proposed(propose_weights(shuffled, Policy())) == proposed(learned())


def test_a_signal_of_clients_that_stay_gets_weight_zero_and_not_a_negative_one() -> None:
    rows = [
        TrainingRow(row.client_id, row.on, {} if row.left else {"survey": (0.9,)}, 0.0, row.left) for row in generated()
    ]
    assert proposed(propose_weights(rows, Policy())) == {"survey": 0.0}


def test_a_signal_that_always_preceded_leaving_gets_no_more_than_the_maximum_weight() -> None:
    rows = [
        TrainingRow(row.client_id, row.on, {"survey": (1.0,)} if row.left else {}, 0.0, row.left) for row in generated()
    ]
    assert proposed(propose_weights(rows, Policy()))["survey"] == MAX_WEIGHT


def test_signals_never_noticed_keep_their_weight_and_so_does_goodwill() -> None:
    found = learned()
    assert "survey" in found.unseen
    assert not {"survey_weight", "goodwill_weight"} & set(found.changes)
    assert "goodwill" not in found.unseen
    assert found.changes["complaint_weight"] == proposed(found)["complaint"]


def test_a_to_do_gets_no_weight_however_often_it_preceded_leaving() -> None:
    rows = [
        TrainingRow(row.client_id, row.on, {"survey": (0.6,), "margin": (1.0,)} if row.left else {}, 0.0, row.left)
        for row in generated()
    ]
    found = propose_weights(rows, Policy())
    assert set(proposed(found)) == {"survey"}
    assert "margin" not in found.unseen


def test_a_rare_signal_of_clients_that_stayed_moves_its_weight_little() -> None:
    once = [TrainingRow(0, date(2023, 1, 1), {"survey": (0.5,)}, 0.0, left=False), *generated()]
    assert proposed(propose_weights(once, Policy()))["survey"] == pytest.approx(Policy().survey_weight, abs=0.02)


def test_no_gain_is_claimed_where_signals_do_not_predict_leaving() -> None:
    random = Random(3)
    rows = [
        TrainingRow(row.client_id, row.on, {"survey": (0.7,)} if random.random() < 0.2 else {}, 0.0, row.left)
        for row in generated()
    ]
    found = propose_weights(rows, Policy())
    assert found.gain_low <= 0


def test_both_subjects_of_one_signal_count() -> None:
    def doubled(severities: Mapping[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        return {name: (worst / 2, worst / 2) for name, (worst,) in severities.items()}

    rows = [TrainingRow(row.client_id, row.on, doubled(row.severities), 0.0, row.left) for row in generated()]
    assert proposed(propose_weights(rows, Policy())) == pytest.approx(proposed(learned()), abs=0.01)


def test_too_few_losses_are_an_error_that_says_how_many_there_are() -> None:
    gone = sorted({row.client_id for row in generated() if row.left})
    few = set(gone[: LOSSES_NEEDED - 1])
    rows = [row for row in generated() if row.client_id in few or row.client_id not in gone]
    with pytest.raises(TooFewLossesError) as told:
        propose_weights(rows, Policy())
    assert told.value.losses == LOSSES_NEEDED - 1
    one_more = [row for row in generated() if row.client_id in {*few, gone[LOSSES_NEEDED - 1]}]
    assert propose_weights([*rows, *one_more], Policy()).losses == LOSSES_NEEDED
