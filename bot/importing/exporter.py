"""Records out, as CSV files that `bot.importing.importer` takes back unchanged.

Columns are those of the import; amounts are in whole units with a decimal point, days and moments ISO 8601, and a text
that a spreadsheet would run as a formula carries a mark which the import takes off again. What was undone is left out.
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
from bot.importing.parsing.columns import KINDS, MONEY_METRICS
from bot.importing.parsing.numbers import format_decimal
from bot.infra.models import (
    Client,
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

CLIENTS_AT_ONCE = 200
"""Their rows are read together: few queries, and never the whole table in memory."""

_OWNER, _BACKUP = aliased(Member), aliased(Member)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind is read: its rows of some clients, and what differs in name or form from the table."""

    statement: Any
    cells: Callable[[Row[Any]], Mapping[str, Any]]


def export(session: Session, workspace_id: int, kind: str, out: TextIO) -> int:
    """Write a kind's records (a key of `bot.importing.parsing.columns.KINDS`), sorted by client; return how many.

    Open a file with ``newline=""`` and the encoding ``utf-8-sig``, so that a spreadsheet shows its letters right.

    Raises:
        UnknownKindError: when there is no such kind.
    """
    if kind not in _KINDS:
        raise UnknownKindError(f"{kind!r} is no kind of record; the kinds are {', '.join(_KINDS)}")
    columns = [column.name for column in KINDS[kind]]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in _rows(session, workspace_id, _KINDS[kind].statement):
        cells = _KINDS[kind].cells(row)
        writer.writerow([_cell(cells[name]) for name in columns])
        count += 1
    return count


def _rows(session: Session, workspace_id: int, statement: Any) -> Iterator[Row[Any]]:
    everybody = select(Client.id).where(Client.workspace_id == workspace_id).order_by(Client.external_id)
    ids: Sequence[int] = session.scalars(everybody).all()
    for some in _batches(ids):
        yield from session.execute(statement.where(Client.workspace_id == workspace_id, Client.id.in_(some)))


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CLIENTS_AT_ONCE):
        yield ids[start : start + CLIENTS_AT_ONCE]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return escape_formula(value)
        case datetime() | date():
            return value.isoformat()
        case float():
            return format_decimal(Decimal(repr(value)).normalize())
        case Decimal():
            return format_decimal(value)
        case _:
            return str(value)


def _to_major_units(amount: int | None, currency: str) -> Decimal | None:
    """Give an amount of minor units in whole ones."""
    return None if amount is None else Decimal(amount).scaleb(-get_currency_precision(currency))


def _plain(row: Row[Any]) -> dict[str, Any]:
    """The columns of the row's record under their own names, with the client's key beside them."""
    record = row[0]
    cells = {column.key: getattr(record, column.key) for column in type(record).__table__.columns}
    return cells | {"client": row.client_key} if "client_key" in row._fields else cells


def _client(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    return cells | {
        "owner": row.owner_email or row.owner_slack,
        "backup": row.backup_email or row.backup_slack,
        "monthly_fee": _to_major_units(cells["monthly_fee"], cells["currency"]),
    }


def _touchpoint(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    return cells | {
        "member": row.email or row.slack_user_id,
        "external_id": cells["external_id"] or exported_external_id(cells["id"]),
    }


def _invoice(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    return cells | {name: _to_major_units(cells[name], cells["currency"]) for name in ("amount", "paid_amount")}


def _metric(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    return (
        cells
        | {"date": cells["on"]}
        | {name: _to_major_units(cells[name], cells["currency"]) for name in MONEY_METRICS}
    )


def _target(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    goal = _to_major_units(cells["target"], row.currency) if cells["metric"] in MONEY_METRICS else cells["target"]
    return cells | {"month": f"{cells['month']:%Y-%m}", "target": goal}


def _observation(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    return cells | {"value": cells["label"] if cells["value"] is None else cells["value"]}


def _deadline(row: Row[Any]) -> dict[str, Any]:
    return _plain(row) | {"member": row.email or row.slack_user_id}


def _effort(row: Row[Any]) -> dict[str, Any]:
    cells = _plain(row)
    costs = {name: _to_major_units(cells[name], row.currency) for name in ("hourly_cost", "tools_cost")}
    return cells | {"month": f"{cells['month']:%Y-%m}"} | costs


def _of_clients(model: Any, *order: Any) -> Select[Any]:
    """A kind's rows with their client's key and currency, in the order of the file."""
    return (
        select(model, Client.external_id.label("client_key"), Client.currency)
        .join(Client, model.client_id == Client.id)
        .order_by(Client.external_id, *order)
    )


_KINDS: Mapping[str, _Kind] = {
    "clients": _Kind(
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
        _client,
    ),
    "touchpoints": _Kind(
        _of_clients(Touchpoint, Touchpoint.occurred_at, Touchpoint.id)
        .add_columns(Member.email, Member.slack_user_id)
        .outerjoin(Member, Touchpoint.member_id == Member.id)
        .where(Touchpoint.undone_at.is_(None)),
        _touchpoint,
    ),
    "invoices": _Kind(_of_clients(Invoice, Invoice.issued_on, Invoice.number), _invoice),
    "metrics": _Kind(_of_clients(DailyMetric, DailyMetric.on, DailyMetric.source), _metric),
    "targets": _Kind(_of_clients(Target, Target.month, Target.metric), _target),
    "observations": _Kind(_of_clients(Observation, Observation.occurred_on, Observation.id), _observation),
    "deadlines": _Kind(
        _of_clients(Deadline, Deadline.internal_due_on, Deadline.title)
        .add_columns(Member.email, Member.slack_user_id)
        .outerjoin(Member, Deadline.member_id == Member.id),
        _deadline,
    ),
    "roadmap": _Kind(_of_clients(RoadmapStep, RoadmapStep.planned_on, RoadmapStep.title), _plain),
    "effort": _Kind(_of_clients(Effort, Effort.month), _effort),
}
