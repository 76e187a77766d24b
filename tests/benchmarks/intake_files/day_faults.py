"""Kinds of fault in days and months: swapped, short, placeholders, ends of contracts, 1904, ranges, moments in UTC."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.benchmarks.intake_files import drawing, titles
from tests.benchmarks.intake_files.cases import KEYS, Case, Truth
from tests.benchmarks.intake_files.drawing import TODAY, Draft


def half_swapped(chance: random.Random) -> Case:
    """K4: a spreadsheet took the day for the month where it could, and left the rest as texts."""
    draft = drawing.metrics(chance, rows=12, total=False)
    first = TODAY - timedelta(days=chance.randrange(25, 70))
    workbook, iso = draft.style.workbook, chance.random() < 0.5
    typed_mdy, swapped = chance.random() < 0.5, chance.random() < 0.7
    used: set[tuple[Any, ...]] = set()
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        on = first + timedelta(days=chance.randrange(25))
        while (truth.values["client"], on) in used:
            on += timedelta(days=1)
        used.add((truth.values["client"], on))
        truth.values["date"] = on
        text = f"{on:%m/%d/%Y}" if typed_mdy else f"{on:%d/%m/%Y}"
        if on.day > 12:
            row["date"] = text
            continue
        shown = date(on.year, on.day, on.month) if swapped else on
        row["date"] = shown if workbook else shown.isoformat() if iso else f"{shown:%d.%m.%Y}"
    draft.style = replace(draft.style, text_days=False)
    draft.truths = [each for each in draft.truths if each.values["date"] <= TODAY]
    if not _shows_swap(draft):
        draft.sure = False
        for truth in draft.truths:
            truth.fate = "either"
    return draft.finish()


def _shows_swap(draft: Draft) -> bool:
    """Whether the days lie close together as they were meant, and far apart with day and month the other way round."""
    meant = [truth.values["date"] for truth in draft.truths]
    other = [date(on.year, on.day, on.month) if on.day <= 12 else on for on in meant]
    kinds = {on.day <= 12 for on in meant}
    return len(kinds) == 2 and (max(other) - min(other)) > 3 * (max(meant) - min(meant))


def short_years(chance: random.Random) -> Case:
    """K5: years of two digits, of invoices and of starts long ago."""
    if chance.random() < 0.3:
        return _old_starts(chance)
    draft = drawing.invoices(chance, total=False)
    form = chance.choice(["%y-%m-%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%y/%m/%d", "%d-%m-%y", "%y.%m.%d"])
    days = []
    for row in draft.table.rows:
        for name in ("issued_on", "due_on"):
            days.append(row[name])
            row[name] = row[name].strftime(form)
    draft.sure = _tells_order([day.strftime(form) for day in days])
    if not draft.sure:
        for truth in draft.truths:
            truth.fate = "either"
    return draft.finish()


def _tells_order(texts: list[str]) -> bool:
    """Whether only one order makes days near today of all texts."""
    fitting = 0
    forms = ["%d.%m.%y", "%y.%m.%d"] if "." in texts[0] else ["%y-%m-%d", "%d-%m-%y", "%m-%d-%y"]
    for form in forms:
        try:
            days = [datetime.strptime(text.replace("/", form[2]), form).date() for text in texts]  # noqa: DTZ007
        except ValueError:
            continue
        fitting += all(abs((day - TODAY).days) < 1000 for day in days)
    return fitting == 1


def _old_starts(chance: random.Random) -> Case:
    draft = drawing.clients(chance, ("started_on",))
    form = chance.choice(["%d.%m.%y", "%d.%m.%y", "%d %b %y"])
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        on = date(chance.randrange(1985, 2026), chance.randrange(1, 13), chance.randrange(1, 29))
        row["started_on"], truth.values["started_on"] = on.strftime(form), on
    return draft.finish()


PLACEHOLDERS = [
    "1970-01-01", "01.01.1970", "1970-01-01 00:00:00", "2099-12-31", "31.12.2099", "31.12.9999", "9999-12-31",
    "0000-00-00", "00.00.0000", "1900-01-01", "01.01.1900", "1900-01-00", "0001-01-01", "1970-01-01T00:00:00Z",
    "01/01/1970", "1899-12-30", "01.01.0001", "0001-01-01T00:00:00", "31/12/2099", "00/00/0000",
]  # fmt: skip


def placeholders(chance: random.Random) -> Case:
    """K6: dates that stand for none, where a date says that something is done."""
    what = chance.choice(["invoices", "observations", "clients", "deadlines"])
    if what == "invoices":
        draft, name = drawing.invoices(chance), "paid_on"
    elif what == "observations":
        draft, name = drawing.observations(chance, (), kind="complaint"), "resolved_on"
    elif what == "clients":
        draft, name = drawing.clients(chance), chance.choice(["lost_on", "returns_on", "renews_on"])
    else:
        draft, name = deadlines(chance), "done_on"
    draft.table.titles[name] = draft.title(name) if name in titles.TITLES else name
    places = chance.sample(PLACEHOLDERS, 3)
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        truth.values[name] = None
        row[name] = chance.choice([None, *places])
        if what == "invoices":
            truth.values["status"] = "open"
        if chance.random() < 0.3 and name not in {"returns_on", "renews_on"}:
            row[name] = truth.values[name] = TODAY - timedelta(days=chance.randrange(1, 20))
            if what == "invoices":
                truth.values["status"] = "paid"
                truth.values["paid_on"] = row[name]
        elif chance.random() < 0.1:
            row[name] = chance.choice([date(2199, 5, 5), date(2068, 1, 3), date(2150, 6, 30)])
            truth.fate = "either"
            truth.values[name] = None
    return draft.finish()


def deadlines(chance: random.Random) -> Draft:
    draft = Draft(chance, "deadlines", ["client", "title", "internal_due_on"])
    for number in range(chance.randrange(3, 10)):
        client = chance.choice(draft.office.clients)
        cells = {
            "client": draft.reference(client),
            "title": f"Task {number}",
            "internal_due_on": TODAY + timedelta(days=chance.randrange(-30, 60)),
        }
        draft.add(cells, Truth({**cells, "client": client.key}))
    return draft


def contract_ends(chance: random.Random) -> Case:
    """K9: the end of a contract is the day of renewal of a client who is one, and the last day of one who left."""
    worded = chance.random() < 0.6
    draft = drawing.clients(chance, ("status",) if worded else ())
    draft.table.titles["contract_end"] = draft.title("contract_end")
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        past = chance.random() < 0.4
        ends = TODAY + timedelta(days=chance.randrange(-400, -1) if past else chance.randrange(5, 400))
        row["contract_end"] = ends
        lost = truth.values.get("status") == "lost"
        if lost and not past:
            truth.fate = "either"
        truth.values |= {"renews_on": None if lost else ends, "lost_on": ends if lost else None}
        if not worded and past:
            truth.fate = "refuse"
    return draft.finish()


def workbooks_of_1904(chance: random.Random) -> Case:
    """K22: days in cells of days and in plain cells of a workbook that counts from 1904, and from 1900."""
    mac = chance.random() < 0.7
    draft = drawing.invoices(chance, workbook=True, epoch_1904=mac, text_days=False)
    start = date(1904, 1, 1) if mac else date(1899, 12, 30)
    for row in draft.table.rows:
        for name in ("issued_on", "due_on"):
            if chance.random() < 0.4:
                row[name] = (row[name] - start).days
            elif chance.random() < 0.2:
                row[name] = row[name].isoformat()
    return draft.finish()


NAMED = {
    "en": ["January February March April May June July August September October November December",
           "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"],
    "es": ["enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
           "ene feb mar abr may jun jul ago sep oct nov dic"],
    "pl": ["styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
           "sty lut mar kwi maj cze lip sie wrz paź lis gru"],
    "ru": ["январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
           "янв фев мар апр май июн июл авг сен окт ноя дек"],
    "de": ["Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
           "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"],
}  # fmt: skip


def months(chance: random.Random) -> Case:
    """K23: months as people write them, and 2026.1, which a spreadsheet makes of October."""
    draft = drawing.effort(chance) if chance.random() < 0.5 else drawing.targets(chance)
    full, short = (text.split() for text in NAMED[draft.style.language])
    form = chance.choice(
        ["point", "full", "short", "short-yy", "slash", "dot", "first day", "iso", "yyyymm", "full first"]
    )
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        year, number = map(int, truth.values["month"].split("-"))
        texts: dict[str, Any] = {
            "point": float(f"{year}.{number:02}") if draft.style.workbook else f"{float(f'{year}.{number:02}')}",
            "full": f"{full[number - 1]} {year}",
            "full first": f"{year} {full[number - 1]}",
            "short": f"{short[number - 1]} {year}",
            "short-yy": f"{short[number - 1]}-{year % 100}",
            "slash": f"{number:02}/{year}",
            "dot": f"{number:02}.{year}",
            "first day": date(year, number, 1),
            "iso": f"{year}-{number:02}",
            "yyyymm": f"{year}{number:02}",
        }
        row["month"] = texts[form]
        if form == "point" and number in {1, 10}:
            truth.fate = "either" if number == 1 else "refuse"
    return draft.finish()


def ranges(chance: random.Random) -> Case:
    """K27: a row that covers several days is not one of its first day."""
    if chance.random() < 0.3:
        return _ranges_in_one_cell(chance)
    draft = drawing.metrics(chance, rows=6)
    start, end = chance.choice(
        [
            ("Reporting starts", "Reporting ends"),
            ("Start date", "End date"),
            ("Von", "Bis"),
            ("Desde", "Hasta"),
            ("Od", "Do"),
            ("From", "To"),
            ("Week start", "Week end"),
            ("Period start", "Period end"),
        ]
    )
    titles_now = draft.table.titles
    del titles_now["date"]
    titles_now |= {"starts_on": start, "ends_on": end}
    if start == "Reporting starts":
        titles_now["spend"] = "spend"  # else it is an export of Meta's, and says so
    days = chance.choice([1, 7, 30, 0])
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        first = row.pop("date")
        length = days or chance.choice([1, 7])
        row |= {"starts_on": first, "ends_on": first + timedelta(days=length - 1)}
        truth.fate = "take" if length == 1 else "refuse"
    if start in {"Week start", "Period start"}:
        draft.sure = False
        for truth in draft.truths:
            truth.fate = "refuse" if truth.fate == "refuse" else "either"
    if all(truth.fate == "refuse" for truth in draft.truths):
        draft.sure = False
    return draft.finish()


RANGES = [
    "{a:%Y-%m-%d} - {b:%Y-%m-%d}", "{a:%d.%m.%Y}-{b:%d.%m.%Y}", "{a:%d.%m.%Y} – {b:%d.%m.%Y}", "{a:%d}-{b:%d.%m.%Y}",
    "{a:%d %b %Y} - {b:%d %b %Y}", "{a:%Y-%m-%d} to {b:%Y-%m-%d}", "{a:%Y-%m-%d}/{b:%Y-%m-%d}", "{a:%G}-W{a:%V}",
    "{a:%b} {a.day}-{b.day}, {b.year}", "Week {a:%V} {a.year}",
]  # fmt: skip


def _ranges_in_one_cell(chance: random.Random) -> Case:
    draft = drawing.metrics(chance)
    form = chance.choice(RANGES)
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        first = row["date"].replace(day=1 + row["date"].day % 20)
        row["date"] = form.format(a=first, b=first + timedelta(days=6))
        truth.fate = "refuse"
    draft.sure = False
    return draft.finish()


def moments_in_utc(chance: random.Random) -> Case:
    """K28: a moment in UTC is the day of the client's owner."""
    draft = (drawing.invoices if chance.random() < 0.7 else drawing.metrics)(chance, text_days=True, total=False)
    form = chance.choice(["z", "offset", "title", "title minutes"])
    names = ("issued_on", "due_on") if draft.kind == "invoices" else ("date",)
    for name in names:
        if form.startswith("title"):
            draft.table.titles[name] = draft.table.titles[name].removesuffix(" (UTC)") + " (UTC)"
    for truth, row in zip(draft.truths, draft.table.rows, strict=True):
        for name in names:
            clock = timedelta(minutes=chance.randrange(1, 1440))
            at = datetime.combine(row[name], datetime.min.time(), UTC) + clock
            truth.values[name] = at.astimezone(draft.office.zone).date()
            match form:
                case "z":
                    row[name] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
                case "offset":
                    there = at.astimezone(ZoneInfo(chance.choice(["Europe/Madrid", "America/New_York", "Asia/Tokyo"])))
                    row[name] = there.isoformat()
                case "title":
                    row[name] = f"{at:%Y-%m-%d %H:%M:%S}"
                case _:
                    row[name] = f"{at:%Y-%m-%d %H:%M}"
        if draft.kind == "invoices" and truth.values["due_on"] < truth.values["issued_on"]:
            truth.fate = "either"
    return _without_repeats(draft).finish()


def _without_repeats(draft: Draft) -> Draft:
    """Put together what has become two hours of one day."""
    merged: dict[tuple[Any, ...], Truth] = {}
    for truth in draft.truths:
        first = merged.setdefault(tuple(truth.values.get(name) for name in KEYS[draft.kind]), truth)
        if first is not truth:
            first.rows += truth.rows
            for name in ("spend", "clicks", "leads"):
                first.values[name] += truth.values[name]
    draft.truths = list(merged.values())
    return draft
