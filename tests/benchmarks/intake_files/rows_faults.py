"""Kinds of fault in a file's rows and sheets: parts of a record, quotation marks, cells too many, titles, totals."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.benchmarks.intake_files import drawing, titles, writing
from tests.benchmarks.intake_files.cases import Case, Truth
from tests.benchmarks.intake_files.drawing import Draft
from tests.benchmarks.intake_files.writing import Formula


def parts_of_a_record(chance: random.Random) -> Case:
    """K1: several rows of one key."""
    return chance.choice([_campaigns, _hours_of_a_day, _time_entries, _lines, _repeated_total, _conflict, _twice])(
        chance
    )


def _split(amount: Decimal, count: int, chance: random.Random) -> list[Decimal]:
    """Split an amount into so many parts of whole cents."""
    cents = int(amount * 100)
    cuts = sorted(chance.randrange(cents + 1) for _ in range(count - 1))
    return [Decimal(b - a) / 100 + Decimal("0.00") for a, b in zip([0, *cuts], [*cuts, cents], strict=True)]


def _campaigns(chance: random.Random) -> Case:
    draft = drawing.metrics(chance, rows=4)
    draft.table.titles["campaign"] = draft.title("campaign")
    whole, draft.table.rows = draft.table.rows, []
    for truth, cells in zip(draft.truths, whole, strict=True):
        truth.rows = []
        client = next(each for each in draft.office.clients if each.key == truth.values["client"])
        count = chance.randrange(1, 4)
        spends = _split(cells["spend"], count, chance)
        for at in range(count):
            part = {**cells, "spend": spends[at], "campaign": f"Sale {at + 1}"}
            if chance.random() < 0.3:
                part["client"] = chance.choice([client.key, client.name, client.name.upper(), f" {client.name} "])
            draft.add(part, truth)
        truth.values["clicks"], truth.values["leads"] = cells["clicks"] * count, cells["leads"] * count
    if chance.random() < 0.5:
        chance.shuffle(draft.table.rows)
        _renumber(draft, by=lambda row: row["campaign"])
    return draft.finish()


def _renumber(draft: Draft, by: Any) -> None:  # noqa: ARG001
    """Note again which rows each truth has, after the rows were shuffled."""
    for truth in draft.truths:
        truth.rows = list(range(len(draft.table.rows)))


def _hours_of_a_day(chance: random.Random) -> Case:
    draft = drawing.metrics(chance, rows=4, days=chance.choice(["iso", "dot"]), text_days=True)
    whole, draft.table.rows = draft.table.rows, []
    for truth, cells in zip(draft.truths, whole, strict=True):
        truth.rows = []
        count = chance.randrange(2, 5)
        for at, spend in enumerate(_split(cells["spend"], count, chance)):
            hour = datetime.combine(cells["date"], datetime.min.time()) + timedelta(hours=at + chance.choice([0, 8]))
            draft.add({**cells, "date": hour, "spend": spend}, truth)
        truth.values["clicks"], truth.values["leads"] = cells["clicks"] * count, cells["leads"] * count
    draft.sure = all(len({row["date"] for row in _rows_of(draft, each)}) == len(each.rows) for each in draft.truths)
    for truth in draft.truths:
        truth.fate = "take" if draft.sure else "either"
    return draft.finish()


def _rows_of(draft: Draft, truth: Truth) -> list[dict[str, Any]]:
    return [draft.table.rows[at] for at in truth.rows]


def _time_entries(chance: random.Random) -> Case:
    draft = Draft(chance, "effort", ["client", "month", "hours", "task"])
    draft.table.titles["month"] = titles.draw_title("date", draft.style.language, chance)
    for client in draft.office.clients:
        for number in chance.sample([9, 10], chance.randrange(1, 3)):
            truth = Truth({"client": client.key, "month": f"2026-{number:02}", "hours": Decimal(0)})
            days = chance.sample(range(1, 29), chance.randrange(2, 7))
            if 13 not in days:
                days.append(13)
            for on in days:
                hours = Decimal(chance.randrange(1, 40)) / 4
                truth.values["hours"] += hours
                cells = {"client": draft.reference(client), "hours": hours, "task": chance.choice(["A", "B"])}
                draft.add({**cells, "month": datetime(2026, number, on).date()}, truth)  # noqa: DTZ001
    return draft.finish()


def _lines(chance: random.Random) -> Case:
    draft = drawing.invoices(chance, rows=4)
    draft.table.titles["item"] = draft.title("item")
    whole, draft.table.rows = draft.table.rows, []
    for truth, cells in zip(draft.truths, whole, strict=True):
        truth.rows = []
        count = chance.randrange(1, 4)
        for at, amount in enumerate(_split(cells["amount"], count, chance)):
            draft.add({**cells, "amount": amount, "item": f"Work {at}"}, truth)
    unlike = [len({row["amount"] for row in _rows_of(draft, each)}) for each in draft.truths]
    draft.sure = any(count > 1 for count in unlike)
    for truth, count in zip(draft.truths, unlike, strict=True):
        truth.fate = "take" if draft.sure or count == len(truth.rows) else "either"
    return draft.finish()


def _repeated_total(chance: random.Random) -> Case:
    draft = drawing.invoices(chance, rows=4, total=False)
    draft.table.titles |= {"item": draft.title("item"), "net": draft.title("net")}
    whole, draft.table.rows = draft.table.rows, []
    for truth, cells in zip(draft.truths, whole, strict=True):
        truth.rows = []
        for at, part in enumerate(_split(cells["amount"], chance.randrange(1, 4), chance)):
            draft.add({**cells, "net": part, "item": f"Work {at}"}, truth)
    return draft.finish()


def _conflict(chance: random.Random) -> Case:
    """Two rows that say different things of the same key: only whoever imports the file can say which is meant."""
    draft = chance.choice([drawing.metrics, drawing.effort, drawing.targets, drawing.invoices])(chance)
    name = {"metrics": "spend", "effort": "hours", "targets": "target", "invoices": "amount"}[draft.kind]
    truth = chance.choice(draft.truths)
    cells = dict(draft.table.rows[truth.rows[0]])
    cells[name] += 7
    draft.add(cells, truth)
    truth.fate = "refuse"
    return draft.finish()


def _twice(chance: random.Random) -> Case:
    draft = chance.choice([drawing.metrics, drawing.effort, drawing.targets, drawing.invoices])(chance)
    truth = chance.choice(draft.truths)
    draft.add(dict(draft.table.rows[truth.rows[0]]), truth)
    return draft.finish()


def unclosed_quote(chance: random.Random) -> Case:
    """K7: an unclosed quotation mark, in a column that is taken or not; or one that is part of a text."""
    columns: dict[str, Any] = {
        "workbook": False,
        "newline": chance.choice(["\n", "\r\n"]),
        "total": False,
    }
    draft = chance.choice([drawing.touchpoints, drawing.clients, drawing.invoices])(chance, **columns)
    if "other" not in draft.table.titles and chance.random() < 0.5:
        draft.table.titles["other"] = draft.title("other")
    names = [name for name in draft.table.titles if name in {"summary", "name", "number", "other", "client", "notes"}]
    name = chance.choice(names)
    lines, numbers = writing.layout(draft.table, draft.style, chance)
    at = list(draft.table.titles).index(name)
    faulty = chance.sample(range(len(numbers)), chance.choice([1, 1, 2]))
    inside = chance.random() < 0.25 and name in {"other", "summary"}
    texts = [[writing.write_text(cell, draft.style) for cell in line] for line in lines]
    for number in faulty:
        draft.truths[number].fate = "either"
    written = [
        writing.write_csv([line], replace(draft.style, encoding="utf-8", final_newline=True)).decode() for line in texts
    ]
    for number in faulty:
        line = texts[numbers[number] - 1]
        mark = f'{line[at]} 5" wide' if inside else f'"{line[at]}'
        key = f"\ue000{at}"
        marked = [key if position == at else cell for position, cell in enumerate(line)]
        style = replace(draft.style, encoding="utf-8", final_newline=True)
        plain = writing.write_csv([marked], style).decode()
        if draft.style.quoted:
            key, mark = f'"{key}"', f'"{mark}"' if inside else mark
        written[numbers[number] - 1] = plain.replace(key, mark)
        if inside and name == "summary":
            draft.truths[number].values[name] = f'{draft.truths[number].values[name]} 5" wide'
    return draft.case(writing.encode("".join(written), draft.style), numbers)


def good_row_lost(chance: random.Random) -> Case:
    """K12: a good row and a bad one of the same key, and rows whose key is empty."""
    draft = chance.choice([drawing.invoices, drawing.clients, drawing.metrics])(chance)
    place, bad = {
        "invoices": ("amount", ["abc", "12..5", "n.N."]),
        "clients": ("monthly_fee", ["much", "1.2.3"]),
        "metrics": ("clicks", ["many", "12 or 13"]),
    }[draft.kind]
    truth = chance.choice(draft.truths)
    row = {**draft.table.rows[truth.rows[0]], place: chance.choice(bad)}
    if chance.random() < 0.5:
        at = truth.rows[0] + chance.choice([0, 1])
        draft.table.rows.insert(at, row)
        for each in draft.truths:
            each.rows = [number + (number >= at) for number in each.rows]
    else:
        draft.table.rows.append(row)
    if chance.random() < 0.5:
        key = {"invoices": "number", "clients": "name", "metrics": "date"}[draft.kind]
        empty = {**draft.table.rows[0], key: chance.choice([None, ""])}
        draft.table.rows.append(empty)
    return draft.finish()


def cell_too_many(chance: random.Random) -> Case:
    """K13: a number with a comma and no quotation marks in a comma file; a last line that is cut off."""
    comma: dict[str, Any] = {
        "workbook": False,
        "delimiter": ",",
        "mark": ".",
        "group": ",",
        "quoted": False,
        "days": "iso",
    }
    draft = drawing.invoices(chance, **comma, blanks=False, total=False, encoding="utf-8")
    if chance.random() < 0.5:
        draft.table.titles |= {name: draft.title(name) for name in ("paid_on", "item")}
    lines, numbers = writing.layout(draft.table, draft.style, chance)
    texts = [[writing.write_text(cell, draft.style) for cell in line] for line in lines]
    cut = chance.random() < 0.3
    everywhere = chance.random() < 0.2
    rows = []
    for at, line in enumerate(texts, 1):
        number = numbers.index(at) if at in numbers else None
        plain = writing.write_csv([line], replace(draft.style, newline="\n", final_newline=True)).decode()
        if number is not None and not cut and (everywhere or chance.random() < 0.3 or number == 0):
            style = chance.choice(["thousands", "decimals"])
            place = list(draft.table.titles).index("amount")
            bare = line[place] if style == "thousands" else line[place].replace(",", "").replace(".", ",")
            if "," in bare:
                draft.truths[number].fate = "refuse"
                marked = [cell if at != place else "\ue000" for at, cell in enumerate(line)]
                plain = writing.write_csv([marked], replace(draft.style, newline="\n", final_newline=True)).decode()
                plain = plain.replace("\ue000", bare)
        rows.append(plain)
    if cut:
        last = rows[numbers[-1] - 1].rstrip("\n")
        rest = last[: chance.randrange(1, max(2, last.rfind(",")))]
        rows[numbers[-1] - 1] = rest
        draft.truths[-1].fate = "refuse"
    return draft.case("".join(rows).encode(), numbers)


def names_under_titles(chance: random.Random) -> Case:
    """K19: column names under titles, a line that names the delimiter, comments, totals, sections, footers."""
    make = chance.choice([drawing.metrics, drawing.invoices, drawing.effort, drawing.observations])
    draft = make(chance, above=chance.randrange(5), total=chance.random() < 0.6)
    above, below = draft.table.above, draft.table.below
    if chance.random() < 0.3:
        above.append(["# exported", "#"])
    if chance.random() < 0.3:
        above.append(["Period", "2026-11-01 - 2026-11-30"])
    if chance.random() < 0.3:
        below.append([])
    if chance.random() < 0.3:
        below.append([chance.choice(["© 2026 Ads Corp.", "Generated on 27 Nov 2026", "Page 1 of 1", "# end"])])
    lines, numbers = writing.layout(draft.table, draft.style, chance)
    header = next(line for line in lines if len(line) == len(draft.table.titles) and any(line))
    for extra in (header, [chance.choice(["Overdue", "1 - 30 days past due", "November"])]):
        if chance.random() < 0.2:
            at = chance.choice(numbers)
            lines.insert(at - 1, extra)
            numbers = [number + (number >= at) for number in numbers]
    if draft.style.workbook:
        return draft.case(writing.write_workbook({"Sheet1": lines}, draft.style), numbers)
    texts = [[writing.write_text(cell, draft.style) for cell in line] for line in lines]
    content = writing.write_csv(texts, replace(draft.style, encoding="utf-8")).decode()
    if chance.random() < 0.3:
        content = f"sep={draft.style.delimiter}{draft.style.newline}{content}"
        numbers = [number + 1 for number in numbers]
    return draft.case(writing.encode(content, draft.style), numbers)


def sheets(chance: random.Random) -> Case:
    """K20: hidden sheets with other rows, cover sheets, notes."""
    draft = chance.choice([drawing.metrics, drawing.invoices, drawing.clients])(chance, workbook=True)
    lines, numbers = writing.layout(draft.table, draft.style, chance)
    header = next(line for line in lines if len(line) == len(draft.table.titles) and any(line))
    stale: list[list[Any]] = [header, *[list(line) for line in lines if line and line != header]]
    at = list(draft.table.titles).index({"metrics": "spend", "invoices": "amount", "clients": "name"}[draft.kind])
    for line in stale[1:]:
        if len(line) > at and line[at] is not None:
            line[at] = f"Old {line[at]}" if isinstance(line[at], str) else line[at] + 1
    others: dict[str, list[list[Any]]] = {
        "Cover": [["Agency"], ["Report of November"], ["Client", "see next sheet"]],
        "Backup": stale,
        "Notes": [["Notes"], ["Ask Ben"]],
    }
    chosen = chance.sample(list(others), chance.randrange(1, 4))
    hidden = ["Backup"] + [name for name in chosen if chance.random() < 0.2]
    made = [*chosen, "Data"]
    if chance.random() < 0.7:
        chance.shuffle(made)
    content = {name: others.get(name, lines) for name in made}
    return draft.case(writing.write_workbook(content, draft.style, hidden), numbers)


def formulas(chance: random.Random) -> Case:
    """K21: formulas with no stored value, in columns that are taken or not."""
    draft = chance.choice([drawing.metrics, drawing.invoices])(chance, workbook=True)
    fields = [name for name in draft.table.titles if name != "client"]
    for number, row in enumerate(draft.table.rows):
        if chance.random() < 0.3:
            name = chance.choice(fields)
            row[name] = Formula(chance.choice(["=1+1", "=SUM(A1:A3)", "=TODAY()"]))
            if name != "other":
                draft.truths[number].fate = "refuse"
    return draft.finish()
