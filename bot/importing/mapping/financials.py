"""Maps rows about money and results: invoices, daily metrics, targets."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from bot.importing.errors import RowError
from bot.importing.lookup import KnownClient
from bot.importing.mapping.context import (
    MappingContext,
    Record,
    Values,
    all_to_minor_units,
    format_minor,
    read_columns,
    require_not_future,
    require_order,
    to_minor_units,
)
from bot.importing.parsing.layout import is_total_label
from scoring.vocabulary import MONEY_METRICS


def map_invoice(values: Values, context: MappingContext) -> Record:
    """Map a row to an invoice; what was paid and what is open must agree with each other and with the status.

    Where the row gives no status, it follows from what was paid. A credit note, or what was paid on the spot, may lack
    a due date: then it is the day of issue.
    """
    client = context.lookup.find_client(values["client"])
    currency = values.get("currency") or client.currency
    amount = to_minor_units(values["amount"], currency, "amount") or 0
    paid = _read_paid(values, amount, currency)
    if values.get("paid_on"):
        require_not_future(values["paid_on"], "paid_on", context)
    status = values.get("status") or _derive_status(amount, paid, values.get("paid_on"))
    due_on = values.get("due_on")
    if due_on is None:
        if amount >= 0 and status != "paid":
            raise RowError("due_on", "is needed")
        due_on = values["issued_on"]
    require_order({**values, "due_on": due_on}, "issued_on", "due_on")
    record = {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "number": values["number"],
        "issued_on": values["issued_on"],
        "due_on": due_on,
        "amount": amount,
        "currency": currency,
        **read_columns(values, context, {"paid_on": None, "promised_on": None, "service_month": None}),
    }
    if context.column_names & _PAYMENT:
        record["paid_amount"] = paid or 0
    if context.column_names & {"status", "paid_on", *_PAYMENT}:
        record["status"] = status
    return record


_PAYMENT = frozenset({"paid_amount", "balance"})
_UNCHASED = frozenset({"void", "draft", "written_off"})
"""Nothing of these is open, whatever was paid."""


def _read_paid(values: Values, amount: int, currency: str) -> int | None:
    """Return what was paid of an invoice, from that itself or from what is open; None where the row tells neither.

    A status of paid that comes with nothing paid is taken at its word: many programs tell payments nowhere else.

    Raises:
        RowError: when the two, or one of them and the status, contradict each other.
    """
    paid = to_minor_units(values.get("paid_amount"), currency, "paid_amount")
    balance = to_minor_units(values.get("balance"), currency, "balance")
    status = values.get("status")
    if paid is not None and paid < 0 <= amount:
        raise RowError("paid_amount", "is below zero")
    if balance is not None and status not in _UNCHASED:
        if paid is not None and paid != amount - balance:
            rest = format_minor(amount - paid, currency)
            raise RowError("balance", f"does not fit: the amount less what is paid is {rest}")
        if status == "paid" and balance:
            raise RowError("status", f"is paid, but {format_minor(balance, currency)} is still open")
        paid = amount - balance
        if paid < 0 <= amount:
            raise RowError("balance", "is more than the amount")
    if status == "paid" and paid and paid < amount:
        raise RowError("status", f"is paid, but only {format_minor(paid, currency)} of it is paid")
    return paid


def _derive_status(amount: int, paid: int | None, paid_on: date | None) -> str:
    if paid is None:
        return "paid" if paid_on else "open"
    return "paid" if paid >= amount > 0 or paid <= amount < 0 else "open"


def map_metric(values: Values, context: MappingContext) -> Record:
    """Map a row to one source's metrics of one day."""
    client = context.lookup.find_client(values["client"])
    require_not_future(values["date"], "date", context)
    source = values.get("source") or ""
    if is_total_label(source):
        raise RowError("source", "is called a sum of other sources: take the row out, or give the source its name")
    currency = values.get("currency") or client.ad_currency or client.currency
    record = {
        "client_id": client.id,
        "on": values["date"],
        "source": source,
        "workspace_id": context.lookup.workspace_id,
        "currency": currency,
    }
    for name, value in values.items():
        if name in MONEY_METRICS:
            record[name] = to_minor_units(value, currency, name)
        elif name not in _NOT_METRICS:
            record[name] = value
    return record


def map_metrics(
    values: Mapping[str, Sequence[Any]],
    clients: Sequence[KnownClient],
    currencies: Sequence[str],
    context: MappingContext,
) -> dict[str, Sequence[Any]]:
    """Map rows to metrics by column, as `map_metric` maps one of them.

    The rows are those of `clients`, their amounts in `currencies`; none of their days is in the future, and none of
    their sources is called a total.
    """
    rows = len(clients)
    columns: dict[str, Sequence[Any]] = {
        "client_id": [client.id for client in clients],
        "on": values["date"],
        "source": [source or "" for source in values.get("source", [None] * rows)],
        "workspace_id": [context.lookup.workspace_id] * rows,
        "currency": currencies,
    }
    for name, column in values.items():
        if name in MONEY_METRICS:
            columns[name] = (
                all_to_minor_units(column, currencies[0])
                if len(set(currencies)) == 1
                else list(map(to_minor_units, column, currencies, repeat(name)))
            )
        elif name not in _NOT_METRICS:
            columns[name] = column
    return columns


_NOT_METRICS = frozenset({"client", "date", "source", "currency"})


def map_target(values: Values, context: MappingContext) -> Record:
    """Map a row to a month's target for one metric.

    An amount is in the currency that is written with it, else in that of the client's ad accounts, which need not be
    known yet: it is stored with as many decimals as the client's own currency has.
    """
    client = context.lookup.find_client(values["client"])
    goal, currency = values["target"], None
    if values["metric"] in MONEY_METRICS:
        currency = goal.currency or values.get("currency")
        amount = to_minor_units(goal, currency or client.currency, "target")
    elif goal.currency or goal.units != goal.units.to_integral_value():
        raise RowError("target", f"is not a whole number, as {values['metric']} are counted in")
    else:
        amount = int(goal.units)
    return {
        "client_id": client.id,
        "month": values["month"],
        "metric": values["metric"],
        "workspace_id": context.lookup.workspace_id,
        "target": amount,
        "currency": currency,
    }
