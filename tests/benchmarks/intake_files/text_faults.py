"""Kinds of fault in texts: scores, encodings, damaged keys, addresses, words, marks for nothing; and odd texts."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.benchmarks import encodings
from tests.benchmarks.intake_files import drawing, titles, writing
from tests.benchmarks.intake_files.cases import Case, Truth
from tests.benchmarks.intake_files.drawing import Draft
from tests.benchmarks.intake_files.offices import OWNERS


def shares_as_scores(chance: random.Random) -> Case:
    """K8: a percentage, or a part of five, where a score from 0 to 10 is due."""
    draft = drawing.observations(chance)
    form = chance.choice(["percent", "title percent", "title 100", "of five", "of ten", "title five", "bare percent"])
    suffix = {
        "title percent": [" (%)"],
        "title 100": [" (0-100)", " (out of 100)"],
        "title five": [" (0-5)", " (out of 5)", " (/5)"],
    }
    draft.table.titles["value"] += chance.choice(suffix.get(form, [""]))
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        percent = chance.randrange(11, 101)
        fifth = chance.randrange(1, 6)
        match form:
            case "percent":
                row["value"], truth.values["value"] = f"{percent}%", Decimal(percent) / 10
            case "title percent" | "title 100":
                row["value"], truth.values["value"] = percent, Decimal(percent) / 10
            case "of five":
                row["value"], truth.values["value"] = f"{fifth}/5", fifth * 2
            case "of ten":
                tenth = chance.randrange(11)
                row["value"], truth.values["value"] = f"{tenth}/10", tenth
            case "title five":
                row["value"], truth.values["value"] = fifth, fifth * 2
            case _:
                row["value"], truth.values["value"], truth.fate = percent, Decimal(percent) / 10, "refuse"
    return draft.finish()


def old_encodings(chance: random.Random) -> Case:
    """K10: code pages of before UTF-8, and a broken byte in a UTF-8 file."""
    language = chance.choice(["es", "de", "pl", "ru"])
    draft = drawing.clients(chance, rows=chance.choice([3, 8, 30, 80]), language=language, workbook=False, above=0)
    if chance.random() < 0.2:
        return _broken_byte(draft)
    draft.style = replace(draft.style, encoding=chance.choice(encodings.WRITTEN[language]), quoted=False)
    return draft.finish()


def _broken_byte(draft: Draft) -> Case:
    """Break a byte of one name."""
    draft.style = replace(draft.style, encoding="utf-8")
    truth = draft.chance.choice(draft.truths)
    cells = draft.table.rows[truth.rows[0]]
    cells["name"] = f"{cells['name']}\ue001"
    truth.fate = "either"
    case = draft.finish()
    case.content = case.content.replace("\ue001".encode(), b"\xff")
    others = b"".join(cell["name"].encode() for cell in draft.table.rows if cell is not cells)
    case.sure = not others.isascii()
    return case


def damaged_keys(chance: random.Random) -> Case:
    """K11: keys that a spreadsheet has cut, beside keys that only look like it."""
    draft = drawing.clients(chance) if chance.random() < 0.5 else drawing.invoices(chance)
    name = "external_id" if draft.kind == "clients" else "number"
    damaged = ["1.2021E+17", "1,2021E+17", "3.5E+11", "120210000000000000", "4.4E+15", "12.0", "1202100000012340000"]
    fine = ["007", "1e5", "12-11", "0001", "A1E5", "1/2", "2026/11", "+5", "1234567890123", "00.1", "E+11", "1-1"]
    for number, (truth, row) in enumerate(zip(draft.truths, draft.table.rows, strict=True)):
        if chance.random() < 0.3:
            row[name] = truth.values[name] = chance.choice(damaged)
            truth.fate = "refuse"
            if draft.style.workbook and chance.random() < 0.3:
                row[name] = 1.2021e17 + number
        elif chance.random() < 0.5:
            row[name] = truth.values[name] = f"{chance.choice(fine)}{number}"
    return draft.finish()


def not_done_yet(chance: random.Random) -> Case:
    """K16: activities that are still to come, and calls that nobody answered."""
    draft = drawing.touchpoints(chance)
    if chance.random() < 0.6:
        draft.table.titles["activity_state"] = draft.title("activity_state")
        for truth, row in zip(draft.truths, draft.table.rows, strict=True):
            meaning = chance.choice(["done", "to_do"])
            row["activity_state"] = titles.draw_word(titles.STATES, meaning, draft.style.language, chance)
            if meaning == "to_do":
                truth.fate = "absent"
    else:
        for truth, row in zip(draft.truths, draft.table.rows, strict=True):
            if chance.random() < 0.3:
                row["occurred_at"] += timedelta(days=200)
                truth.fate = "absent"
    return draft.finish()


MARKS = [
    "--",
    "NaN",
    "(not set)",
    "< 10",
    "\\N",
    "n/a",
    "-",
    "—",
    "null",
    "NULL",
    "N/A",
    "<10",
    " --",
    "none",
    "k.A.",
    "b/d",
]


def missing_marks(chance: random.Random) -> Case:
    """K18: marks that say that there is no value."""
    draft = drawing.metrics(chance, ("clicks", "impressions", "conversions", "revenue"))
    marks = chance.sample(MARKS, 2)
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        for name in ("clicks", "impressions", "conversions", "revenue"):
            if chance.random() < 0.3:
                row[name], truth.values[name] = chance.choice(marks), None
            elif chance.random() < 0.1:
                row[name] = truth.values[name] = 0
        if chance.random() < 0.07:
            row["date"], truth.fate = chance.choice(marks), "refuse"
    return draft.finish()


def addresses(chance: random.Random) -> Case:
    """K25: e-mail addresses with what people leave around them."""
    draft = drawing.clients(chance)
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        email = chance.choice(["cleo@agency.example", "d.o-x@agency.example", *OWNERS])
        form = chance.choice(
            [
                "{},",
                "{};",
                "{}.",
                "<{}>",
                "mailto:{}",
                "Cleo Ott <{}>",
                " {} ",
                "\u00a0{}",
                "{}\u200b",
                '"Ott, Cleo" <{}>',
                "Cleo ({})",
            ]
        )
        row["owner"], truth.values["owner"] = form.format(email), email
        if chance.random() < 0.2:
            row["owner"] = email.upper()
        if chance.random() < 0.15:
            row["owner"], truth.fate = f"{email}{chance.choice([', ', '; ', ' / ', ' '])}x@agency.example", "refuse"
    return draft.finish()


def plain_words(chance: random.Random) -> Case:
    """K26: what was refused though it is plain: statuses, hours, grouped digits, minus signs, names of months."""
    return chance.choice([_statuses, _statuses, _clock_hours, _grouped, _web_page])(chance)


def _statuses(chance: random.Random) -> Case:
    draft = drawing.invoices(chance, ["status"])
    for row in draft.table.rows:
        word = row["status"]
        row["status"] = word if "ß" in word else chance.choice([word, word.lower(), word.upper(), word.title()])
    return draft.finish()


def _clock_hours(chance: random.Random) -> Case:
    draft = drawing.effort(chance)
    form = chance.choice(["clock", "seconds", "named", "short", "local"])
    for row in draft.table.rows:
        hours, minutes = int(row["hours"]), int(row["hours"] % 1 * 60)
        row["hours"] = {
            "clock": f"{hours}:{minutes:02}",
            "seconds": f"{hours}:{minutes:02}:00",
            "named": f"{hours}h {minutes}m",
            "short": f"{hours}h{minutes:02}",
            "local": {
                "en": f"{hours} hours {minutes} min",
                "es": f"{hours} h {minutes} min",
                "pl": f"{hours} godz. {minutes} min",
                "ru": f"{hours} ч {minutes} мин",
                "de": f"{hours} Std. {minutes} Min.",
            }[draft.style.language],
        }[form]
    return draft.finish()


def _grouped(chance: random.Random) -> Case:
    draft = drawing.invoices(chance, workbook=False, total=False, mark=".", group="")
    form = chance.choice(["india", "minus after", "brackets", "apostrophe", "no cents"])
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        amount = Decimal(chance.randrange(10_000_000, 99_999_999)) / 100
        truth.values["amount"] = amount
        whole, cents = f"{amount:,.2f}".split(".")
        match form:
            case "india":
                digits = whole.replace(",", "")
                row["amount"] = f"{digits[:-5]},{digits[-5:-3]},{digits[-3:]}.{cents}"
            case "minus after":
                row["amount"], truth.values["amount"] = f"{whole}.{cents}-", -amount
            case "brackets":
                row["amount"], truth.values["amount"] = f"({whole}.{cents})", -amount
            case "apostrophe":
                row["amount"] = f"{whole.replace(',', chr(39))}.{cents}"
            case _:
                row["amount"], truth.values["amount"] = f"{whole.replace(',', '.')},--", int(amount)
    return draft.finish()


def _web_page(chance: random.Random) -> Case:
    draft = drawing.invoices(chance, workbook=False, above=0, total=False, blanks=False)
    lines, numbers = writing.layout(draft.table, draft.style, chance)
    rows = "".join(
        "<tr>" + "".join(f"<td>{writing.write_text(cell, draft.style)}</td>" for cell in line) + "</tr>"
        for line in lines
    )
    draft.sure = False
    return draft.case(f"<html><body><table>{rows}</table></body></html>".encode(), numbers, name="file.xls")


ODD_NAMES = [
    "Total Wine & More", "Max Mustermann AG", "Sum Things Ltd", "NA Systems", "Summe GmbH", "Razem Sp. z o.o.",
    "Итого Медиа", "None", "Null Point", "Test", "12 Monkeys", "2026", "7 Days", "1/2 Price", "O'Neil's",
    "Overdue Books", "Page 1 Studio", "Grand Total Games", "Average Joe's", "Header Ltd", "=SUM Design", "-minus-",
    "@home", "+plus", "Dr. Müller; Partner", 'The "Best" Shop', "A, B & C", "True", "Name", "a|b", "#1 Dental",
    "Currency Exchange (EUR)", "ООО «Ромашка»", "© Studio",
]  # fmt: skip
ODD_NOTES = [
    'said "yes", then left', "first\nsecond", "a; b; c", "=1+1", "-5% next year", "+48 600 100 200", "@ann asks",
    "tab\there", "50% (!)", "a|b|c", "none of it", "n/a yet", "it's 5\" wide", "total: 12", "1,234.50", "2026-11-20",
    "<b>bold</b>", "C:\\path\\n", "'quoted'", "…", "ends with;", '"all"', "line\r\nline", 'a,b\n"c";d',
]  # fmt: skip


def odd_texts(chance: random.Random) -> Case:
    """Control: names, keys and notes that look like something else and are meant."""
    return chance.choice([_odd_clients, _odd_notes, _people])(chance)


def _odd_clients(chance: random.Random) -> Case:
    draft = drawing.clients(chance, ("notes", "monthly_fee"), encoding="utf-8-sig")
    for (truth, row), name in zip(
        zip(draft.truths, draft.table.rows, strict=True), chance.sample(ODD_NAMES, len(ODD_NAMES)), strict=False
    ):
        row["name"] = truth.values["name"] = name
        row["notes"] = truth.values["notes"] = chance.choice(ODD_NOTES)
    return draft.finish()


def _odd_notes(chance: random.Random) -> Case:
    draft = drawing.touchpoints(chance, encoding="utf-8-sig")
    notes = chance.sample(ODD_NOTES, len(ODD_NOTES))
    for (truth, row), note in zip(zip(draft.truths, draft.table.rows, strict=True), notes, strict=False):
        row["summary"] = truth.values["summary"] = note
    return draft.finish()


def _people(chance: random.Random) -> Case:
    draft = Draft(chance, "contacts", ["client", "name", "role", "email", "decision_maker"])
    for number in range(chance.randrange(2, 8)):
        client = chance.choice(draft.office.clients)
        said = chance.choice([True, False])
        cells: dict[str, Any] = {
            "client": draft.reference(client),
            "name": f"{drawing.people(chance, draft.style.language)} {number}",
            "role": chance.choice(["CEO", None, "Assistant"]),
            "email": f"p{number}@client.example",
            "decision_maker": said,
        }
        values = {**cells, "client": client.key}
        if not draft.style.workbook:
            words = {True: ["yes", "x", "true", "1", "ja", "tak"], False: ["no", "", "false", "0", "nein", "nie"]}
            cells["decision_maker"] = chance.choice(words[said])
        draft.add(cells, Truth(values))
    return draft.finish()
