"""How well past invoices tell the next one's lateness: ``python -m tests.benchmarks.payer``.

Each invoice after a payer's first is foretold from those issued and paid before its own issue; the question is
whether it is paid more than 10 days late. AUC: the chance that a late one is ranked above one that is not.
Read from ``payments/*.csv`` in the data folder (payer, issued_on, due_on, paid_on; amount if known). The
invented payers below only show that the three readings work together: they are no evidence about real ones.
"""

import csv
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

from scoring.payer import Payment, payer
from tests.benchmarks.forecast import data

PAYERS = 1500


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of an invoice, and whether it came late."""

    mean: float
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


def invented(seed: int = 1) -> list[list[Payment]]:
    """Make payers of a lasting habit, with a chance each month to forget, of whom some turn bad for good."""
    draw = random.Random(seed)
    found = []
    for _ in range(PAYERS):
        habit = 10 * draw.lognormvariate(0, 0.7) - 9
        turns_at = draw.randint(3, 30) if draw.random() < 0.15 else 99
        mood, rows = 0.0, []
        for number in range(draw.randint(4, 30)):
            mood = 0.4 * mood + draw.gauss(0, 1)
            late = habit + (4 + 0.4 * max(habit, 0)) * mood
            late += draw.expovariate(1 / 15) if draw.random() < 0.05 else 0
            late += 15 + 2 * (number - turns_at) if number >= turns_at else 0
            due = date(2023, 1, 31) + timedelta(days=30 * number)
            rows.append(Payment(due - timedelta(days=30), due, due + timedelta(days=max(-29, round(late)))))
        found.append(rows)
    return found


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
        late = (invoice.paid_on - invoice.due_on).days > 10
        found.append(Told(fmean(paid), paid[-1], said.chance_late_10, was_good, said.turning, late))
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


def report(title: str, payers: list[list[Payment]]) -> None:
    """Print how the readings rank the invoices of ``payers``."""
    told = [one for rows in payers for one in foretell(rows)]
    print(f"{title}: {len(payers)} payers, {len(told)} invoices, {fmean(one.late for one in told):.0%} late")
    for label, chosen in (("all", told), ("good payers", [one for one in told if one.was_good])):
        late = [one.late for one in chosen]
        areas = [auc([getattr(one, what) for one in chosen], late) for what in ("mean", "last", "chance")]
        print(f"  {label:12} AUC: mean of the past {areas[0]:.3f}, last {areas[1]:.3f}, together {areas[2]:.3f}")
    turning = [one.late for one in told if one.turning]
    others = [one.late for one in told if one.was_good and not one.turning]
    print(f"  turning: {len(turning)} invoices, {fmean(turning):.0%} late; other good payers {fmean(others):.0%}")


def main() -> None:
    """Print the figures, for real payments where there are some."""
    payers = invented()
    begun = time.perf_counter()
    for rows in payers:
        payer(rows, rows[-1].due_on)
    taken = (time.perf_counter() - begun) / len(payers)
    print(f"{taken * 1e6:.0f} µs a payer of {fmean(len(rows) for rows in payers):.0f} invoices")
    paths = sorted((data() / "payments").glob("*.csv"))
    if not paths:
        print(f"no payments in {data() / 'payments'}: set ATRISK_DATA to the folder that holds payments/")
    for path in paths:
        report(path.stem, read(path))
    report("invented", payers)


if __name__ == "__main__":
    main()
