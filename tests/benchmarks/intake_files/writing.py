"""Writes a table as people have it: delimiter, encoding, numbers and days of a country, titles above, a total below.

Never here: what is in the table.
"""

import csv
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

LANGUAGES = ("en", "es", "pl", "ru", "de")
CODE_PAGES = {"en": "cp1252", "es": "cp1252", "de": "cp1252", "pl": "cp1250", "ru": "cp1251"}

# fmt: off
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
TOTALS = {
    "en": ["Total", "TOTAL", "Grand total", "Total:"], "es": ["Total", "Totales", "Total general"],
    "pl": ["Razem", "Suma", "RAZEM:"], "ru": ["Итого", "Итого:", "Всего"], "de": ["Summe", "Gesamt", "Gesamtsumme"],
}
ABOVE = {
    "en": ["Report", "Created for the agency", "1 November 2026 - 30 November 2026", "Filters: none"],
    "es": ["Informe", "Agencia", "1 de noviembre de 2026 - 30 de noviembre de 2026"],
    "pl": ["Raport", "Agencja", "Okres: 2026-11-01 - 2026-11-30"], "ru": ["Отчёт", "За ноябрь 2026", "Агентство"],
    "de": ["Bericht", "Zeitraum: 01.11.2026 - 30.11.2026", "Agentur"],
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written."""

    language: str
    workbook: bool
    delimiter: str
    encoding: str
    newline: str
    mark: str
    group: str
    days: str
    quoted: bool
    above: int
    total: bool
    blanks: bool
    case: str
    text_days: bool
    epoch_1904: bool = False
    final_newline: bool = True


@dataclass(frozen=True, slots=True)
class Signed:
    """An amount with what is written beside it; in a workbook with a format that shows it."""

    amount: Decimal
    sign: str
    before: bool = False
    format: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    text: str


@dataclass(slots=True)
class Table:
    """Rows of cells under titles; our name of each column is its key."""

    kind: str
    titles: dict[str, str]
    rows: list[dict[str, Any]]
    total_of: Sequence[str] = ()
    """Columns that a total adds up."""
    above: list[list[str]] = field(default_factory=list)
    below: list[list[str]] = field(default_factory=list)


def draw_style(chance: random.Random, **fixed: Any) -> Style:
    language = fixed.pop("language", None) or chance.choice(LANGUAGES)
    mark = "." if language == "en" else ","
    group = {"en": ["", ","], "de": ["", "."], "es": ["", "."]}.get(language, ["", " ", "\u00a0"])
    delimiters = [",", ";", "\t", "|"]
    days = ["iso", "iso", "dot", "slash", "dash", "named", "ymd/"] + (["mdy", "mdy"] if language == "en" else ["dot"])
    style = Style(
        language=language,
        workbook=chance.random() < 0.25,
        delimiter=chance.choices(delimiters, [5, 4 if language == "en" else 9, 2, 1])[0],
        encoding=chance.choices(["utf-8", "utf-8-sig", "utf-16", CODE_PAGES[language]], [5, 4, 1, 1])[0],
        newline=chance.choices(["\r\n", "\n", "\r"], [5, 5, 1])[0],
        mark=chance.choices([mark, "."], [4, 1])[0],
        group=chance.choice(group),
        days=chance.choice(days),
        quoted=chance.random() < 0.2,
        above=chance.choices([0, 1, 2, 4], [6, 1, 1, 1])[0],
        total=chance.random() < 0.2,
        blanks=chance.random() < 0.15,
        case=chance.choice(["", "", "lower", "upper", "underscores"]),
        text_days=chance.random() < 0.3,
        final_newline=chance.random() < 0.8,
    )
    style = replace(style, **fixed)
    return replace(style, group="") if style.group == style.mark else style


_FORMS = {"dot": "%d.%m.%Y", "slash": "%d/%m/%Y", "dash": "%d-%m-%Y", "mdy": "%m/%d/%Y", "ymd/": "%Y/%m/%d"}


def write_day(day: date, style: Style) -> str:
    if style.days == "named":
        month = MONTHS[style.language].split()[day.month - 1]
        return f"{day.day} de {month} de {day.year}" if style.language == "es" else f"{day.day} {month} {day.year}"
    return day.strftime(_FORMS.get(style.days, "%Y-%m-%d"))


def write_number(number: Decimal | int, style: Style) -> str:
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return text.replace(",", "\0").replace(".", style.mark).replace("\0", style.group)


def write_text(cell: Any, style: Style) -> str:
    """Write a cell as a text file has it."""
    text = "" if cell is None else str(cell)
    match cell:
        case datetime():
            text = f"{write_day(cell.date(), style)} {cell:%H:%M}"
        case date():
            text = write_day(cell, style)
        case Signed():
            number = write_number(abs(cell.amount), style)
            minus = "-" if cell.amount < 0 else ""
            gap = "" if len(cell.sign) == 1 and cell.before else " "
            text = f"{minus}{cell.sign}{gap}{number}" if cell.before else f"{minus}{number} {cell.sign}"
        case Decimal() | int():
            text = write_number(cell, style)
        case Formula():
            text = cell.text
    return text


def write(table: Table, style: Style, chance: random.Random) -> tuple[bytes, list[int]]:
    """Return the file, and the numbers of its rows of data."""
    lines, numbers = layout(table, style, chance)
    if style.workbook:
        return write_workbook({"Sheet1": lines}, style), numbers
    return write_csv([[write_text(cell, style) for cell in line] for line in lines], style), numbers


def layout(table: Table, style: Style, chance: random.Random) -> tuple[list[list[Any]], list[int]]:
    """Return all rows of the file from the first on, and the numbers of those of data."""
    names = list(table.titles)
    lines: list[list[Any]] = [[text] for text in ABOVE[style.language][: style.above]]
    lines += table.above
    if lines and chance.random() < 0.5:
        lines.append([])
    lines.append([_write_title(table.titles[name], style) for name in names])
    numbers = []
    for row in table.rows:
        if style.blanks and chance.random() < 0.2:
            lines.append([""] * (0 if chance.random() < 0.5 else len(names)))
        lines.append([row.get(name) for name in names])
        numbers.append(len(lines))
    if style.total and table.total_of:
        lines.append(_total(table, names, style, chance))
    lines += table.below
    return lines, numbers


def _total(table: Table, names: Sequence[str], style: Style, chance: random.Random) -> list[Any]:
    total: list[Any] = [None] * len(names)
    for name in table.total_of:
        figures = [row.get(name) for row in table.rows]
        total[names.index(name)] = sum(each for each in figures if isinstance(each, Decimal | int))
    free = [at for at, name in enumerate(names) if name not in table.total_of]
    total[free[0]] = chance.choice(TOTALS[style.language])
    return total


def _write_title(title: str, style: Style) -> str:
    match style.case:
        case "lower":
            return title.lower() if "(" not in title else title
        case "upper":
            return title.upper() if "(" not in title and "ß" not in title else title
        case "underscores":
            return title.replace(" ", "_") if "(" not in title else title
        case _:
            return title


def written_titles(table: Table, style: Style) -> Mapping[str, str]:
    return {name: _write_title(title, style) for name, title in table.titles.items()}


def write_csv(lines: Sequence[Sequence[str]], style: Style) -> bytes:
    text = "".join(_write_line(line, style) + style.newline for line in lines)
    return encode(text if style.final_newline else text.removesuffix(style.newline), style)


def _write_line(line: Sequence[str], style: Style) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=style.delimiter,
        lineterminator="\r\n",  # the writer quotes only what looks like its own
        quoting=csv.QUOTE_ALL if style.quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow(line)
    return out.getvalue().removesuffix("\r\n") if line else ""


def encode(text: str, style: Style) -> bytes:
    """Encode a text; in UTF-8 where the style's code page does not have all of its letters."""
    try:
        return text.encode(style.encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def write_workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], style: Style, hidden: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    if style.epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for number, line in enumerate(lines, 1):
            for at, cell in enumerate(line, 1):
                _fill(sheet.cell(number, at), cell, style)
    del book["Sheet"]
    visible = [at for at, name in enumerate(sheets) if name not in hidden]
    book.active = visible[0] if visible else 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(target: Any, cell: Any, style: Style) -> None:
    match cell:
        case None | "":
            return
        case Formula():
            target.value = cell.text
        case str():
            target.value = cell
            target.data_type = "s"
        case Signed():
            target.value = float(cell.amount)
            target.number_format = cell.format or "#,##0.00"
        case Decimal():
            target.value = float(cell)
        case date() if style.text_days:
            target.value = write_text(cell, style)
        case date():
            target.value = cell
            target.number_format = "dd/mm/yyyy hh:mm" if isinstance(cell, datetime) else "dd/mm/yyyy"
        case _:
            target.value = cell
