"""What the columns of other programs' files that are not stored say about the others of their row.

Never here: what the columns that are stored mean.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.importing.errors import RowError
from bot.importing.mapping.context import MappingContext
from bot.importing.parsing.values import Amount

Values = dict[str, Any]


def settle_contract_end(values: Values, context: MappingContext) -> None:
    """Take the end of a contract for the day a lost client left, and for the day of renewal of any other.

    Raises:
        RowError: when the day is past and no status tells whether the client is still one.
    """
    ends_on = values.pop("contract_end", None)
    values.setdefault("renews_on", None)
    values.setdefault("lost_on", None)
    if ends_on is None:
        return
    if values.get("status") == "lost":
        values["lost_on"] = values.get("lost_on") or ends_on
    elif ends_on >= context.now.date() or values.get("status"):
        values["renews_on"] = values.get("renews_on") or ends_on
    else:
        raise RowError(
            "contract_end",
            "may be the day of renewal or the day the client left: add a column status, "
            "or say by --map whether it is renews_on or lost_on",
        )


def settle_activity(values: Values, context: MappingContext) -> None:  # noqa: ARG001
    """Drop what says that an activity took place: the others are left out before."""
    values.pop("activity_state", None)


def settle_name(values: Values, context: MappingContext) -> None:  # noqa: ARG001
    """Put a person's name together."""
    parts = [values.pop(name, None) for name in ("first_name", "last_name")]
    values["name"] = values.get("name") or " ".join(part for part in parts if part) or None


def settle_document(values: Values, context: MappingContext) -> None:  # noqa: ARG001
    """Make the amounts of a credit note negative, and take a yes under "paid" for the invoice's status."""
    document = values.pop("document", None)
    if values.pop("is_paid", None) and values.get("status") is None:
        values["status"] = "paid"
    if document == "credit_note":
        for name in ("amount", "paid_amount", "balance"):
            amount = values.get(name)
            if isinstance(amount, Amount) and amount.units > 0:
                values[name] = amount._replace(units=-amount.units)


def settle_range(values: Values, context: MappingContext) -> None:  # noqa: ARG001
    """Check that a row of metrics is of one day.

    Raises:
        RowError: when it covers several.
    """
    first, last = values.pop("starts_on", None), values.pop("ends_on", None)
    day = values.get("date")
    if last and day and (first is None or first == day) and last != day:
        raise RowError("date", f"is the first day of several, up to {last.isoformat()}: export the report by day")


def settle_currency(values: Values, context: MappingContext) -> None:
    """Check that a row without a currency of its own is in the client's.

    Raises:
        RowError: when it says another.
    """
    currency = values.pop("currency", None)
    client = context.lookup.find_client(values["client"])
    if currency and currency != client.currency:
        raise RowError(
            "currency", f"is {currency}, but hours and their costs are counted in {client.currency} for this client"
        )


def settle_ticket(values: Values, context: MappingContext) -> None:  # noqa: ARG001
    """Check that a ticket that is solved says when.

    Raises:
        RowError: when it does not.
    """
    if values.pop("ticket_state", None) == "solved" and not values.get("resolved_on"):
        raise RowError("ticket_state", "says that it is solved, but no column says on which day (resolved_on)")


HINTS: Mapping[str, Callable[[Values, MappingContext], None]] = {
    "clients": settle_contract_end,
    "contacts": settle_name,
    "touchpoints": settle_activity,
    "invoices": settle_document,
    "metrics": settle_range,
    "observations": settle_ticket,
    "effort": settle_currency,
}
"""By kind."""

NO_RECORD: Mapping[str, frozenset[str]] = {
    "activity_state": frozenset({"to_do"}),
    "document": frozenset({"payment", "estimate"}),
}
"""Words by which a row says that it is no record: a call that is still to come, a payment among invoices."""
