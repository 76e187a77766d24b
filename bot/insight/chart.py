"""A backtest drawn: what was said each week, and how long before they left the clients were told of.

Needs matplotlib. Drawn without a screen, by its object interface alone.
"""

import warnings
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.insight.backtest import HORIZON_DAYS, Backtest

WEEK_DAYS = 7
LEGEND_COLUMNS = 4
_BAR = 5.4
"""Days of the week's seven that a bar takes."""


def draw(found: Backtest, path: Path) -> None:
    """Write a PNG. Raises OSError where it cannot be written."""
    left = found.policies[0].left
    height = 4.2 + max(1.6, 0.35 * len(left) * len(found.policies) + 1.0)
    figure = Figure(figsize=(11, height), layout="constrained")
    weeks, warned = figure.subplots(2, 1, height_ratios=[4.2, height - 4.2])
    _weeks(weeks, found)
    _warnings(warned, found)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")  # a name in a script that the font lacks
        figure.savefig(path, format="png", dpi=120)


def _weeks(axes: Axes, found: Backtest) -> None:
    """Bars of the first policy, a colour a member; the other policies as lines, all members together."""
    present, *others = found.policies
    mondays = _mondays(found)
    places = np.array([monday + timedelta(days=WEEK_DAYS // 2) for monday in mondays], "datetime64[D]")
    stacked: Counter[date] = Counter()
    for load in present.members[:-1]:
        heights = [load.weeks.get(monday, 0) for monday in mondays]
        axes.bar(places, heights, _BAR, [stacked[monday] for monday in mondays], label=short(load.member))
        stacked.update(load.weeks)
    for verdict in others:
        together = verdict.members[-1].weeks
        axes.plot(places, [together.get(monday, 0) for monday in mondays], "k.-", label=f"all, {verdict.policy}")
    axes.set_title("Breaches opened each week" + (f", {present.policy} policy" if others else ""), loc="left")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes)


def short(member: str) -> str:
    """Give what a member goes by where there is little room: an e-mail address without its domain."""
    return member.partition("@")[0]


def _mondays(found: Backtest) -> list[date]:
    first = found.first_on - timedelta(days=found.first_on.weekday())
    return [first + timedelta(days=n) for n in range(0, (found.last_on - first).days + 1, WEEK_DAYS)]


def _warnings(axes: Axes, found: Backtest) -> None:
    """Bars of the days before each left on which it was in the digest without a break, and in them the red ones."""
    rows = [
        (f"{left.name}, {verdict.policy}" if len(found.policies) > 1 else left.name, left)
        for same in zip(*(verdict.left for verdict in found.policies), strict=True)
        for verdict, left in zip(found.policies, same, strict=True)
    ][::-1]
    axes.set_title("Clients that left: what was said in the last days", loc="left")
    if not rows:
        axes.set_axis_off()
        axes.text(0, 0.5, "None left in these days.", transform=axes.transAxes)
        return
    places = range(len(rows))
    for label, thick, colour, spells in (
        ("in the digest", 0.6, "#e0a030", [(left.warned_days, left.warned_until_days) for _, left in rows]),
        ("red", 0.3, "#b03030", [(left.red_days, left.red_until_days) for _, left in rows]),
    ):
        ends = [(until or 1) - 1 for _, until in spells]
        lengths = [(since or 0) - end for (since, _), end in zip(spells, ends, strict=True)]
        axes.barh(places, lengths, thick, ends, color=colour, label=label)
    for place, (_, left) in enumerate(rows):
        if left.warned_days is None:
            axes.text(0, place, "not told of  ", va="center", ha="right", fontsize="small")
    axes.set_yticks(places, [name for name, _ in rows])
    axes.set_xlabel("days before it left")
    axes.set_xlim(left=max(axes.get_xlim()[1], HORIZON_DAYS), right=0)
    axes.yaxis.tick_right()
    _legend(axes)


def _legend(axes: Axes) -> None:
    """Put the legend beside the title, where it covers nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize="small", frameon=False, ncols=LEGEND_COLUMNS)
