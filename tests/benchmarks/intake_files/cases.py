"""A file made from known truth, and the verdict on what became of it: right, refused, asked or wrong.

Never here: how files are drawn (`drawing`) and written (`writing`).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine

from bot.importing import exporter, importer
from bot.importing.errors import ImportFileError
from bot.importing.parsing.cells import unescape_formula
from bot.importing.report import ImportReport
from bot.infra.db import reading
from tests.benchmarks.intake_files.offices import Office, Templates
from tests.intake import NOW

Fate = Literal["take", "refuse", "either", "absent"]
"""What has to become of a record: stored; not stored and named; one of these; not stored."""
Verdict = Literal["right", "refused", "asked", "wrong"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "clients": ("name",),
    "contacts": ("client", "name"),
    "touchpoints": ("client", "summary"),
    "invoices": ("client", "number"),
    "metrics": ("client", "date", "source"),
    "targets": ("client", "month", "metric"),
    "observations": ("client", "note"),
    "deadlines": ("client", "title"),
    "roadmap": ("client", "title"),
    "effort": ("client", "month"),
}
"""What tells the records of a file apart, by kind."""


_HINTS = {"renews_on": "contract_end", "lost_on": "contract_end"}
"""The column that says a value, where it is not its own."""


@dataclass(slots=True)
class Truth:
    """What the rows of one record mean."""

    values: dict[str, Any]
    """By the column of an export; None for nothing."""
    fate: Fate = "take"
    rows: list[int] = field(default_factory=list)
    """From 0, among the rows of data."""


@dataclass(slots=True)
class Case:
    """One file of a kind."""

    kind: str
    name: str
    content: bytes
    truths: list[Truth]
    numbers: Sequence[int]
    """The number of each row of data in the file."""
    office: Office
    titles: Mapping[str, str] = field(default_factory=dict)
    sure: bool = True
    """Whether the file has only one possible reading."""


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    why: str = ""


def judge(case: Case, templates: Templates, folder: Path) -> Judgement:
    """Import a case's file into a fresh copy of its agency, and compare what is stored with the truth."""
    path = folder / case.name
    path.write_bytes(case.content)
    try:
        with templates.open(case.office) as engine:
            try:
                report = importer.import_file(engine, 1, case.kind, path, now=NOW)
            except ImportFileError as error:
                text = str(error).removeprefix(f"{path}: ")
                return Judgement("asked" if "--" in text or "save it" in text else "refused", text)
            return _compare(case, report, _read_stored(engine, case))
    finally:
        path.unlink()


def _read_stored(engine: Engine, case: Case) -> dict[tuple[str, ...], dict[str, str]]:
    out = io.StringIO()
    with reading(engine) as session:
        exporter.export_records(session, 1, case.kind, out)
    rows = [
        {name: unescape_formula(cell) for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(out.getvalue()))
    ]
    if case.kind == "clients":
        known = {client.key for client in case.office.clients}
        rows = [row for row in rows if row["external_id"] not in known]
    return {tuple(row[name] for name in KEYS[case.kind]): row for row in rows}


class _WrongError(Exception):
    """What makes a file wrong."""


def _compare(case: Case, report: ImportReport, stored: dict[tuple[str, ...], dict[str, str]]) -> Judgement:
    left_out = set(report.unknown_columns)
    unnamed = [title for name in KEYS[case.kind] if (title := case.titles.get(name)) in left_out]
    if unnamed:
        return Judgement("refused", f"column {unnamed[0]!r} is left out")
    complaints = []
    try:
        for truth in case.truths:
            key = tuple(_plain(truth.values.get(name)) for name in KEYS[case.kind])
            complaints.append(_judge_record(truth, stored.pop(key, None), case, report))
    except _WrongError as error:
        return Judgement("wrong", f"{error}; {_say(report)}")
    if stored:
        return Judgement("wrong", f"stored and not in the file: {next(iter(stored.values()))}; {_say(report)}")
    found = [complaint for complaint in complaints if complaint]
    faulty = {case.numbers[at] for truth in case.truths if truth.fate != "take" for at in truth.rows}
    along = case.sure and any(refusal.row in faulty for refusal in report.refusals)
    gone = [complaint for complaint in found if not complaint.startswith("column")]
    if gone:
        return Judgement("wrong" if along else "refused", gone[0])
    return Judgement("refused", found[0]) if found else Judgement("right")


def _judge_record(truth: Truth, found: dict[str, str] | None, case: Case, report: ImportReport) -> str:
    """Return what is missing of a record although it could be known; empty for nothing."""
    key = [_plain(truth.values.get(name)) for name in KEYS[case.kind]]
    refusals = {refusal.row: refusal for refusal in report.refusals}
    reasons = [refusals[case.numbers[at]] for at in truth.rows if case.numbers[at] in refusals]
    if any(not each.reason for each in reasons):
        raise _WrongError(f"{key}: refused without a reason")
    if found is not None:
        differing = _find_difference(truth, found, case, set(report.unknown_columns))
        if differing in report.unknown_columns:
            return f"column {differing!r} is left out"
        if truth.fate in {"refuse", "absent"}:
            raise _WrongError(f"{key}: stored, but not to be taken: {found}")
        if differing:
            raise _WrongError(f"{key}: {differing}")
    elif truth.fate != "absent":
        if not reasons:
            raise _WrongError(f"{key}: neither stored nor refused")
        if truth.fate == "take":
            return f"{key}: {reasons[0].column} {reasons[0].value!r} {reasons[0].reason}"
    return ""


def _find_difference(truth: Truth, found: Mapping[str, str], case: Case, left_out: set[str]) -> str:
    """Return how what is stored differs; the title of a column that was left out, and told; empty for no difference."""
    for name, value in truth.values.items():
        if _is_same(value, found[name]):
            continue
        title = case.titles.get(name, case.titles.get(_HINTS.get(name, "")))
        if name == "external_id" and title in left_out:
            return title
        if title is not None and " ".join(title.split()) in left_out and found[name] in {"", "other"}:
            return title
        return f"{name} is {found[name]!r} and not {_plain(value)!r}"
    return ""


def _say(report: ImportReport) -> str:
    refusals = [f"{each.row} {each.column} {each.value!r} {each.reason}" for each in report.refusals[:2]]
    return f"left out {list(report.unknown_columns)}, refused {refusals}"


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _is_same(value: Any, cell: str) -> bool:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            return abs(Decimal(cell) - Decimal(str(value))) < Decimal("0.000001")
        except InvalidOperation:
            return False
    return cell == _plain(value)
