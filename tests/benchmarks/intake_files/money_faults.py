"""Kinds of fault in numbers and money: units in titles, signs of other currencies, what is open, three decimals."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.benchmarks.intake_files import drawing, titles
from tests.benchmarks.intake_files.cases import Case, Truth
from tests.benchmarks.intake_files.writing import Signed

SIGNS = {
    "USD": ["$", "US$", "USD"],
    "EUR": ["€", "EUR", "Euro"],
    "GBP": ["£", "GBP"],
    "PLN": ["zł", "PLN"],
    "CHF": ["CHF"],
    "RUB": ["₽", "RUB", "руб."],
    "CZK": ["Kč", "CZK"],
}
SHARED_SIGNS = ["kr", "¥"]
FORMATS = {
    "$": ['"$"#,##0.00', "[$$-409]#,##0.00"],
    "€": ["#,##0.00 [$€-407]", '#,##0.00 "€"', "[$€-2] #,##0.00"],
    "£": ["[$£-809]#,##0.00", '"£"#,##0.00'],
    "zł": ['#,##0.00 "zł"', "#,##0.00 [$zł-415]"],
    "USD": ["[$USD] #,##0.00", '#,##0.00 "USD"'],
    "₽": ["#,##0.00 [$₽-419]"],
    "Kč": ['#,##0.00 "Kč"'],
}


def unit_in_title(chance: random.Random) -> Case:
    """K2: what stands in a title's brackets."""
    return chance.choice([_money_unit, _money_unit, _time_unit, _call_unit, _unknown_unit])(chance)


def _money_unit(chance: random.Random) -> Case:
    draft = drawing.metrics(chance) if chance.random() < 0.6 else drawing.invoices(chance)
    name = "spend" if draft.kind == "metrics" else "amount"
    code = chance.choice(list(SIGNS))
    sign = chance.choice(SIGNS[code])
    units: list[tuple[int | Decimal, str, str]] = [
        (1, f"({sign})", code),
        (1, f"[{code}]", code),
        (1, f", {code}", code),
        (1, f"in {code}", code),
        (1, f"({code}, incl. VAT)", code),
        (1000, "(thousands)", ""),
        (1000, f"({code}, thousands)", code),
        (1000, f"(k{code})", code),
        (1000, "(TEUR)", "EUR"),
        (1000, "(тыс.)", ""),
        (1000, "(tys. zł)", "PLN"),
        (Decimal("0.000001"), "(micros)", ""),
        (Decimal("0.01"), "(cents)", ""),
        (1, "(all)", ""),
    ]
    scale, unit, known = chance.choice(units)
    title = draft.table.titles[name]
    draft.table.titles[name] = f"{title}{'' if unit.startswith(',') else ' '}{unit}"
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        row[name] = row[name] / scale if scale != 1 else row[name]
        row[name] = int(row[name]) if row[name] == int(row[name]) and scale < 1 else row[name]
        truth.values["currency"] = known or truth.values["currency"]
    return draft.finish()


def _time_unit(chance: random.Random) -> Case:
    draft = drawing.effort(chance)
    minutes, unit = chance.choice(
        [(1, "(min)"), (1, "(minutes)"), (60, "(h)"), (60, "(hours)"), (60, "(decimal)"), (0, "(h:mm)"), (0, "(hh:mm)")]
    )
    draft.table.titles["hours"] = f"{draft.table.titles['hours']} {unit}"
    for row in draft.table.rows:
        hours = row["hours"]
        clock = f"{int(hours)}:{int(hours % 1 * 60):02}"
        row["hours"] = clock if not minutes else int(hours * 60) if minutes == 1 else hours
        draft.sure &= minutes != 1 or hours < 16 or not draft.style.group  # 1.500 minutes may be one and a half
    return draft.finish()


def _call_unit(chance: random.Random) -> Case:
    draft = drawing.touchpoints(chance)
    unit, scale = chance.choice([("ms", 60_000), ("milliseconds", 60_000), ("seconds", 60), ("s", 60), ("min", 1)])
    draft.table.titles["duration_minutes"] = f"{draft.title('duration_minutes')} ({unit})"
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        truth.values["duration_minutes"] = chance.randrange(1, 90)
        row["duration_minutes"] = truth.values["duration_minutes"] * scale
    return draft.finish()


def _unknown_unit(chance: random.Random) -> Case:
    """Brackets that may change what the numbers mean: taken plainly, they may be wrong."""
    draft = drawing.metrics(chance)
    draft.table.titles["spend"] += chance.choice(
        [" (adj.)", " (x)", " (indexed)", " (bn yen?)", " (10^3)", " (scaled)"]
    )
    draft.sure = False
    for truth in draft.truths:
        truth.fate = "refuse"
    return draft.finish()


def other_sign(chance: random.Random) -> Case:
    """K3: the sign, code or cell format of another currency than the client's."""
    draft = drawing.metrics(chance) if chance.random() < 0.4 else drawing.invoices(chance)
    name = "spend" if draft.kind == "metrics" else "amount"
    stated = chance.random() < 0.15
    if stated:
        draft.table.titles["currency"] = draft.title("currency")
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        code = chance.choice(list(SIGNS))
        sign = chance.choice(SIGNS[code])
        if chance.random() < 0.1:
            sign, truth.fate = chance.choice(SHARED_SIGNS), "refuse"
        form = chance.choice(FORMATS.get(sign, [""]))
        if draft.style.workbook and not form:
            row[name] = f"{row[name]} {sign}"
        else:
            row[name] = Signed(row[name], sign, before=chance.random() < 0.5, format=form)
        if stated and truth.fate == "take":
            said = chance.choice([code, "JPY"])
            row["currency"], truth.fate = said, "take" if said == code else "refuse"
        truth.values["currency"] = code
    draft.table.total_of = ()
    return draft.finish()


def what_is_open(chance: random.Random) -> Case:
    """K14: what is open of an invoice, in a column of its own, with a payment date or without."""
    draft = drawing.invoices(chance)
    dated, worded, paid_too = chance.random() < 0.4, chance.random() < 0.4, chance.random() < 0.3
    language = draft.style.language
    names = ["balance", *(["paid_on"] if dated else []), *(["status"] if worded else [])]
    draft.table.titles |= {name: draft.title(name) for name in [*names, *(["paid_amount"] if paid_too else [])]}
    draft.table.total_of = ("amount", "balance")
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        amount = row["amount"]
        share = chance.choice([0, 1, Decimal(chance.randrange(1, 100)) / 100])
        paid = (amount * share).quantize(Decimal("0.01"))
        row["balance"] = amount - paid
        truth.values |= {"paid_amount": paid, "status": "paid" if paid == amount else "open"}
        if dated and paid:
            row["paid_on"] = truth.values["paid_on"] = min(row["issued_on"] + timedelta(days=3), drawing.TODAY)
        if worded:
            words = titles.INVOICE_WORDS["paid" if paid == amount else "open"][language]
            row["status"] = chance.choice(words)
        if paid_too:
            row["paid_amount"] = paid
            if chance.random() < 0.15:
                row["paid_amount"], truth.fate = paid + 1, "refuse"
    if draft.table.titles["balance"].casefold() == draft.table.titles["amount"].casefold():
        draft.table.titles["balance"] = "Balance"
    return draft.finish()


def roundings_and_credits(chance: random.Random) -> Case:
    """K15: payments that differ by a cent, and credit notes."""
    draft = drawing.invoices(chance)
    draft.table.titles["paid_amount"] = draft.title("paid_amount")
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        amount = row["amount"]
        what = chance.choice(["cent short", "cent over", "credit", "credit set off", "paid"])
        if what.startswith("credit"):
            row["amount"] = truth.values["amount"] = amount = -amount
        paid = {"cent short": amount - Decimal("0.01"), "cent over": amount + Decimal("0.01"), "credit": Decimal(0)}
        row["paid_amount"] = truth.values["paid_amount"] = paid.get(what, amount)
        truth.values["status"] = "open" if what in {"cent short", "credit"} else "paid"
    return draft.finish()


def three_decimals(chance: random.Random) -> Case:
    """K24: numbers of which a point or comma may group thousands or begin the decimals."""
    return chance.choice([_grouped_amounts, _beside_decimals, _whole_counts])(chance)


def _grouped_amounts(chance: random.Random) -> Case:
    """Whole amounts in thousands with a sign, as 5.200 €: a euro has no third decimal."""
    draft = drawing.invoices(chance, workbook=False, total=False)
    mark = chance.choice(".,")
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        thousands, rest = chance.randrange(1, 99), chance.randrange(1000)
        row["amount"] = f"{thousands}{mark}{rest:03} €"
        truth.values |= {"amount": thousands * 1000 + rest, "currency": "EUR"}
    return draft.finish()


def _beside_decimals(chance: random.Random) -> Case:
    """1.234 beside 99.5: nothing tells whether it is a thousand, or one and a fraction."""
    draft = drawing.metrics(chance, (), workbook=False, total=False)
    mark = chance.choice(".,")
    for number, (truth, row) in enumerate(zip(draft.truths, draft.table.rows, strict=True)):
        if number % 2 and number > 0:
            row["spend"], truth.fate = f"{chance.randrange(1, 9)}{mark}{chance.randrange(100, 1000)}", "refuse"
        else:
            whole, part = chance.randrange(100), chance.choice(["5", "25", "05"])
            row["spend"], truth.values["spend"] = f"{whole}{mark}{part}", Decimal(f"{whole}.{part}")
    return draft.finish()


def _whole_counts(chance: random.Random) -> Case:
    """Counts with grouped thousands: of clicks there is no fraction."""
    draft = drawing.metrics(chance, ("impressions",), workbook=False, total=False, group="")
    group = "." if draft.style.mark == "," else ","
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        count = chance.randrange(1000, 5_000_000)
        row["impressions"] = f"{count:,}".replace(",", group)
        truth.values["impressions"] = count
    return draft.finish()


def account_currency(chance: random.Random) -> Case:
    """Ad accounts in another currency than the client's: stored in that."""
    draft = drawing.metrics(chance, ("clicks", "currency", "revenue"))
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        code = chance.choice(["USD", "EUR", "PLN", "GBP"])
        row["currency"] = truth.values["currency"] = code
        row["revenue"] = truth.values["revenue"] = drawing.money(chance)
    return draft.finish()


def corrections(chance: random.Random) -> Case:
    """Fractional and negative results."""
    draft = drawing.metrics(chance, ("leads", "conversions"))
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        for name in ("leads", "conversions"):
            if chance.random() < 0.5:
                figure: Any = Decimal(chance.randrange(-40, 400)) / chance.choice([2, 4, 10])
                row[name] = truth.values[name] = figure
        if chance.random() < 0.2:
            row["spend"] = truth.values["spend"] = -row["spend"]
    return draft.finish()


def plain(chance: random.Random) -> Case:
    """Control: odd values that are meant."""
    draft = drawing.invoices(chance, chance.sample(["currency", "status"], chance.randrange(3)))
    for number, (truth, row) in enumerate(zip(draft.truths, draft.table.rows, strict=True)):
        if chance.random() < 0.4:
            amount = chance.choice([Decimal(0), Decimal("0.01"), Decimal(1000000), Decimal("999999.99"), Decimal(1)])
            row["amount"] = truth.values["amount"] = amount
        if chance.random() < 0.3:
            written = chance.choice(["007", "1e5", "12-11", "1/2", "E-5", "00"])
            row["number"] = truth.values["number"] = f"{written}-{number}"
        _odd_day(truth, row, chance)
    return draft.finish()


def _odd_day(truth: Truth, row: dict[str, Any], chance: random.Random) -> None:
    if chance.random() < 0.3:
        issued = chance.choice([drawing.TODAY, date(2024, 2, 29), date(2026, 10, 31)])
        row["issued_on"] = truth.values["issued_on"] = issued
        row["due_on"] = truth.values["due_on"] = issued + timedelta(days=chance.choice([0, 30]))
