"""Tells what the amounts on the lines of one invoice are: of the line, or of the whole invoice, repeated on each.

Never here: other kinds of records (`bot.importing.grouping`).
"""

from collections.abc import Sequence

from bot.importing.entries import Entry, GroupingRules
from bot.importing.mapping.context import Record


def stands_on_each(name: str, entries: Sequence[Entry], rules: GroupingRules) -> bool:
    """Whether a record's whole amount stands on each of its lines, so that it is not added up.

    So it is where the export is known to do it, where the lines' own figures add up to it, or where what was paid is
    the same on lines that have different amounts, and more than some of them.
    """
    if rules.kind != "invoices" or rules.repeats == "sum":
        return False
    values = [entry.record[name] for entry in entries if entry.record]
    if name in rules.repeated:
        return True
    if len(set(values)) > 1 or not values[0]:
        return False
    if name == "amount":
        return rules.rows != "lines" and _lines_add_up_to(values[0], entries)
    amounts = [entry.record["amount"] for entry in entries if entry.record]
    return any(abs(values[0]) > abs(amount) for amount in amounts)


def _lines_add_up_to(amount: int, entries: Sequence[Entry]) -> bool:
    columns = zip(*(entry.figures for entry in entries), strict=False)
    return any(sum(column) == amount for column in columns)


def find_unclear(total: Record, records: Sequence[Record], rules: GroupingRules) -> str | None:
    """Return the field of which nothing tells whether it is of each line or of the whole; None where all is clear."""
    if rules.kind != "invoices" or rules.repeats == "sum":
        return None
    if _is_amount_unclear(total, records, rules):
        return "amount"
    return "paid_amount" if _is_paid_unclear(total, records) else None


def _is_amount_unclear(total: Record, records: Sequence[Record], rules: GroupingRules) -> bool:
    """Whether the same amount on each line may be the line's or the whole invoice's."""
    amounts = {record["amount"] for record in records}
    return rules.rows != "lines" and len(amounts) == 1 and total["amount"] not in amounts


def _is_paid_unclear(total: Record, records: Sequence[Record]) -> bool:
    """Whether what was paid may be of each line or of the whole: the same on each, and not what the line is for."""
    paid = [record.get("paid_amount") for record in records]
    if not any(paid):
        return False
    if abs(total["paid_amount"]) > abs(total["amount"]):
        return True
    summed = total["paid_amount"] != paid[0]
    return summed and len(set(paid)) == 1 and any(record["amount"] != record["paid_amount"] for record in records)
