"""Maps rows about money and results: invoices, daily metrics, targets."""

from datetime import date

from bot.importing.errors import RowError
from bot.importing.mapping.context import (
    MappingContext,
    Record,
    Values,
    read_columns,
    require_not_future,
    require_order,
    to_minor_units,
)
from scoring.vocabulary import MONEY_METRICS


def map_invoice(values: Values, context: MappingContext) -> Record:
    """Map a row to an invoice. Where the row gives no status, it follows from what was paid."""
    client = context.lookup.find_client(values["client"])
    require_order(values, "issued_on", "due_on")
    currency = values.get("currency") or client.currency
    amount = to_minor_units(values["amount"], currency, "amount")
    paid = to_minor_units(values.get("paid_amount"), currency, "paid_amount")
    if paid is not None and amount is not None and paid < 0 <= amount:
        raise RowError("paid_amount", "is below zero")
    if values.get("paid_on"):
        require_not_future(values["paid_on"], "paid_on", context)
    record = {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "number": values["number"],
        "issued_on": values["issued_on"],
        "due_on": values["due_on"],
        "amount": amount,
        "currency": currency,
        **read_columns(values, context, {"paid_on": None}),
    }
    if "paid_amount" in context.column_names:
        record["paid_amount"] = paid or 0
    if context.column_names & {"status", "paid_amount", "paid_on"}:
        record["status"] = values.get("status") or _derive_status(amount or 0, paid, values.get("paid_on"))
    return record


def _derive_status(amount: int, paid: int | None, paid_on: date | None) -> str:
    is_paid = bool(paid_on) if paid is None else paid >= amount > 0
    return "paid" if is_paid else "open"


def map_metric(values: Values, context: MappingContext) -> Record:
    """Map a row to one source's metrics of one day."""
    client = context.lookup.find_client(values["client"])
    require_not_future(values["date"], "date", context)
    currency = values.get("currency") or client.currency
    record = {
        "client_id": client.id,
        "on": values["date"],
        "source": values.get("source") or "",
        "workspace_id": context.lookup.workspace_id,
        "currency": currency,
    }
    for name, value in values.items():
        if name in MONEY_METRICS:
            record[name] = to_minor_units(value, currency, name)
        elif name not in _NOT_METRICS:
            record[name] = value
    return record


_NOT_METRICS = frozenset({"client", "date", "source", "currency"})


def map_target(values: Values, context: MappingContext) -> Record:
    """Map a row to a month's target for one metric."""
    client = context.lookup.find_client(values["client"])
    goal = values["target"]
    if values["metric"] in MONEY_METRICS:
        amount = to_minor_units(goal, client.currency, "target")
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
    }
