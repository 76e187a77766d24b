"""Weights learned from an agency's own losses: a scorecard of points by signal, held against the present weights.

The model is a logistic regression of "left within the horizon" on the signals' severities, each coefficient nothing or
more, so that a worse fact never counts for the better. A coefficient β is the weight 1 − e^−β: a signal at its full
severity multiplies the odds of leaving by 1 ÷ (1 − weight). The default weights are what is believed beforehand (a
normal prior, PRIOR wide), so that few losses move them little. The present ones are not: they may have been learned
from the same losses, which would then count twice. A signal never noticed keeps the present weight.

The gain is measured on clients that the weights were not learned from, with the risk as the bot works it out; its
uncertainty by drawing the clients anew. Needs scipy and numpy. Never here: applying anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import log, log2

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.insight.backtest import HORIZON_DAYS
from bot.insight.rows import SPACING_DAYS, Row
from scoring.policy import Policy

LOSSES_NEEDED = 30
"""With 30 losses an AUC is known to about ±0.05 (standard error): with fewer, no gain that weights could bring would be
told from luck."""
PRIOR = 1.0
"""How far, in log odds, a coefficient may well lie from the default one."""
HIGHEST = 0.95
"""No weight is proposed above it: one at 1 would leave no room for any other signal."""
FOLDS = 5
DRAWS = 400
REFITS = 100
MOST_TRIES = 5000
EASING = "goodwill"
"""It takes off the risk rather than adding to it, and is left as it is."""
_SEED = 1897

Numbers = NDArray[np.float64]


class TooFew(Exception):  # noqa: N818  # not an error of anybody's
    """There are too few losses to learn from; `found` says how many there are."""

    def __init__(self, found: int) -> None:
        super().__init__(f"{found} of {LOSSES_NEEDED}")
        self.found = found


@dataclass(frozen=True, slots=True)
class Line:
    """One signal of the scorecard."""

    signal: str
    present: float
    proposed: float
    low: float
    high: float
    """Within which the proposal stays in 8 of 10 draws of the clients."""
    seen: int
    """Client-months in which it was noticed."""

    @property
    def points(self) -> float:
        """What it counts for at its full severity: 10 points double the odds of leaving."""
        return 10 * log2(1 / (1 - self.proposed))


@dataclass(frozen=True, slots=True)
class Order:
    """How well risks put clients in order."""

    auc: float
    """The chance that one that left was put ahead of one that stayed; ½ is chance."""
    top_tenth: float
    """The share of those that left that was in the top tenth."""
    red: float
    """The share of client-months that are red."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The weights proposed, and what they would gain."""

    rows: int
    clients: int
    losses: int
    lines: tuple[Line, ...]
    """By signal, the heaviest first."""
    unseen: tuple[str, ...]
    """Signals that were never noticed: their weights stay."""
    present: Order
    proposed: Order
    """On clients that the weights were not learned from."""
    gain: float
    """In AUC."""
    gain_low: float
    gain_high: float
    """Within which the gain is, 19 times out of 20."""

    @property
    def changes(self) -> dict[str, float]:
        """The policy's fields that would change."""
        return {f"{line.signal}_weight": line.proposed for line in self.lines if line.proposed != line.present}


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows as arrays."""

    signals: tuple[str, ...]
    sums: Numbers
    """Severities by row and signal, those of several subjects added."""
    left: Numbers
    client: NDArray[np.intp]
    """The client's place among all clients, by row."""
    clients: int


def propose(rows: Sequence[Row], policy: Policy) -> Scorecard:
    """Learn weights, and measure what they would gain over the policy's. The same rows give the same answer.

    Raises:
        TooFew: when fewer than LOSSES_NEEDED clients left.
    """
    losses = len({row.client_id for row in rows if row.left})
    if losses < LOSSES_NEEDED:
        raise TooFew(losses)
    seen = {name: sum(name in row.severities for row in rows) for name in _learned()}
    table = _table(rows, tuple(name for name, count in seen.items() if count))
    before = np.array([_coefficient(Policy().weight(name)) for name in table.signals])
    everybody = np.ones(table.clients)
    fitted = _fit(table, before, everybody)
    weights, (low, high) = _weights(fitted), _intervals(table, before, fitted)
    lines = [
        Line(name, policy.weight(name), proposed, least, most, seen[name])
        for name, proposed, least, most in zip(
            table.signals, _hundredths(weights), _hundredths(low), _hundredths(high), strict=True
        )
    ]
    present = np.array([_risk(row, policy, {}) for row in rows])
    unlearned = _held_out(rows, policy, table, before)
    gain, gain_low, gain_high = _gain(table, present, unlearned)
    return Scorecard(
        rows=len(rows),
        clients=table.clients,
        losses=losses,
        lines=tuple(sorted(lines, key=lambda line: (-line.proposed, line.signal))),
        unseen=tuple(sorted(name for name, count in seen.items() if not count)),
        present=_order(table, present, policy),
        proposed=_order(table, unlearned, policy),
        gain=gain,
        gain_low=gain_low,
        gain_high=gain_high,
    )


def _learned() -> list[str]:
    """Give the signals whose weights are learned: one without any by default is a to-do, and no reason to leave."""
    rules = [(rule.name.removesuffix("_weight"), rule.default) for rule in fields(Policy) if "_weight" in rule.name]
    return [name for name, default in rules if default and name != EASING]


def _table(rows: Sequence[Row], signals: tuple[str, ...]) -> _Table:
    ids, client = np.unique([row.client_id for row in rows], return_inverse=True)
    sums = [[sum(row.severities.get(name, ())) for name in signals] for row in rows]
    return _Table(
        signals, np.array(sums, dtype=float), np.array([row.left for row in rows], dtype=float), client, len(ids)
    )


def _coefficient(weight: float) -> float:
    return -log(1 - min(weight, HIGHEST))


def _weights(coefficients: Numbers) -> Numbers:
    return 1 - np.exp(-coefficients)


def _hundredths(weights: Numbers) -> list[float]:
    return [round(weight, 2) for weight in weights.tolist()]


def _fit(table: _Table, before: Numbers, counts: Numbers, near: Numbers | None = None) -> Numbers:
    """Give the coefficients that fit best, each client counted so many times; they are looked for `near` some.

    A loss is in as many rows as fit into the horizon: together they count as one.
    """
    row_counts = counts[table.client] * (SPACING_DAYS / HORIZON_DAYS)
    used = row_counts > 0
    sums, left, row_counts = table.sums[used], table.left[used], row_counts[used]

    def loss(unknown: Numbers) -> tuple[float, Numbers]:
        # einsum rather than @, and TNC rather than L-BFGS-B: neither goes through a library whose threads, for
        # products as small as these, only wait for each other (a busy machine took forty times as long)
        odds = unknown[0] + np.einsum("rs,s->r", sums, unknown[1:])
        off = unknown[1:] - before
        value = (row_counts * (np.logaddexp(0, odds) - left * odds)).sum() + (off**2).sum() / (2 * PRIOR**2)
        missed = row_counts * (1 / (1 + np.exp(-odds)) - left)
        return float(value), np.concatenate([[missed.sum()], np.einsum("rs,r->s", sums, missed) + off / PRIOR**2])

    share = min(max(float(row_counts @ left / row_counts.sum()), 1e-6), 1 - 1e-6)
    start = np.concatenate([[log(share / (1 - share))], before if near is None else near])
    bounds = [(None, None), *[(0.0, _coefficient(HIGHEST))] * len(before)]
    found = minimize(loss, start, jac=True, method="TNC", bounds=bounds, options={"maxfun": MOST_TRIES})
    return np.asarray(found.x[1:], dtype=float)


def _intervals(table: _Table, before: Numbers, fitted: Numbers) -> tuple[Numbers, Numbers]:
    refitted = [_weights(_fit(table, before, counts, near=fitted)) for counts in _draws(table, REFITS)]
    low, high = np.quantile(np.array(refitted), [0.1, 0.9], axis=0)
    return low, high


def _draws(table: _Table, number: int) -> NDArray[np.float64]:
    """Draw the clients anew, as many as there are: how often each was drawn, in each draw."""
    random = np.random.default_rng(_SEED)
    even = np.full(table.clients, 1 / table.clients)
    return random.multinomial(table.clients, even, size=number).astype(float)


def _held_out(rows: Sequence[Row], policy: Policy, table: _Table, before: Numbers) -> Numbers:
    """Give each row's risk by weights learned from other clients, those that left spread evenly over the folds."""
    left = np.bincount(table.client, table.left, table.clients) > 0
    shuffled = np.random.default_rng(_SEED).permutation(table.clients)
    fold = np.empty(table.clients, dtype=int)
    fold[sorted(shuffled, key=lambda client: bool(left[client]))] = np.arange(table.clients) % FOLDS
    risks = np.empty(len(rows))
    for held in range(FOLDS):
        learned = _hundredths(_weights(_fit(table, before, (fold != held).astype(float))))
        weights = dict(zip(table.signals, learned, strict=True))
        for place in np.flatnonzero(fold[table.client] == held).tolist():
            risks[place] = _risk(rows[place], policy, weights)
    return risks


def _risk(row: Row, policy: Policy, weights: Mapping[str, float]) -> float:
    """Give a row's risk as `scoring.assess` does, by some weights in the policy's place."""
    safe = 1.0
    for name, severities in row.severities.items():
        weight = weights.get(name, policy.weight(name))
        for severity in severities:
            safe *= 1 - weight * severity
    return 100 * (1 - safe) * (1 - policy.weight(EASING) * row.freshness)


def _gain(table: _Table, present: Numbers, proposed: Numbers) -> tuple[float, float, float]:
    ranks = [np.unique(risks, return_inverse=True)[1] for risks in (present, proposed)]

    def gained(counts: Numbers) -> float:
        before, after = (_auc(rank, table.left, counts) for rank in ranks)
        return after - before

    gains = [gained(counts[table.client]) for counts in _draws(table, DRAWS)]
    low, high = np.nanquantile(gains, [0.025, 0.975])
    return gained(np.ones(len(present))), float(low), float(high)


def _auc(rank: NDArray[np.intp], left: Numbers, counts: Numbers) -> float:
    """Give the chance that a row that left ranks above one that stayed, ties counted half; NaN where one is missing."""
    gone, stayed = np.bincount(rank, counts * left), np.bincount(rank, counts * (1 - left))
    below = np.cumsum(stayed) - stayed
    pairs = gone.sum() * stayed.sum()
    return float(gone @ (below + stayed / 2) / pairs) if pairs else float("nan")


def _order(table: _Table, risks: Numbers, policy: Policy) -> Order:
    rank = np.unique(risks, return_inverse=True)[1]
    everything = np.ones(len(risks))
    return Order(
        auc=_auc(rank, table.left, everything),
        top_tenth=_top_tenth(rank, table.left),
        red=float(np.mean(risks >= policy.red_risk)),
    )


def _top_tenth(rank: NDArray[np.intp], left: Numbers) -> float:
    """Give the share of those that left among the tenth at the top; of a tie across its edge, its part."""
    gone, size = np.bincount(rank, left)[::-1], np.bincount(rank)[::-1]
    room = np.clip(len(left) / 10 - (np.cumsum(size) - size), 0, size)
    return float(gone @ (room / size) / left.sum())
