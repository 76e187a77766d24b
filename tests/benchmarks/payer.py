"""How well past invoices tell the next one's lateness: ``python -m tests.benchmarks.payer``.

Each invoice after a payer's first is foretold from those issued and paid before its own issue; the question is
whether it is paid more than 10 days late. AUC: the chance that a late one is ranked above one that is not. Chances are
calibrated where, of those told to be about 40% likely, about 40% came late. Of those who had paid well, `turning` names
some: how many of the late ones it finds, and how many of its own were late, beside as many named by their mean.

Read from ``payments/*.csv`` in the data folder (payer, issued_on, due_on, paid_on; amount if known), and made up by
`tests.benchmarks.payers`. Last, how often `invoice_overdue` opens in a year for healthy payers of a habit.
"""

import csv
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path
from statistics import fmean

from scoring.facts import Client, Invoice, Portfolio
from scoring.payer import Payment, payer
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.money import invoice_overdue
from tests.benchmarks.forecast import data
from tests.benchmarks.payers import KINDS, invented

PAYERS = 400
HABITS: dict[str, Callable[[random.Random], float]] = {
    "on its day": lambda _: 0,
    "0 ± 3 days late": lambda draw: draw.gauss(0, 3),
    "3 ± 3 days late": lambda draw: draw.gauss(3, 3),
    "8 ± 3 days late": lambda draw: draw.gauss(8, 3),
    "early, one in 25 forgotten": lambda draw: draw.gauss(20, 5) if draw.random() < 0.04 else draw.gauss(-2, 1),
    "3 in 10 ten days late": lambda draw: draw.gauss(10, 2) if draw.random() < 0.3 else draw.gauss(-1, 1),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of an invoice, and whether it came late."""

    mean: float
    share: float
    last: float
    chance: float
    was_good: bool
    turning: bool
    late: bool


def read(path: Path) -> list[list[Payment]]:
    """Read a file's payments, by payer."""
    by_payer: defaultdict[str, list[Payment]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            issued, due, paid = (date.fromisoformat(row[name]) for name in ("issued_on", "due_on", "paid_on"))
            by_payer[row["payer"]].append(Payment(issued, due, paid))
    return list(by_payer.values())


def foretell(rows: list[Payment]) -> list[Told]:
    """Foretell each invoice of a payer's from what was known on the day of its issue."""
    found = []
    for invoice in rows:
        past = [row for row in rows if row.issued_on < invoice.issued_on]
        said = payer(past, invoice.issued_on)
        paid = [(row.paid_on - row.due_on).days for row in past if row.paid_on and row.paid_on <= invoice.issued_on]
        if said.chance_late_10 is None or not paid or invoice.paid_on is None:
            continue
        was_good = len(paid) >= 6 and fmean(paid[:-3]) <= 3
        share = fmean(days > 10 for days in paid)
        late = (invoice.paid_on - invoice.due_on).days > 10
        found.append(Told(fmean(paid), share, paid[-1], said.chance_late_10, was_good, said.turning, late))
    return found


def auc(scores: list[float], late: list[bool]) -> float:
    """Return the area under the ROC curve, ties counting half."""
    ranks: defaultdict[float, list[bool]] = defaultdict(list)
    for score, flag in zip(scores, late, strict=True):
        ranks[score].append(flag)
    punctual_below, won = 0, 0.0
    for score in sorted(ranks):
        positive = sum(ranks[score])
        punctual = len(ranks[score]) - positive
        won += positive * (punctual_below + punctual / 2)
        punctual_below += punctual
    return won / (sum(late) * punctual_below)


def calibration(told: list[Told]) -> str:
    """Write, for each tenth of the chances told, what was told and what came; tenths with under 30 are left out."""
    tenths: defaultdict[int, list[Told]] = defaultdict(list)
    for one in told:
        tenths[min(int(one.chance * 10), 9)].append(one)
    return ", ".join(
        f"{fmean(one.chance for one in tenths[tenth]):.0%} → {fmean(one.late for one in tenths[tenth]):.0%}"
        for tenth in range(10)
        if len(tenths[tenth]) >= 30
    )


def report(title: str, payers: list[list[Payment]]) -> None:
    """Print how the readings rank the invoices of some payers, whether chances come true, and who is turning."""
    told = [one for rows in payers for one in foretell(rows)]
    print(f"{title}: {len(payers)} payers, {len(told)} invoices, {fmean(one.late for one in told):.0%} late")
    good = [one for one in told if one.was_good]
    for label, chosen in (("all", told), ("good payers", good)):
        late = [one.late for one in chosen]
        areas = ", ".join(
            f"{name} {auc([getattr(one, what) for one in chosen], late):.3f}"
            for name, what in (("mean", "mean"), ("share of late", "share"), ("last", "last"), ("together", "chance"))
        )
        print(f"  {label:12} AUC: {areas}")
    print(f"  told → came: {calibration(told)}")
    turning = [one.late for one in good if one.turning]
    by_mean = [one.late for one in sorted(good, key=lambda one: -one.mean)[: len(turning)]]
    if turning:
        print(
            f"  turning: {len(turning)} of {len(good)}, finds {sum(turning) / sum(one.late for one in good):.0%} of "
            f"the late ones, {fmean(turning):.0%} late; as many by their mean: {fmean(by_mean):.0%} late"
        )


def openings(habit: Callable[[random.Random], float], payers: int = 60) -> tuple[float, float]:
    """Count the breaches of `invoice_overdue` a year that monthly invoices open: in the first year, in the second.

    The first three invoices are not counted. Each invoice is looked at on each day until it is paid.
    """
    draw, opened = random.Random(1), [0, 0]
    for _ in range(payers):
        past: list[Invoice] = []
        for number in range(27):
            due = date(2024, 1, 31) + timedelta(days=30 * number)
            late = round(habit(draw))
            current = Invoice(str(number), due - timedelta(days=14), due, 1_000_00)
            client = Client(1, "active", UTC, currency="EUR", invoices=(*past, current))
            days = (Context(Policy(), Portfolio(), due + timedelta(days=day)) for day in range(1, late + 1))
            if any(invoice_overdue(client, ctx)[0].state == "breach" for ctx in days):
                opened[number >= 15] += number >= 3
            paid_on = due + timedelta(days=late)
            past.append(Invoice(str(number), current.issued_on, due, 1_000_00, 1_000_00, paid_on, "paid"))
    return opened[0] / payers, opened[1] / payers


def main() -> None:
    """Print the figures, for real payments where there are some."""
    kinds = {kind: invented(kind, PAYERS) for kind in KINDS}
    habit = kinds["habit"]
    begun = time.perf_counter()
    for rows in habit:
        payer(rows, rows[-1].due_on)
    taken = (time.perf_counter() - begun) / len(habit)
    print(f"{taken * 1e6:.0f} µs a payer of {fmean(len(rows) for rows in habit):.0f} invoices")
    paths = sorted((data() / "payments").glob("*.csv"))
    if not paths:
        print(f"no payments in {data() / 'payments'}: set ATRISK_DATA to the folder that holds payments/")
    for path in paths:
        report(path.stem, read(path))
    for kind, payers in kinds.items():
        report(kind, payers)
    report("all kinds", [rows for payers in kinds.values() for rows in payers])
    for name, pays in HABITS.items():
        first, second = openings(pays)
        print(f"{name}: opens {first:.2f} times in the first year, {second:.2f} in the second")


if __name__ == "__main__":
    main()
