"""Where a month, or a quarter, will end: daily values in, a total with its 80% interval out.

Belongs here: projecting a client's daily values (spend, leads, revenue) to the end of a period. Never here: targets,
tolerances and what a miss means (`scoring.signals`), or where the values come from.

The forecast is what is known of the period plus, for each day to come, level × weekday's share:

- share: a weekday's part of its week, the median of the last 8 weeks with three quarters of an even week added, so that
  one holiday does not bend it and one week of history does not decide it. Where most days are zero a median says
  nothing: there it is the weekday's part of all 8 weeks together, with 6 even weeks added;
- rates: the last 28 days, each divided by its weekday's share;
- steady: the rates, held within a quarter and four times the median of the last 14 (one odd day, such as a correction,
  says little about tomorrow), weighted to halve every 14 days. Latest: those 14, held within half and twice the median
  of the last 7 (a stop or a step is none), and weighted to halve every 1¾ days;
- level: steady + trust × (latest − steady). With z the distance between the two in their standard errors, by the
  noise from one day to the next, trust is 0.1 + 0.9 × z⁴ / (z⁴ + 1.75⁴): the last days are followed where they differ
  by more than chance, and only there;
- a period of its own: where its days differ for sure from those before it, as with a new budget, the level is taken
  from them alone, from its second week on; see `_own`;
- the straight line: the level is drawn towards the period's own so far, by 0.3 × the part of the period to come,
  squared, or by 1 − days known ÷ 28 where that is more. With less than a week known it is the straight line;
- interval: what a day's noise, the doubt about the level, its drift and a level that nobody foresees have been seen to
  make together; see `_reach`. Counts are never surer than a count is (Poisson), however even they were.

The constants were chosen on public daily series and on worlds drawn with a seed (trends, steps, ramps, holidays, bursts
and so on), each series and each kind of world left out in turn: the middle of the best half of a grid, since a plateau
holds elsewhere and a peak does not (`tests/benchmarks/forecast.py` prints the grid, and every group's gain).

Scaling all values scales the forecast (beside the counts' floor). A higher day does not always raise it: a high Monday
says that Mondays are high, and so that the other weekdays are less of the week.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import sqrt
from operator import mul, sub, truediv

from scoring.interval import Forecast

__all__ = ["Forecast", "month_end", "month_of", "project", "project_total", "quarter_end", "quarter_of"]


def _variance(weights: Sequence[float]) -> float:
    """Return the variance of a weighted mean, in those of one day."""
    return sum(weight * weight for weight in weights) / sum(weights) ** 2


_WEEKS = 8  # that a weekday's share is learned from
_EVEN_WEEKS, _EVEN_WEEKS_OF_FEW = 0.75, 6.0  # that are added to them; the latter where most days are zero
_FOUR_WEEKS = 4
_STEADY_DAYS, _STEADY_HALF_LIFE, _STEADY_ODD = 7 * _FOUR_WEEKS, 14, 4.0
_LATEST_DAYS, _LATEST_HALF_LIFE, _ODD = 14, 1.75, 2.0  # odd: times the median, as far as one day is believed
_TRUST, _CHANCE = 0.1, 1.75  # in the latest days, at least; the standard errors from which on they are followed
_OWN_FROM, _OWN_CHANCE, _OWN_LEAST = 7, 4.0, 0.05  # see `_own`
_LINE = 0.3  # weight of the straight line on a period's first day
_LATE_DAYS = 2  # that data may lag behind without being late
_SILENCE_HALF_LIFE_DAYS = 7
_USUAL_NOISE, _USUAL_DAYS = 0.3, 8  # of the level, and how many days that is worth before days are known
_NOISE, _UNSEEN, _YOUNG, _REACH_DAYS = 2.2, 0.1, 0.28, 20  # of the interval: see `_reach`
_FEW = 100  # a day, up to which whole numbers are read as counts

_STEADY_WEIGHTS = [0.5 ** (age / _STEADY_HALF_LIFE) for age in range(_STEADY_DAYS)]
_LATEST_WEIGHTS = [0.5 ** (age / _LATEST_HALF_LIFE) for age in range(_LATEST_DAYS)]
_DOUBT = [
    _variance(_LATEST_WEIGHTS[:n]) - _variance(_STEADY_WEIGHTS[:n]) if n else 0.0 for n in range(_STEADY_DAYS + 1)
]
_EVEN = [1.0] * 7


@lru_cache(maxsize=1024)  # judging a client asks for the same few days again and again
def month_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's month, and the first day after that month."""
    start = day.replace(day=1)
    return start, (start + timedelta(days=31)).replace(day=1)


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's calendar quarter, and the first day after that quarter."""
    start = date(day.year, day.month - (day.month - 1) % 3, 1)
    return start, (start + timedelta(days=92)).replace(day=1)


def month_end(history: Mapping[date, float], as_of: date) -> Forecast:
    """Forecast the total of the month of `as_of` from what is known at the end of that day; later values are ignored.

    During the day itself, while its value is still growing, leave it out: data then runs through yesterday.

    A day without a value counts as 0 where later days have one, since vendors leave out the days on which nothing
    happened. Days after the last known one have not arrived yet; they are projected at the level, which after the first
    two days halves with each week of silence. Days before the first value are before the client's start. With nothing
    known the forecast is 0. The unit is that of the values; the formula is this module's.
    """
    return _forecast(history, as_of, month_of)


def quarter_end(history: Mapping[date, float], as_of: date) -> Forecast:
    """Forecast the total of the calendar quarter of `as_of`, as `month_end` does the month's."""
    return _forecast(history, as_of, quarter_of)


def _forecast(history: Mapping[date, float], as_of: date, period: Callable[[date], tuple[date, date]]) -> Forecast:
    end = as_of + timedelta(days=as_of in history)
    first = min((day for day in history if day < end), default=end)
    values = [history.get(date.fromordinal(day)) for day in range(first.toordinal(), end.toordinal())]
    return project(values, first, end, lambda _: period(as_of))


def project(
    values: Sequence[float | None],
    first: date,
    as_of: date,
    period: Callable[[date], tuple[date, date]] = month_of,
) -> Forecast:
    """Forecast as `month_end` does, from a value (None: unknown) for each day from `first` to before `as_of`.

    Here `as_of` is today, of which nothing is known yet, and data runs through yesterday. `period` gives the start of
    the period of `as_of`, and the first day after it.
    """
    start, end = period(as_of)
    known = list(values[: max(0, (as_of - first).days)])
    while known and known[-1] is None:
        known.pop()
    begun = next((i for i, value in enumerate(known) if value is not None), 0)
    days = [value or 0.0 for value in known[begun:]]
    elapsed = len(known) - (start - first).days  # below zero where the silence began before the period
    so_far = sum(days[max(0, len(days) - elapsed) :]) if elapsed > 0 else 0.0
    silent = max(0, (as_of - first).days - len(known) - _LATE_DAYS)
    return project_total(days, so_far, (end - first).days - len(known), max(0, -elapsed), silent, max(0, elapsed))


def project_total(  # noqa: PLR0917
    days: Sequence[float], so_far: float, ahead: int, before: int = 0, silent: int = 0, elapsed: int = 0
) -> Forecast:
    """Forecast as `project` does, from known days that are already counted and summed.

    `days` are the values of the known days, from the first that has one, 0 in gaps; those within the period, the last
    `elapsed` of them, sum to `so_far` (elapsed 0: unknown, and the level is not drawn towards the straight line). The
    period ends `ahead` days after the last known one, and begins `before` days after it where it has not begun yet.
    `silent` is by how many days data is later than it may be.
    """
    if not days:
        return Forecast(0.0, 0.0, 0.0)
    latest_first = list(days[: -_WEEKS * 7 - 1 : -1])  # so that a day's weekday has its share at age % 7
    shares = _weekday_shares(latest_first)
    part = _sum_ahead(shares, ahead) - (_sum_ahead(shares, before) if before else 0.0)
    recent = latest_first[:_STEADY_DAYS]
    level, shift, noise, spread = _level(recent, shares)
    if elapsed > 0 and len(days) >= 7:
        elapsed = min(elapsed, len(days))
        line = so_far / _sum_behind(shares, elapsed)
        if own := _own(recent, shares, elapsed, line, noise):
            level += own * (_level(recent[:elapsed], shares)[0] - level)
        weight = max(_LINE * (ahead / (elapsed + ahead)) ** 2, 1 - len(recent) / _STEADY_DAYS)
        level += weight * (line - level)
    belief = 0.5 ** (silent / _SILENCE_HALF_LIFE_DAYS)
    mid = so_far + belief * level * part
    width = _reach(recent, abs(level), (shift, noise, spread), part, ahead)
    low = mid - width
    return Forecast(max(low, so_far) if mid >= so_far else low, mid, mid + width)


def _own(recent: list[float], shares: list[float], elapsed: int, line: float, noise: float) -> float:
    """Return how far a period is one of its own, 0 to 1: by z⁴ / (z⁴ + 4⁴) from its 14th day, by nothing on its 7th.

    z is the distance of its straight line from the recent days before it, of which there must be three, in standard
    errors by a day's noise. Under 0.05 it is none.
    """
    before = len(recent) - elapsed
    if elapsed <= _OWN_FROM or before < 3:
        return 0.0
    step = line - sum(recent[elapsed:]) / (_sum_behind(shares, len(recent)) - _sum_behind(shares, elapsed))
    by_chance = _OWN_CHANCE * _OWN_CHANCE * noise * (1 / elapsed + 1 / before)
    both = step * step * step * step + by_chance * by_chance
    own = min(1.0, (elapsed - _OWN_FROM) / 7) * step * step * step * step / both if both > 0 else 0.0
    return own if own >= _OWN_LEAST else 0.0


def _reach(recent: list[float], level: float, strays: tuple[float, float, float], part: float, ahead: int) -> float:
    """Return how far the interval reaches to either side.

    With n recent days, of which noise² is the variance from one day to the next and spread² the whole one, `part` even
    days to come, and shift the distance of the latest days from the steady level, it is the root of

        2.2 × noise² × part × (1 + part / n) + part² × (shift² + (drift² + (10% of the level)²) × ahead / 20
        + (28% of the level)² / n),

    drift² being what spread² has beyond noise². To the noise known, 8 × (1 − n / 28) days of 30% of the level are
    added. Where all are whole numbers, under 100 on average, noise² is at least the level + half a one in n days, and
    the root half a one more.
    """
    n, (shift, noise, spread) = len(recent), strays
    drift = max(0.0, spread - noise)
    if n < _STEADY_DAYS:
        usual = _USUAL_DAYS * (1 - n / _STEADY_DAYS)
        noise = ((n - 1) * noise + usual * (_USUAL_NOISE * level) ** 2) / (n - 1 + usual)
    is_count = sum(recent) < _FEW * n and list(map(int, recent)) == recent
    noise = max(noise, level + 0.5 / n) if is_count else noise
    unseen = drift + (_UNSEEN * level) ** 2
    of_level = shift * shift + unseen * ahead / _REACH_DAYS + (_YOUNG * level) ** 2 / n
    return sqrt(_NOISE * noise * part * (1 + part / n) + part * part * of_level) + is_count * (part > 0) / 2


def _weekday_shares(days: list[float]) -> list[float]:
    """Return each weekday's part of its week, 1 on average, in the order of `days`, which begin with the latest."""
    count = len(days) // 7
    if not count:
        return _EVEN
    even = _EVEN_WEEKS
    weekdays = [days[first : count * 7 : 7] for first in range(7)]
    totals = list(map(sum, zip(*weekdays, strict=True)))
    if min(totals) <= 0:
        weekdays = [[v for v, total in zip(each, totals, strict=True) if total > 0] for each in weekdays]
        totals = [total for total in totals if total > 0]
        if not totals:
            return _EVEN
    if 2 * days.count(0) > len(days):
        parts, even = [max(0.0, sum(values)) for values in weekdays], _EVEN_WEEKS_OF_FEW
    else:
        middle = len(totals) // 2
        ordered = [sorted(map(truediv, values, totals)) for values in weekdays]
        parts = [max(0.0, (each[middle] + each[~middle]) / 2) for each in ordered]
    total = sum(parts)
    if total <= 0:
        return _EVEN
    even /= len(totals) + even
    scale = 7 / total * (1 - even)
    return [part * scale + even for part in parts]


def _level(days: list[float], shares: list[float]) -> tuple[float, float, float, float]:
    """Return the level of recent days, which begin with the latest, on a weekday of share 1, and how they stray.

    That is by how much the latest lie above the steady level, and a day's variance: by how much one day differs from
    the next, and by their distance from the mean.
    """
    n = len(days)
    parts = (shares * _FOUR_WEEKS)[:n]
    rates = list(map(truediv, days, parts))
    latest = rates[:_LATEST_DAYS]
    last_week, two_weeks = _median(rates[:7]), _median(latest)
    if last_week > 0:
        latest = _held(latest, last_week, _ODD)
    if two_weeks > 0:
        rates = _held(rates, two_weeks, _STEADY_ODD)
    held, total = list(map(mul, rates, parts)), sum(parts)
    spread = max(0.0, sum(map(mul, held, rates)) - sum(held) ** 2 / total) / n
    steps = list(map(sub, rates, rates[1:]))
    noise = sum(map(mul, parts, map(mul, steps, steps))) / max(1, n - 1) / 2
    if n < 7:  # the straight line
        return sum(days) / n, 0.0, noise, spread
    steady = sum(map(mul, held, _STEADY_WEIGHTS)) / sum(map(mul, parts, _STEADY_WEIGHTS))
    weights = list(map(mul, parts, _LATEST_WEIGHTS))
    shift = sum(map(mul, latest, weights)) / sum(weights) - steady
    trust = 1.0
    if shift * shift > 0:
        by_chance = _CHANCE * _CHANCE * noise * _DOUBT[n] / (shift * shift)
        trust = _TRUST + (1 - _TRUST) / (1 + by_chance * by_chance)
    return steady + trust * shift, shift, noise, spread


def _held(rates: list[float], median: float, odd: float) -> list[float]:
    low, high = median / odd, median * odd
    if min(rates) >= low and max(rates) <= high:
        return rates
    return [min(max(rate, low), high) for rate in rates]


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _sum_ahead(shares: list[float], count: int) -> float:
    """Sum the shares of the next `count` days after the last known one."""
    weeks, rest = divmod(count, 7)
    return weeks * 7.0 + sum(shares[7 - rest :])


def _sum_behind(shares: list[float], count: int) -> float:
    """Sum the shares of the last `count` known days."""
    weeks, rest = divmod(count, 7)
    return weeks * 7.0 + sum(shares[:rest])
