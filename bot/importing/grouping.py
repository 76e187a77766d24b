"""Makes one record of several rows with the same key: their sum where they are parts of it, else the rows are named.

A day's campaigns, a month's time entries and the lines of an invoice are parts. Two rows that say different things of
the same day are not: which one is meant, only whoever imports the file can say (`--sum`, `--last`). Never here: what a
row means (`bot.importing.rows`), and how records are written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.importing import invoice_lines
from bot.importing.entries import Entry, GroupingRules
from bot.importing.mapping.context import Record
from bot.importing.parsing.columns import KEYS
from bot.importing.parsing.layout import is_total_label
from bot.importing.parsing.parsed_rows import Refusal
from bot.importing.repeated_keys import RepeatedKeys
from scoring.vocabulary import METRICS

SUMMED: Mapping[str, frozenset[str]] = {
    "metrics": frozenset(METRICS),
    "effort": frozenset({"hours"}),
    "invoices": frozenset({"amount", "paid_amount"}),
    "targets": frozenset({"target"}),
}
"""Fields of a record that are added up over its parts, by kind; a kind that is not here has no parts."""
NAMED_ROWS = 3
"""Other rows of a key that a refusal names."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one or more rows of a key."""

    entry: Entry | None
    """With the record to store."""
    rows: int
    """How many made it."""
    refused: tuple[Entry, ...] = ()
    repeated: bool = False
    """Whether the rows said the same, and counted once."""


class Groups:
    """Collects the rows of repeated keys until all of a key are there."""

    def __init__(self, rules: GroupingRules, repeated: RepeatedKeys) -> None:
        by_line = repeated.by_line and rules.rows is None
        self._rules = replace(rules, rows="lines", inferred=True) if by_line else rules
        self._repeats = repeated.counts
        self._waiting: dict[int, list[Entry]] = {}

    def add(self, entry: Entry) -> Iterator[Outcome]:
        """Take a row; yield what is complete with it."""
        count = 0 if entry.key is None else self._repeats.get(entry.key, 0)
        if count < 2 or entry.key is None:
            yield Outcome(entry if entry.record else None, 1, (entry,) if entry.refusals else ())
            return
        group = self._waiting.setdefault(entry.key, [])
        group.append(entry)
        if len(group) == count:
            del self._waiting[entry.key]
            yield combine(group, self._rules)


def combine(group: Sequence[Entry], rules: GroupingRules) -> Outcome:
    """Make one record of the rows of a key, or refuse those that contradict each other."""
    taken = [entry for entry in group if entry.record]
    refused = tuple(entry for entry in group if entry.refusals)
    if taken and rules.repeats == "last":
        return Outcome(taken[-1], len(taken), refused, repeated=True)
    if rules.repeats == "sum" or _are_parts([*taken, *refused], rules):
        if refused:
            return _refuse(group, f"is a part of the same record as row {refused[0].row}, which is refused")
        return _add_up(taken, rules)
    if len(taken) < 2:
        return Outcome(taken[0] if taken else None, len(taken), refused)
    name = _find_contradiction(taken)
    # of parts, one stands there twice, or two are alike
    if name is not None or rules.rows == "parts" or rules.inferred:
        return _refuse_contradicting(taken, refused, rules, name or "", "differs from" if name else _SAME)
    return Outcome(replace(taken[-1], record=_complete(taken)), len(taken), refused, repeated=True)


def _find_contradiction(entries: Sequence[Entry]) -> str | None:
    """Return the first field of which rows say different things; one that says nothing of it contradicts nobody."""
    records = [entry.record for entry in entries if entry.record]
    for name in records[0]:
        if len({record[name] for record in records if record[name] is not None}) > 1:
            return name
    return None


def _complete(entries: Sequence[Entry]) -> Record:
    """Return what rows that do not contradict each other say together."""
    complete: Record = {}
    for entry in entries:
        complete |= {
            name: value for name, value in (entry.record or {}).items() if value is not None or name not in complete
        }
    return complete


def _are_parts(entries: Sequence[Entry], rules: GroupingRules) -> bool:
    if rules.kind not in SUMMED:
        return False
    if rules.rows in {"parts", "lines"}:
        return (rules.kind != "metrics" and not rules.inferred) or _differ_all(entries, rules.kind)
    if rules.rows == "records":
        return False
    return rules.kind != "targets" and _differ_all(entries, rules.kind)


def _differ_all(entries: Sequence[Entry], kind: str) -> bool:
    """Whether each row has details of its own: a row that stands there twice is no part.

    Each line of an invoice says what it is for; where one says nothing, it may be the invoice before it was corrected.
    """
    details = [entry.detail for entry in entries]
    if kind == "invoices" and not all(map(any, details)):
        return False
    return len(set(details)) == len(details) and any(details)


def _add_up(entries: Sequence[Entry], rules: GroupingRules) -> Outcome:
    if not entries:
        return Outcome(None, 0)
    entries = _without_total(entries, rules.kind)
    records = [entry.record for entry in entries if entry.record]
    repeated = _find_repeated_figures(records, rules)
    if repeated:
        return _refuse_contradicting(entries, (), rules, repeated, _SAME)
    total: Record = {}
    for name in records[0]:
        values = [record[name] for record in records]
        if name == "hourly_cost":
            total[name] = _weighted_mean(records)
        elif name in SUMMED[rules.kind] and not invoice_lines.stands_on_each(name, entries, rules):
            total[name] = _sum(values)
        elif len({value for value in values if value is not None}) <= 1:
            total[name] = next((value for value in values if value is not None), None)
        else:
            return _refuse_contradicting(entries, (), rules, name)
    unclear = invoice_lines.find_unclear(total, records, rules)
    if unclear:
        return _refuse_contradicting(entries, (), rules, unclear)
    first = entries[0]
    return Outcome(
        Entry(first.row, first.key, total, states_currency=any(entry.states_currency for entry in entries)),
        len(entries),
    )


def _without_total(entries: Sequence[Entry], kind: str) -> Sequence[Entry]:
    """Leave out a row that is called a total, and is the sum of the others."""
    for entry in entries:
        others = [other for other in entries if other is not entry]
        if len(others) > 1 and any(map(is_total_label, entry.detail)) and _is_sum_of(entry, others, kind):
            return others
    return entries


def _is_sum_of(entry: Entry, others: Sequence[Entry], kind: str) -> bool:
    names = [name for name in SUMMED[kind] if (entry.record or {}).get(name)]
    sums = {name: _sum([(other.record or {}).get(name) for other in others]) for name in names}
    return bool(names) and all((entry.record or {})[name] == sums[name] for name in names)


def _find_repeated_figures(records: Sequence[Record], rules: GroupingRules) -> str | None:
    """Return a figure that the parts of a day can't share by chance: a report by conversion repeats the day's cost."""
    if rules.kind != "metrics" or rules.repeats or len(records) < 2:
        return None
    alike = [name for name in _MEASURED if records[0].get(name) and len({record[name] for record in records}) == 1]
    return alike[0] if len(alike) > 1 else None


_MEASURED = ("spend", "impressions", "clicks", "sessions")
"""Figures of a day that are measured once, whatever came of them."""


def _sum(values: Sequence[Any]) -> Any:
    given = [value for value in values if value is not None]
    if not given:
        return None
    # floats in decimal: three campaigns of 0.1 conversions are 0.3
    return float(sum(map(Decimal, map(str, given)))) if any(isinstance(value, float) for value in given) else sum(given)


def _weighted_mean(records: Sequence[Record]) -> int | None:
    """Return the cost of an hour over all, so that hours times cost is what the parts cost together."""
    paid = [
        (record.get("hours") or 0, record["hourly_cost"]) for record in records if record["hourly_cost"] is not None
    ]
    hours = sum(hours for hours, _ in paid)
    return round(sum(hours * cost for hours, cost in paid) / hours) if hours else None


def _refuse_contradicting(
    entries: Sequence[Entry],
    refused: tuple[Entry, ...],
    rules: GroupingRules,
    name: str = "",
    how: str = "differs from",
) -> Outcome:
    """Refuse rows of one key that say different things of a field, or the same; say how to have them taken."""
    column = _COLUMNS.get(name, name)
    advice = _ADVICE.get(name) or (_SUM_OR_LAST if rules.kind in SUMMED else "say --last to take the last")
    reasons = []
    for entry in entries:
        others = [str(other.row) for other in entries if other.row != entry.row]
        rows = f"row {others[0]}" if len(others) == 1 else f"rows {', '.join(others[:NAMED_ROWS])}"
        more = f" and {len(others) - NAMED_ROWS:,} more" if len(others) > NAMED_ROWS else ""
        reason = f"{how} {rows}{more}, which has the same {_key_of(rules.kind)}: {advice}"
        refusal = Refusal(entry.row, column, entry.texts.get(column, ""), reason)
        reasons.append(Entry(entry.row, entry.key, refusals=(refusal,)))
    return Outcome(None, 0, (*refused, *reasons))


_SAME = "is the same as"
_SUM_OR_LAST = "say --sum to add them up, or --last to take the last"
_ADVICE = {"currency": "amounts in different currencies are never added up: give each a source of its own"}
_COLUMNS = {"on": "date", "owner_id": "owner", "backup_id": "backup", "member_id": "member", "label": "value"}
"""The column of a field, where it has another name."""


def _key_of(kind: str) -> str:
    return " and ".join(KEYS[kind])


def _refuse(group: Sequence[Entry], reason: str) -> Outcome:
    return Outcome(
        None,
        0,
        tuple(
            Entry(entry.row, entry.key, refusals=entry.refusals or (Refusal(entry.row, "", "", reason),))
            for entry in group
        ),
    )
