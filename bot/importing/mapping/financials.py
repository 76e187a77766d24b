"""Records of money and results: invoices, daily metrics, targets."""

from datetime import date

from bot.importing.errors import RowError
from bot.importing.mapping.context import (
    Making,
    Record,
    Values,
    given,
    happened,
    in_order,
    minor,
)
from bot.importing.parsing.columns import MONEY_METRICS


def invoice(values: Values, making: Making) -> Record:
    """Make an invoice's record. Where the status is not told, it follows from what was paid."""
    of = making.roster.client(values["client"])
    in_order(values, "issued_on", "due_on")
    currency = values.get("currency") or of.currency
    amount = minor(values["amount"], currency, "amount")
    paid = minor(values.get("paid_amount"), currency, "paid_amount")
    if paid is not None and amount is not None and paid < 0 <= amount:
        raise RowError("paid_amount", "is below zero")
    if values.get("paid_on"):
        happened(values["paid_on"], "paid_on", making)
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "number": values["number"],
        "issued_on": values["issued_on"],
        "due_on": values["due_on"],
        "amount": amount,
        "currency": currency,
        **given(values, making, {"paid_on": None}),
    }
    if "paid_amount" in making.names:
        record["paid_amount"] = paid or 0
    if making.names & {"status", "paid_amount", "paid_on"}:
        record["status"] = values.get("status") or _status(amount or 0, paid, values.get("paid_on"))
    return record


def _status(amount: int, paid: int | None, paid_on: date | None) -> str:
    settled = bool(paid_on) if paid is None else paid >= amount > 0
    return "paid" if settled else "open"


def metric(values: Values, making: Making) -> Record:
    """Make the record of one day of one source."""
    of = making.roster.client(values["client"])
    happened(values["date"], "date", making)
    currency = values.get("currency") or of.currency
    record = {
        "client_id": of.id,
        "on": values["date"],
        "source": values.get("source") or "",
        "workspace_id": making.roster.workspace_id,
        "currency": currency,
    }
    for name, value in values.items():
        if name in MONEY_METRICS:
            record[name] = minor(value, currency, name)
        elif name not in _NOT_MEASURED:
            record[name] = value
    return record


_NOT_MEASURED = frozenset({"client", "date", "source", "currency"})


def target(values: Values, making: Making) -> Record:
    """Make the record of a month's goal."""
    of = making.roster.client(values["client"])
    goal = values["target"]
    if values["metric"] in MONEY_METRICS:
        wanted = minor(goal, of.currency, "target")
    elif goal.currency or goal.units != goal.units.to_integral_value():
        raise RowError("target", f"is not a whole number, as {values['metric']} are counted in")
    else:
        wanted = int(goal.units)
    return {
        "client_id": of.id,
        "month": values["month"],
        "metric": values["metric"],
        "workspace_id": making.roster.workspace_id,
        "target": wanted,
    }
