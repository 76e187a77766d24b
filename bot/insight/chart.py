"""Draws a backtest: the breaches opened each week, and how long before they left lost clients were in the digest.

Needs matplotlib, and no screen: only its object interface is used.
"""

import warnings
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.insight.backtest import Backtest
from bot.insight.cases import HORIZON_DAYS

WEEK_DAYS = 7
LEGEND_COLUMNS = 4
_BAR_DAYS = 5.4
"""The width of a week's bar, in days."""


def draw_backtest(result: Backtest, path: Path) -> None:
    """Write a PNG.

    Raises:
        OSError: when the file cannot be written.
    """
    left = result.policies[0].left
    height = 4.2 + max(1.6, 0.35 * len(left) * len(result.policies) + 1.0)
    figure = Figure(figsize=(11, height), layout="constrained")
    weeks, warned = figure.subplots(2, 1, height_ratios=[4.2, height - 4.2])
    _draw_weeks(weeks, result)
    _draw_lost_clients(warned, result)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Glyph .* missing from"
        )  # a client's name in a script that the font lacks
        figure.savefig(path, format="png", dpi=120)


def _draw_weeks(axes: Axes, result: Backtest) -> None:
    """Draw the first policy as bars, a colour for each member, and the others as lines, all members together."""
    present, *others = result.policies
    mondays = _list_mondays(result)
    places = np.array([monday + timedelta(days=WEEK_DAYS // 2) for monday in mondays], "datetime64[D]")
    stacked: Counter[date] = Counter()
    for load in present.members[:-1]:
        heights = [load.weeks.get(monday, 0) for monday in mondays]
        axes.bar(places, heights, _BAR_DAYS, [stacked[monday] for monday in mondays], label=_short_name(load.member))
        stacked.update(load.weeks)
    for policy in others:
        together = policy.members[-1].weeks
        axes.plot(places, [together.get(monday, 0) for monday in mondays], "k.-", label=f"all, {policy.policy}")
    axes.set_title("Breaches opened each week" + (f", {present.policy} policy" if others else ""), loc="left")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _add_legend(axes)


def _short_name(member: str) -> str:
    """Return an e-mail address without its domain, for where there is little room."""
    return member.partition("@")[0]


def _list_mondays(result: Backtest) -> list[date]:
    first = result.first_on - timedelta(days=result.first_on.weekday())
    return [first + timedelta(days=n) for n in range(0, (result.last_on - first).days + 1, WEEK_DAYS)]


def _draw_lost_clients(axes: Axes, result: Backtest) -> None:
    """Draw, for each client that left, its last unbroken run of days in the digest, and as red within it."""
    rows = [
        (f"{left.name}, {policy.policy}" if len(result.policies) > 1 else left.name, left)
        for same in zip(*(policy.left for policy in result.policies), strict=True)
        for policy, left in zip(result.policies, same, strict=True)
    ][::-1]
    axes.set_title("Clients that left: what was said in the last days", loc="left")
    if not rows:
        axes.set_axis_off()
        axes.text(0, 0.5, "None left in these days.", transform=axes.transAxes)
        return
    places = range(len(rows))
    for label, thick, colour, runs in (
        ("in the digest", 0.6, "#e0a030", [(left.warned_days, left.warned_until_days) for _, left in rows]),
        ("red", 0.3, "#b03030", [(left.red_days, left.red_until_days) for _, left in rows]),
    ):
        ends = [(until or 1) - 1 for _, until in runs]
        lengths = [(since or 0) - end for (since, _), end in zip(runs, ends, strict=True)]
        axes.barh(places, lengths, thick, ends, color=colour, label=label)
    for place, (_, left) in enumerate(rows):
        if left.warned_days is None:
            axes.text(0, place, "not told of  ", va="center", ha="right", fontsize="small")
    axes.set_yticks(places, [name for name, _ in rows])
    axes.set_xlabel("days before it left")
    axes.set_xlim(left=max(axes.get_xlim()[1], HORIZON_DAYS), right=0)
    axes.yaxis.tick_right()
    _add_legend(axes)


def _add_legend(axes: Axes) -> None:
    """Add the legend beside the title, where it covers nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize="small", frameon=False, ncols=LEGEND_COLUMNS)
