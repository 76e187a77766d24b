"""Learns weights from an agency's own losses, and compares them with the present ones.

The model is a logistic regression of "left within the horizon" on the signals' severities. Coefficients are never
negative, so that a worse fact never counts for the better. A coefficient β is the weight 1 − e^−β: a signal at its full
severity multiplies the odds of leaving by 1 ÷ (1 − weight). The default weights are the mean of a normal prior, so that
few losses move them little. The present weights are not: they may have been learned from the same losses, which would
then count twice. A signal that was never noticed keeps its present weight.

The gain is measured by cross-validation over clients, with the risk as the bot computes it, and its uncertainty by
bootstrap over clients. Needs scipy and numpy. Never here: applying the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import log, log2

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.insight.cases import HORIZON_DAYS
from bot.insight.training_rows import SPACING_DAYS, TrainingRow
from scoring.policy import Policy

LOSSES_NEEDED = 30
"""With 30 losses an AUC is known to about ±0.05 (standard error): with fewer, no gain that weights could bring would be
told from luck."""
PRIOR_SPREAD = 1.0
"""Standard deviation of the prior of a coefficient, in log odds."""
MAX_WEIGHT = 0.95
"""No weight is proposed above it: a weight of 1 would leave no room for any other signal."""
FOLDS = 5
GAIN_DRAWS = 400
"""Bootstrap samples for the interval of the gain."""
INTERVAL_REFITS = 100
"""Bootstrap samples for the intervals of the weights; each is a fit of its own."""
MAX_EVALUATIONS = 5000
"""Of the loss function, in one fit."""
GOODWILL = "goodwill"
"""It lowers the risk rather than raising it; its weight is left as it is."""
_SEED = 1897

Numbers = NDArray[np.float64]


class TooFewLossesError(Exception):
    """Fewer than LOSSES_NEEDED clients left; `losses` says how many did."""

    def __init__(self, losses: int) -> None:
        super().__init__(f"{losses} of {LOSSES_NEEDED}")
        self.losses = losses


@dataclass(frozen=True, slots=True)
class SignalWeight:
    """One signal's weight, present and proposed."""

    signal: str
    present: float
    proposed: float
    low: float
    high: float
    """The 80% interval of the proposal, with `low`."""
    seen: int
    """Client-months in which it was noticed."""

    @property
    def points(self) -> float:
        """What the signal counts for at full severity: 10 points double the odds of leaving."""
        return 10 * log2(1 / (1 - self.proposed))


@dataclass(frozen=True, slots=True)
class RankingQuality:
    """How well risks rank the clients."""

    auc: float
    """The chance that a client that left ranks above one that stayed; ½ is chance."""
    top_tenth: float
    """Of the clients that left, the share in the top tenth."""
    red: float
    """The share of client-months that are red."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The proposed weights, and what they would gain. The names of its fields are those of `policy fit --json`."""

    rows: int
    clients: int
    losses: int
    lines: tuple[SignalWeight, ...]
    """By signal, the heaviest first."""
    unseen: tuple[str, ...]
    """Signals that were never noticed and keep their weights."""
    present: RankingQuality
    proposed: RankingQuality
    """By cross-validation."""
    gain: float
    """In AUC."""
    gain_low: float
    gain_high: float
    """The 95% interval of the gain, with `gain_low`."""

    @property
    def changes(self) -> dict[str, float]:
        """The fields of the policy that would change, with their new values."""
        return {f"{line.signal}_weight": line.proposed for line in self.lines if line.proposed != line.present}


@dataclass(frozen=True, slots=True)
class _TrainingData:
    """The training rows as arrays."""

    signals: tuple[str, ...]
    sums: Numbers
    """Severities by row and signal; those of several subjects are added up."""
    left: Numbers
    client: NDArray[np.intp]
    """The index of the client, by row."""
    clients: int


def propose_weights(rows: Sequence[TrainingRow], policy: Policy) -> Scorecard:
    """Learn weights, and measure what they would gain over the policy's. The same rows give the same result.

    Raises:
        TooFewLossesError: when fewer than LOSSES_NEEDED clients left.
    """
    losses = len({row.client_id for row in rows if row.left})
    if losses < LOSSES_NEEDED:
        raise TooFewLossesError(losses)
    seen = {name: sum(name in row.severities for row in rows) for name in _learnable_signals()}
    data = _build_data(rows, tuple(name for name, count in seen.items() if count))
    prior = np.array([_to_coefficient(Policy().weight(name)) for name in data.signals])
    each_once = np.ones(data.clients)
    fitted = _fit_coefficients(data, prior, each_once)
    weights, (low, high) = _to_weights(fitted), _bootstrap_intervals(data, prior, fitted)
    lines = [
        SignalWeight(name, policy.weight(name), proposed, least, most, seen[name])
        for name, proposed, least, most in zip(
            data.signals, _round_weights(weights), _round_weights(low), _round_weights(high), strict=True
        )
    ]
    present = np.array([_compute_risk(row, policy, {}) for row in rows])
    held_out = _cross_validate(rows, policy, data, prior)
    gain, gain_low, gain_high = _measure_gain(data, present, held_out)
    return Scorecard(
        rows=len(rows),
        clients=data.clients,
        losses=losses,
        lines=tuple(sorted(lines, key=lambda line: (-line.proposed, line.signal))),
        unseen=tuple(sorted(name for name, count in seen.items() if not count)),
        present=_measure_ranking(data, present, policy),
        proposed=_measure_ranking(data, held_out, policy),
        gain=gain,
        gain_low=gain_low,
        gain_high=gain_high,
    )


def _learnable_signals() -> list[str]:
    """List the signals whose weights are learned; one with a default of 0 is a to-do and no reason to leave."""
    rules = [(rule.name.removesuffix("_weight"), rule.default) for rule in fields(Policy) if "_weight" in rule.name]
    return [name for name, default in rules if default and name != GOODWILL]


def _build_data(rows: Sequence[TrainingRow], signals: tuple[str, ...]) -> _TrainingData:
    ids, client = np.unique([row.client_id for row in rows], return_inverse=True)
    sums = [[sum(row.severities.get(name, ())) for name in signals] for row in rows]
    return _TrainingData(
        signals, np.array(sums, dtype=float), np.array([row.left for row in rows], dtype=float), client, len(ids)
    )


def _to_coefficient(weight: float) -> float:
    return -log(1 - min(weight, MAX_WEIGHT))


def _to_weights(coefficients: Numbers) -> Numbers:
    return 1 - np.exp(-coefficients)


def _round_weights(weights: Numbers) -> list[float]:
    return [round(weight, 2) for weight in weights.tolist()]


def _fit_coefficients(data: _TrainingData, prior: Numbers, counts: Numbers, start_at: Numbers | None = None) -> Numbers:
    """Fit the coefficients, each client weighted by its count; the search starts at `start_at`, else at the prior.

    A loss is in as many rows as fit into the horizon; together they count as one.
    """
    row_counts = counts[data.client] * (SPACING_DAYS / HORIZON_DAYS)
    used = row_counts > 0
    sums, left, row_counts = data.sums[used], data.left[used], row_counts[used]

    def loss(coefficients: Numbers) -> tuple[float, Numbers]:
        # einsum rather than @, and TNC rather than L-BFGS-B: neither uses BLAS, whose threads only wait for each other
        # on products as small as these (40 times slower on a busy machine)
        odds = coefficients[0] + np.einsum("rs,s->r", sums, coefficients[1:])
        distance = coefficients[1:] - prior
        value = (row_counts * (np.logaddexp(0, odds) - left * odds)).sum() + (distance**2).sum() / (2 * PRIOR_SPREAD**2)
        residuals = row_counts * (1 / (1 + np.exp(-odds)) - left)
        return float(value), np.concatenate(
            [[residuals.sum()], np.einsum("rs,r->s", sums, residuals) + distance / PRIOR_SPREAD**2]
        )

    share = min(max(float(row_counts @ left / row_counts.sum()), 1e-6), 1 - 1e-6)
    start = np.concatenate([[log(share / (1 - share))], prior if start_at is None else start_at])
    bounds = [(None, None), *[(0.0, _to_coefficient(MAX_WEIGHT))] * len(prior)]
    found = minimize(loss, start, jac=True, method="TNC", bounds=bounds, options={"maxfun": MAX_EVALUATIONS})
    return np.asarray(found.x[1:], dtype=float)


def _bootstrap_intervals(data: _TrainingData, prior: Numbers, fitted: Numbers) -> tuple[Numbers, Numbers]:
    refitted = [
        _to_weights(_fit_coefficients(data, prior, counts, start_at=fitted))
        for counts in _draw_client_counts(data, INTERVAL_REFITS)
    ]
    low, high = np.quantile(np.array(refitted), [0.1, 0.9], axis=0)
    return low, high


def _draw_client_counts(data: _TrainingData, number: int) -> NDArray[np.float64]:
    """Draw bootstrap samples of the clients: how often each client is in each sample."""
    random = np.random.default_rng(_SEED)
    even = np.full(data.clients, 1 / data.clients)
    return random.multinomial(data.clients, even, size=number).astype(float)


def _cross_validate(rows: Sequence[TrainingRow], policy: Policy, data: _TrainingData, prior: Numbers) -> Numbers:
    """Compute each row's risk by weights learned from other clients; those that left are spread evenly over folds."""
    left = np.bincount(data.client, data.left, data.clients) > 0
    shuffled = np.random.default_rng(_SEED).permutation(data.clients)
    fold = np.empty(data.clients, dtype=int)
    fold[sorted(shuffled, key=lambda client: bool(left[client]))] = np.arange(data.clients) % FOLDS
    risks = np.empty(len(rows))
    for held in range(FOLDS):
        learned = _round_weights(_to_weights(_fit_coefficients(data, prior, (fold != held).astype(float))))
        weights = dict(zip(data.signals, learned, strict=True))
        for index in np.flatnonzero(fold[data.client] == held).tolist():
            risks[index] = _compute_risk(rows[index], policy, weights)
    return risks


def _compute_risk(row: TrainingRow, policy: Policy, weights: Mapping[str, float]) -> float:
    """Compute a row's risk as `scoring.assess` does, with some weights in place of the policy's."""
    safe = 1.0
    for name, severities in row.severities.items():
        weight = weights.get(name, policy.weight(name))
        for severity in severities:
            safe *= 1 - weight * severity
    return 100 * (1 - safe) * (1 - policy.weight(GOODWILL) * row.freshness)


def _measure_gain(data: _TrainingData, present: Numbers, proposed: Numbers) -> tuple[float, float, float]:
    ranks = [np.unique(risks, return_inverse=True)[1] for risks in (present, proposed)]

    def gained(counts: Numbers) -> float:
        before, after = (_compute_auc(rank, data.left, counts) for rank in ranks)
        return after - before

    gains = [gained(counts[data.client]) for counts in _draw_client_counts(data, GAIN_DRAWS)]
    low, high = np.nanquantile(gains, [0.025, 0.975])
    return gained(np.ones(len(present))), float(low), float(high)


def _compute_auc(rank: NDArray[np.intp], left: Numbers, counts: Numbers) -> float:
    """Compute the chance that a row that left ranks above one that stayed, ties counted half; NaN without either."""
    gone, stayed = np.bincount(rank, counts * left), np.bincount(rank, counts * (1 - left))
    below = np.cumsum(stayed) - stayed
    pairs = gone.sum() * stayed.sum()
    return float(gone @ (below + stayed / 2) / pairs) if pairs else float("nan")


def _measure_ranking(data: _TrainingData, risks: Numbers, policy: Policy) -> RankingQuality:
    rank = np.unique(risks, return_inverse=True)[1]
    everything = np.ones(len(risks))
    return RankingQuality(
        auc=_compute_auc(rank, data.left, everything),
        top_tenth=_measure_top_tenth(rank, data.left),
        red=float(np.mean(risks >= policy.red_risk)),
    )


def _measure_top_tenth(rank: NDArray[np.intp], left: Numbers) -> float:
    """Compute the share of those that left in the top tenth; a tie across its edge counts in part."""
    gone, size = np.bincount(rank, left)[::-1], np.bincount(rank)[::-1]
    room = np.clip(len(left) / 10 - (np.cumsum(size) - size), 0, size)
    return float(gone @ (room / size) / left.sum())
