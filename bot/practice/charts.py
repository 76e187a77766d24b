"""The data_visualization block: pie, bar, area and line charts.

Here: that one block's series, points and limits. Never here: other blocks.
"""

from bot.practice.elements import kind_name
from bot.practice.rules import Json, Report, Rule, items, kinds, number, shape, string

MOST_CHARTS = 2

_point = shape({"label": string(20), "value": number}, ("label", "value"))
_pie = shape({"type": kind_name, "segments": items(_point, most=12)}, ("segments",))
_series = shape({"name": string(20), "data": items(_point, most=20)}, ("name", "data"))
_axis = shape({"categories": items(string(20), most=20), "x_label": string(50), "y_label": string(50)}, ("categories",))
_plot = shape({"type": kind_name, "series": items(_series, most=12), "axis_config": _axis}, ("series", "axis_config"))


def _points_fit(block: Json, at: str, report: Report) -> None:
    chart = block["chart"]
    if chart["type"] == "pie":
        if any(segment["value"] <= 0 for segment in chart["segments"]):
            report.add("must be more than 0", f"{at}/chart/segments")
        return
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) < len(names):
        report.add("series names must be unique", f"{at}/chart/series")
    known = set(chart["axis_config"]["categories"])
    if any(point["label"] not in known for series in chart["series"] for point in series["data"]):
        report.add("labels must be among the categories", f"{at}/chart/series")


data_visualization: Rule = shape(
    {
        "type": kind_name,
        "block_id": string(255),
        "title": string(50),
        "chart": kinds({"pie": _pie, "bar": _plot, "area": _plot, "line": _plot}),
    },
    ("title", "chart"),
    _points_fit,
)
