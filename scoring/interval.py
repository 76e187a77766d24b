"""A total that is not known yet: the likely one, its 80% interval, and the chance that it ends under another.

Belongs here: reading chances from an interval. Never here: how a total is forecast (`scoring.forecast`).
"""

from dataclasses import dataclass
from math import atan, pi, sqrt

_TOO_WIDE = 0.25  # of the middle
_THREE_DEGREES = 1.63774 / sqrt(3)  # a tenth of Student's t with three degrees of freedom lies above the former
_ALL_BUT_ROUNDING = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Forecast:
    """A period's total, in the unit of the values: the likely one, and the ends of its 80% interval."""

    low: float
    mid: float
    high: float

    @property
    def too_early(self) -> bool:
        """Whether the interval reaches more than a quarter of the middle to a side: no percentage is worth telling.

        There, that the period ends within 10% of the middle is no likelier than that it does not.
        """
        return self.high - self.mid > _TOO_WIDE * abs(self.mid)

    def chance_under(self, total: float) -> float:
        """Return the chance, 0 to 1, that the period ends under a total.

        It is read from the curve of Student's t with three degrees of freedom that has this interval: misses are as
        heavy-tailed as that (`tests/benchmarks/forecast.py`). Where the interval is cut short by what is already
        spent, nothing lies under its lower end, and the half under the middle above it.
        """
        reach = self.high - self.mid
        if reach <= 0:
            return float(self.mid < total)
        under = _part_under((total - self.mid) / reach)
        if total >= self.mid or self.mid - self.low >= reach * _ALL_BUT_ROUNDING:
            return under
        if total <= self.low:
            return 0.0
        cut = _part_under((self.low - self.mid) / reach)
        return (under - cut) / (0.5 - cut) / 2


def _part_under(distance: float) -> float:
    """Return how much of the curve lies under a distance from its middle, in reaches of the interval."""
    x = distance * _THREE_DEGREES
    return 0.5 + (atan(x) + x / (1 + x * x)) / pi
