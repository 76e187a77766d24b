"""The signal of engagement: e-mail opens, product usage and social reactions against the client's own 90 days.

Such figures stray by themselves, so a fall opens a breach only where chance would show one so sure no more often than
the policy's rate: each new figure is a look, and a look may be wrong with the rate ÷ the looks of a year. A look
compares the mean of the last 1, 2, 4 or 8 figures with those of the 90 days before them by Student's t, their spread
mixed with a usual one while they are few. Figures that come more often than every four days are taken by the week.
What is open stays so until the last two figures have made up half of the fall that opens one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log, sqrt
from statistics import NormalDist, median

from scoring.assessment import Draft, Signal, ok, unknown
from scoring.facts import Client
from scoring.signals.context import DAY, Context
from scoring.vocabulary import ENGAGEMENT_KINDS

_BASELINE = 90 * DAY
_FEWEST = 2  # figures that are compared with
_WINDOWS = (1, 2, 4, 8)  # last figures that are looked at together
_LAST = 2  # figures that tell whether it is over
_OFTEN = 4  # days: figures that come more often are taken by the week, as weekends differ
_WEEK = 7
_YEAR = 365
_USUAL_SPREAD, _USUAL_WORTH = 0.25, 4  # share of the mean, and how many figures it counts for
_LEAST_SPREAD = 0.1  # share of the mean
_SHARED = 2.0  # the windows overlap so much that their chances add up to no more than so many times one
_SUREST = 100.0  # times rarer than it takes: no chance counts for more
_NORMAL = NormalDist()

_NO_ENGAGEMENT = (Signal("engagement", "unknown"),)


@dataclass(frozen=True, slots=True)
class _Base:
    """What figures are compared with: their mean, spread and number."""

    mean: float
    spread: float
    count: int

    def chance(self, recent: float, figures: int) -> float:
        """Return the chance that a mean of so many figures is as low as that though nothing has changed."""
        freedom = self.count - 1 + _USUAL_WORTH
        distance = (self.mean - recent) / (self.spread * sqrt(1 / figures + 1 / self.count))
        return _NORMAL.cdf(-_normal_of_t(distance, freedom))


@dataclass(frozen=True, slots=True)
class _Fall:
    share: float
    chance: float


def engagement(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """One signal for each kind of figure that is recorded; see the module.

    Severity is 0.5 at a fall by `engagement_fall` that is just sure enough, and rises with its size and sureness to 1.
    Unknown with fewer than two figures to compare with, or a last one older than `engagement_old_days`.
    """
    if not client.observations:
        return _NO_ENGAGEMENT
    kinds = {o.kind for o in client.observations}
    found = tuple([_engagement_of(client, ctx, kind) for kind in ENGAGEMENT_KINDS if kind in kinds])
    return found or _NO_ENGAGEMENT


def _engagement_of(client: Client, ctx: Context, kind: str) -> Signal:
    by_day = defaultdict[date, list[float]](list)
    for o in client.observations:
        if o.kind == kind and o.value is not None:
            by_day[o.occurred_on].append(o.value)
    if not by_day:
        return unknown("engagement", {}, subject=kind)
    figures = [(day, min(values)) for day, values in sorted(by_day.items())]
    day, last = figures[-1]
    old_on = day + timedelta(days=ctx.policy.engagement_old_days)
    gap = median([(b - a).days for (a, _), (b, _) in pairwise(figures)]) if len(figures) > 1 else _YEAR
    if gap < _OFTEN:
        figures, gap = _by_week(figures), _WEEK
    base = _base(figures, 1)
    evidence: Draft = {"kind": kind, "value": last, "said_on": day, "average": round(base.mean, 2) if base else None}
    if base is None or ctx.on >= old_on:
        return unknown("engagement", evidence, subject=kind)
    key = f"engagement:{kind}"
    limit, allowed = ctx.policy.engagement_fall, ctx.policy.engagement_false_alarms * gap / _YEAR / _SHARED
    known = client.breaches.get(key)
    if known and known.resolved_on is None:
        fall = _still_fallen(figures, known.opened_on, limit / 2)
    else:
        since = figures[-min(_WINDOWS[-1], len(figures))][0] - _BASELINE
        figures = [figure for figure in figures if figure[0] >= since]
        fall = _new_fall(figures, known.resolved_on if known else None, limit, allowed)
    if fall is None:
        evidence["unsure"] = round(1 - last / base.mean, 9) >= limit
        return ok("engagement", evidence, old_on, kind)
    evidence |= {"fall": round(fall.share, 3)}
    much = min(1.0, max(0.0, (fall.share - limit) / (1 - limit)))
    sure = min(1.0, max(0.0, log(allowed / max(fall.chance, 1e-12)) / log(_SUREST)))
    severity = round(0.5 + 0.5 * much * sure, 9)
    return ctx.breach("engagement", severity, evidence, "call_client", subject=kind, since=day, until=old_on)


def _by_week(figures: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """Return the means of the weeks that are over, by their last day; of all days where no week is."""
    weeks = defaultdict[date, list[float]](list)
    for day, value in figures:
        weeks[day + (6 - day.weekday()) * DAY].append(value)
    through = figures[-1][0]
    over = [(end, _mean(values)) for end, values in sorted(weeks.items()) if end <= through]
    return over or [(through, _mean([value for _, value in figures]))]


def _base(figures: Sequence[tuple[date, float]], recent: int) -> _Base | None:
    """Return what the last so many figures are compared with; None where that is too little."""
    if len(figures) <= recent:
        return None
    since = figures[-recent][0] - _BASELINE
    values = [value for day, value in figures[:-recent] if day >= since]
    mean = _mean(values)
    if len(values) < _FEWEST or mean <= 0:
        return None
    squares = sum([(value - mean) ** 2 for value in values]) + _USUAL_WORTH * (_USUAL_SPREAD * mean) ** 2
    spread = sqrt(squares / (len(values) - 1 + _USUAL_WORTH))
    return _Base(mean, max(spread, _LEAST_SPREAD * mean), len(values))


def _new_fall(figures: Sequence[tuple[date, float]], after: date | None, limit: float, allowed: float) -> _Fall | None:
    """Return the surest fall that is deep and sure enough, of the last figures after a day."""
    found = []
    for recent in _WINDOWS:
        base = _base(figures, recent)
        if base is None or (after and figures[-recent][0] <= after):
            continue
        mean = _mean([value for _, value in figures[-recent:]])
        share = round(1 - mean / base.mean, 9)
        if share >= limit and (chance := base.chance(mean, recent)) <= allowed:
            found.append(_Fall(share, chance))
    return _surest(found)


def _still_fallen(figures: Sequence[tuple[date, float]], opened_on: date, enough: float) -> _Fall | None:
    """Return how far the last figures are below those before the breach opened; None where it is over."""
    then = [(day, value) for day, value in figures if day <= opened_on] or figures
    bases = filter(None, [_base(then, recent) for recent in _WINDOWS])
    base = max(bases, key=lambda each: each.mean, default=_base(figures, 1))
    last = [value for _, value in figures[-_LAST:]]
    if base is None or (share := round(1 - _mean(last) / base.mean, 9)) < enough:
        return None
    return _Fall(share, base.chance(_mean(last), len(last)))


def _mean(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing. That of the statistics module takes ten times as long."""
    return sum(values) / len(values) if values else 0.0


def _surest(falls: Iterable[_Fall]) -> _Fall | None:
    return min(falls, key=lambda fall: (fall.chance, -fall.share), default=None)


def _normal_of_t(t: float, freedom: int) -> float:
    """Return the normal deviate that is about as rare as a Student's t (Wallace 1959)."""
    size = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log(1 + t * t / freedom))
    return size if t >= 0 else -size
