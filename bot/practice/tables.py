"""The blocks that hold numbers: table, data_table and data_visualization.

Here: their rows, columns, series and ceilings. Never here: other blocks.
"""

from typing import Any

from bot.practice.elements import kind_name
from bot.practice.rich_text import rich_text_elements
from bot.practice.rules import (
    Json,
    Report,
    Rule,
    anything,
    boolean,
    integer,
    items,
    kinds,
    number,
    one_of,
    shape,
    string,
)

_rich = shape({"type": kind_name, "elements": rich_text_elements}, ("elements",))
_plain_cells: dict[str, Rule] = {
    "raw_text": shape({"type": kind_name, "text": string(10_000, least=0)}, ("text",)),
    "raw_number": shape({"type": kind_name, "value": number, "text": string(255)}, ("value",)),
}
_cell = kinds({**_plain_cells, "rich_text": _rich}, lambda _kind, _surface: True)


def _length(cell: Any) -> int:
    if isinstance(cell, dict):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else _length(value) for name, value in cell.items()
        )
    return sum(map(_length, cell)) if isinstance(cell, list) else 0


def _table_total(value: Json, at: str, report: Report) -> None:
    report.table_length += _length(value["rows"])
    if report.table_length > 10_000:
        report.add("must be less than 10001 characters over all tables", f"{at}/rows")


def _data_table_agrees(value: Json, at: str, report: Report) -> None:
    rows = value["rows"]
    if len({len(row) for row in rows}) > 1:
        report.add("every row must have the same number of cells", f"{at}/rows")
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        report.add("header cells must not be rich_text", f"{at}/rows/0")
    if _length(rows) > 20_000:
        report.add("must be less than 20001 characters", f"{at}/rows")


_column = shape({"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column_or_null(value: Any, at: str, report: Report) -> None:
    if value is not None:
        _column(value, at, report)


_point = shape({"label": string(20), "value": number}, ("label", "value"))
_series = shape({"name": string(20), "data": items(_point, most=20)}, ("name", "data"))
_axis = shape({"categories": items(string(20), most=20), "x_label": string(50), "y_label": string(50)}, ("categories",))
_lines = shape({"type": kind_name, "series": items(_series, most=12), "axis_config": _axis}, ("series", "axis_config"))


def _points_stand_on_the_axis(value: Json, at: str, report: Report) -> None:
    chart = value["chart"]
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


_pie = shape({"type": kind_name, "segments": items(_point, most=12)}, ("segments",))
_block_fields: dict[str, Rule] = {"type": kind_name, "block_id": string(255)}

TABLES: dict[str, Rule] = {
    "table": shape(
        {
            **_block_fields,
            "rows": items(items(_cell, most=20), most=100),
            "column_settings": items(_column_or_null, most=20),
        },
        ("rows",),
        _table_total,
    ),
    "data_table": shape(
        {
            **_block_fields,
            "caption": string(255),
            "rows": items(items(_cell, most=20), least=2, most=201),
            "page_size": integer(1, 100),
            "row_header_column_index": integer(0, 19),
            "column_settings": anything,
        },
        ("caption", "rows"),
        _data_table_agrees,
    ),
    "data_visualization": shape(
        {
            **_block_fields,
            "title": string(50),
            "chart": kinds({"pie": _pie, "bar": _lines, "area": _lines, "line": _lines}, lambda _kind, _surface: True),
        },
        ("title", "chart"),
        _points_stand_on_the_axis,
    ),
}
