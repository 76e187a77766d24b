"""Faults for `tests.benchmarks.faults`: each rule by which columns are found and rows become records, broken once.

A file of `bot/importing`, a text that is in it exactly once, and what it is replaced by.
"""

from tests.benchmarks.parsing_faults import Fault

IMPORTING_FAULTS: tuple[Fault, ...] = (
    # rows of one key
    ("grouping.py", 'if taken and rules.repeats == "last":', "if False:"),
    ("grouping.py", 'if rules.repeats == "sum" or _are_parts', "if _are_parts"),
    ("grouping.py", "if refused:", "if False:"),
    ("grouping.py", 'if name is not None or rules.rows == "parts" or rules.inferred:', "if name is not None:"),
    ("grouping.py", 'if name is not None or rules.rows == "parts" or rules.inferred:', "if False:"),
    ("grouping.py", "if len(others) > 1 and any(map(is_total_label, entry.detail)) and", "if False and"),
    ("grouping.py", "return alike[0] if len(alike) > 1 else None", "return None"),
    ("grouping.py", "len(set(details)) == len(details) and any(details)", "any(details)"),
    ("grouping.py", 'return rules.kind != "targets" and _differ_all(entries, rules.kind)', "return False"),
    ("grouping.py", 'return (rules.kind != "metrics" and not rules.inferred) or', "return True or"),
    ("grouping.py", "elif name in SUMMED[rules.kind] and not invoice_lines", "elif not invoice_lines"),
    ("grouping.py", 'if name == "hourly_cost":', "if False:"),
    ("grouping.py", "sum(hours * cost for hours, cost in paid) / hours", "sum(cost for _, cost in paid) / len(paid)"),
    ("invoice_lines.py", "if name in rules.repeated:", "if False:"),
    ("invoice_lines.py", "any(sum(column) == amount for column in columns)", "False"),
    ("invoice_lines.py", 'return rules.rows != "lines" and len(amounts) == 1', "return len(amounts) == 1"),
    ("invoice_lines.py", 'and total["amount"] not in amounts', "and False"),
    ("invoice_lines.py", "return any(abs(values[0]) > abs(amount) for amount in amounts)", "return False"),
    ("repeated_keys.py", "and self._amounts.setdefault(key, amount) != amount:", "and False:"),
    ("repeated_keys.py", "key: more + 1 for", "key: more for"),
    # what is said of a file
    ("answers.py", "columns={**earlier.columns, **self.columns}", "columns={**self.columns, **earlier.columns}"),
    ("answers.py", "dates=self.dates or earlier.dates", "dates=earlier.dates or self.dates"),
    ("answers.py", 'if each.name != "constants"}', "}"),
    (
        "answers.py",
        "ImportAnswers.workspace_id == workspace_id, ImportAnswers.kind == kind\n",
        "ImportAnswers.workspace_id == workspace_id\n",
    ),
    # people and clients
    ("lookup.py", "if known != external_id and external_id not in self.clients:", "if False:"),
    (
        "lookup.py",
        "if len(named) > 1:\n            raise RowError(column",
        "if False:\n            raise RowError(column",
    ),
    # what other columns say
    ("mapping/hints.py", 'if values.get("status") == "lost":', "if False:"),
    (
        "mapping/hints.py",
        'elif ends_on >= context.now.date() or values.get("status"):',
        "else:\n        pass\n    if True:",
    ),
    ("rows.py", "if any(row.values.get(name) in words for name, words in NO_RECORD.items()):", "if False:"),
    ("mapping/hints.py", 'if values.pop("is_paid", None) and', "if False and"),
    ("mapping/hints.py", "and amount.units > 0:", "and True:"),
    ("mapping/hints.py", "and last != day:", "and False:"),
    ("mapping/hints.py", "if currency and currency != client.currency:", "if False:"),
    # columns by their titles
    ("parsing/headers.py", "doubtful = each.rank is _Rank.WEAK or", "doubtful = False and"),
    ("parsing/headers.py", "else 2 * readable >= len(cells)", "else True"),
    ("parsing/headers.py", "key=lambda each: (each.rank, each.position,", "key=lambda each: (each.position,"),
    ("parsing/headers.py", "if holder and holder.rank == each.rank < _Rank.WEAK", "if False"),
    ("parsing/headers.py", "if each.name not in chosen and columns[each.name].required", "if False"),
    ("parsing/headers.py", "if LEFT_OUT in said:", "if False:"),
    # exports of other programs
    ("formats/__init__.py", "if group <= have", "if group & have"),
    ("formats/__init__.py", "best if best is not None and scores[best] else None", "best"),
)
