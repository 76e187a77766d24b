"""Exports records as CSV files that `bot.importing.importer` imports again unchanged.

The columns are those of the import. Amounts are in major units with a decimal point, dates and times in ISO 8601, and a
text that a spreadsheet would run as a formula is marked with an apostrophe, which the import removes. Undone
touchpoints are left out. Never here: opening files.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

from babel.numbers import get_currency_precision
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from bot.importing.errors import UnknownKindError
from bot.importing.mapping.relationships import exported_external_id
from bot.importing.parsing.cells import escape_formula
from bot.importing.parsing.columns import KINDS
from bot.importing.parsing.numbers import format_decimal
from bot.infra.models import (
    Client,
    Contact,
    DailyMetric,
    Deadline,
    Effort,
    Invoice,
    Member,
    Observation,
    RoadmapStep,
    Target,
    Touchpoint,
)
from scoring.vocabulary import MONEY_METRICS

CLIENTS_PER_QUERY = 200
"""Clients whose rows are read together: few queries, and never the whole table in memory."""

_OWNER, _BACKUP = aliased(Member), aliased(Member)


@dataclass(frozen=True, slots=True)
class _ExportSpec:
    """How a kind is exported: the statement for its rows, and how a row becomes cells by column."""

    statement: Any
    cells: Callable[[Row[Any]], Mapping[str, Any]]


def export_records(session: Session, workspace_id: int, kind: str, out: TextIO) -> int:
    """Write all records of a kind, a key of `bot.importing.parsing.columns.KINDS`, by client; return how many.

    Open the file with ``newline=""`` and the encoding ``utf-8-sig``, so that spreadsheets show its letters right.

    Raises:
        UnknownKindError: when there is no such kind.
    """
    if kind not in _EXPORT_SPECS:
        raise UnknownKindError(f"{kind!r} is no kind of record; the kinds are {', '.join(_EXPORT_SPECS)}")
    columns = [column.name for column in KINDS[kind]]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in _read_rows(session, workspace_id, _EXPORT_SPECS[kind].statement):
        cells = _EXPORT_SPECS[kind].cells(row)
        writer.writerow([_format_cell(cells[name]) for name in columns])
        count += 1
    return count


def _read_rows(session: Session, workspace_id: int, statement: Any) -> Iterator[Row[Any]]:
    all_clients = select(Client.id).where(Client.workspace_id == workspace_id).order_by(Client.external_id)
    ids: Sequence[int] = session.scalars(all_clients).all()
    for batch in _split(ids):
        yield from session.execute(statement.where(Client.workspace_id == workspace_id, Client.id.in_(batch)))


def _split(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CLIENTS_PER_QUERY):
        yield ids[start : start + CLIENTS_PER_QUERY]


def _format_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return escape_formula(value)
        case datetime() | date():
            return value.isoformat()
        case float() | Decimal():
            return format_decimal(Decimal(repr(value)).normalize() if isinstance(value, float) else value)
        case _:
            return str(value)


def _to_major_units(amount: int | None, currency: str) -> Decimal | None:
    """Convert an amount from minor to major units."""
    return None if amount is None else Decimal(amount).scaleb(-get_currency_precision(currency))


def _read_record(row: Row[Any]) -> dict[str, Any]:
    """Return the record's columns by name, with the client's key where the statement has it."""
    record = row[0]
    cells = {column.key: getattr(record, column.key) for column in type(record).__table__.columns}
    return cells | {"client": row.client_key} if "client_key" in row._fields else cells


def _client_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    return cells | {
        "owner": row.owner_email or row.owner_slack,
        "backup": row.backup_email or row.backup_slack,
        "monthly_fee": _to_major_units(cells["monthly_fee"], cells["currency"]),
    }


def _touchpoint_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    return cells | {
        "member": row.email or row.slack_user_id,
        "external_id": cells["external_id"] or exported_external_id(cells["id"]),
    }


def _invoice_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    amounts = {name: _to_major_units(cells[name], cells["currency"]) for name in ("amount", "paid_amount")}
    month = cells["service_month"]
    return cells | amounts | {"service_month": f"{month:%Y-%m}" if month else None, "balance": None}


def _metric_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    return (
        cells
        | {"date": cells["on"]}
        | {name: _to_major_units(cells[name], cells["currency"]) for name in MONEY_METRICS}
    )


def _target_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    goal = cells["target"]
    if cells["metric"] in MONEY_METRICS:
        goal = _to_major_units(goal, cells["currency"] or row.currency)
    if cells["currency"]:
        goal = f"{goal} {cells['currency']}"
    return cells | {"month": f"{cells['month']:%Y-%m}", "target": goal}


def _observation_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    return cells | {"value": cells["label"] if cells["value"] is None else cells["value"]}


def _deadline_cells(row: Row[Any]) -> dict[str, Any]:
    return _read_record(row) | {"member": row.email or row.slack_user_id}


def _effort_cells(row: Row[Any]) -> dict[str, Any]:
    cells = _read_record(row)
    costs = {name: _to_major_units(cells[name], row.currency) for name in ("hourly_cost", "tools_cost")}
    return cells | {"month": f"{cells['month']:%Y-%m}"} | costs


def _select_with_client(model: Any, *order: Any) -> Select[Any]:
    """Select a kind's rows with their client's key and currency, in the order of the file."""
    return (
        select(model, Client.external_id.label("client_key"), Client.currency)
        .join(Client, model.client_id == Client.id)
        .order_by(Client.external_id, *order)
    )


_EXPORT_SPECS: Mapping[str, _ExportSpec] = {
    "clients": _ExportSpec(
        select(
            Client,
            _OWNER.email.label("owner_email"),
            _OWNER.slack_user_id.label("owner_slack"),
            _BACKUP.email.label("backup_email"),
            _BACKUP.slack_user_id.label("backup_slack"),
        )
        .outerjoin(_OWNER, Client.owner_id == _OWNER.id)
        .outerjoin(_BACKUP, Client.backup_id == _BACKUP.id)
        .order_by(Client.external_id),
        _client_cells,
    ),
    "contacts": _ExportSpec(_select_with_client(Contact, Contact.external_id), _read_record),
    "touchpoints": _ExportSpec(
        _select_with_client(Touchpoint, Touchpoint.occurred_at, Touchpoint.id)
        .add_columns(Member.email, Member.slack_user_id)
        .outerjoin(Member, Touchpoint.member_id == Member.id)
        .where(Touchpoint.undone_at.is_(None)),
        _touchpoint_cells,
    ),
    "invoices": _ExportSpec(_select_with_client(Invoice, Invoice.issued_on, Invoice.number), _invoice_cells),
    "metrics": _ExportSpec(_select_with_client(DailyMetric, DailyMetric.on, DailyMetric.source), _metric_cells),
    "targets": _ExportSpec(_select_with_client(Target, Target.month, Target.metric), _target_cells),
    "observations": _ExportSpec(
        _select_with_client(Observation, Observation.occurred_on, Observation.id), _observation_cells
    ),
    "deadlines": _ExportSpec(
        _select_with_client(Deadline, Deadline.internal_due_on, Deadline.title)
        .add_columns(Member.email, Member.slack_user_id)
        .outerjoin(Member, Deadline.member_id == Member.id),
        _deadline_cells,
    ),
    "roadmap": _ExportSpec(_select_with_client(RoadmapStep, RoadmapStep.planned_on, RoadmapStep.title), _read_record),
    "effort": _ExportSpec(_select_with_client(Effort, Effort.month), _effort_cells),
}
