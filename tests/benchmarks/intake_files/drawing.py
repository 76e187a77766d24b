"""Draws the truth and the plain table of each kind of file, for a kind of fault to be put in.

Never here: the faults.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.benchmarks.encodings import FIRMS, FIRST, LAST
from tests.benchmarks.intake_files import titles, writing
from tests.benchmarks.intake_files.cases import Case, Truth
from tests.benchmarks.intake_files.offices import OWNERS, Client, Office, draw_office
from tests.benchmarks.intake_files.writing import Style, Table

TODAY = date(2026, 11, 27)


class Draft:
    """A file that is being made: its table, and what its rows mean."""

    def __init__(self, chance: random.Random, kind: str, columns: Sequence[str], **style: Any) -> None:
        self.chance, self.kind = chance, kind
        self.office: Office = draw_office(chance)
        self.style: Style = writing.draw_style(chance, **style)
        names = list(columns)
        if chance.random() < 0.5:
            chance.shuffle(names)
        if chance.random() < 0.25:
            names.insert(chance.randrange(len(names) + 1), "other")
        self.table = Table(kind, {name: self.title(name) for name in names}, [])
        self._distinguish()
        self.truths: list[Truth] = []
        self.sure = True
        self.by_name = chance.random() < 0.6

    def title(self, name: str) -> str:
        named = "contact_name" if (self.kind, name) == ("contacts", "name") else name
        return titles.draw_title(named, self.style.language, self.chance)

    def _distinguish(self) -> None:
        """Take our own names where two columns would have the same title."""
        seen: set[str] = set()
        for name, title in self.table.titles.items():
            if title.casefold() in seen:
                self.table.titles[name] = name
            seen.add(self.table.titles[name].casefold())

    def reference(self, client: Client) -> str:
        """Return how the file names a client."""
        return client.name if self.by_name else client.key

    def add(self, cells: dict[str, Any], truth: Truth | None = None) -> Truth:
        """Add a row, which is a record of its own or a part of one."""
        if "other" in self.table.titles and "other" not in cells:
            cells["other"] = self.chance.choice([None, f"X{self.chance.randrange(10**6)}"])
        truth = truth or Truth({})
        truth.rows.append(len(self.table.rows))
        self.table.rows.append(cells)
        if not any(each is truth for each in self.truths):
            self.truths.append(truth)
        return truth

    def finish(self, *, name: str = "") -> Case:
        content, numbers = writing.write(self.table, self.style, self.chance)
        return self.case(content, numbers, name=name)

    def case(self, content: bytes, numbers: Sequence[int], *, name: str = "") -> Case:
        return Case(
            self.table.kind,
            name or ("file.xlsx" if self.style.workbook else "file.csv"),
            content,
            self.truths,
            numbers,
            self.office,
            writing.written_titles(self.table, self.style),
            sure=self.sure and self.days_tell(),
        )

    def days_tell(self) -> bool:
        """Whether the days of the file show whether the day or the month is first."""
        if self.style.days not in {"slash", "dash", "mdy"} or (self.style.workbook and not self.style.text_days):
            return True
        days = [cell for row in self.table.rows for cell in row.values() if isinstance(cell, date)]
        return any(day.day > 12 for day in days) or all(day.day == day.month for day in days)


def money(chance: random.Random, most: int = 9000) -> Decimal:
    amount = chance.choice([chance.randrange(1, most), chance.randrange(1, most * 10)])
    cents = chance.choice([0, 0, chance.randrange(100)])
    return Decimal(amount * 100 + cents) / 100 + Decimal("0.00")


def day(chance: random.Random, first: int = 1, last: int = 100) -> date:
    """Draw a day from so many days before today to so many."""
    return TODAY - timedelta(days=chance.randrange(first, last))


def invoices(chance: random.Random, columns: Sequence[str] = (), rows: int = 0, **style: Any) -> Draft:
    """Draw a file of invoices; `columns` beyond those that are needed."""
    draft = Draft(chance, "invoices", ["client", "number", "issued_on", "due_on", "amount", *columns], **style)
    draft.table.total_of = ("amount",)
    start = chance.randrange(1, 900)
    form = chance.choice(["{}", "A-{}", "2026/{:04}", "{:05}", "RE-{:06}", "FV/{}/11"])
    for number in range(start, start + (rows or chance.randrange(3, 12))):
        client = chance.choice(draft.office.clients)
        issued = day(chance, 1, 90)
        due = issued + timedelta(days=chance.choice([7, 14, 30]))
        amount = money(chance)
        cells = {
            "client": draft.reference(client),
            "number": form.format(number),
            "issued_on": issued,
            "due_on": due,
            "amount": amount,
        }
        values = {**cells, "client": client.key, "currency": client.currency}
        truth = draft.add(cells, Truth(values))
        if "status" in columns:
            meaning = chance.choice(list(titles.INVOICE_WORDS))
            cells["status"] = titles.draw_word(titles.INVOICE_WORDS, meaning, draft.style.language, chance)
            truth.values["status"] = meaning
        if "currency" in columns:
            code = chance.choice([client.currency, client.currency, "GBP", "USD", "CHF"])
            cells["currency"] = truth.values["currency"] = code
    return draft


def metrics(chance: random.Random, columns: Sequence[str] = ("clicks", "leads"), rows: int = 0, **style: Any) -> Draft:
    """Draw a file of metrics, a row a day and client."""
    draft = Draft(chance, "metrics", ["client", "date", "spend", *columns], **style)
    draft.table.total_of = ("spend",)
    seen = set()
    for _ in range(rows or chance.randrange(3, 12)):
        client, on = chance.choice(draft.office.clients), day(chance, 1, 60)
        if (client, on) in seen:
            continue
        seen.add((client, on))
        cells: dict[str, Any] = {"client": draft.reference(client), "date": on, "spend": money(chance, 900)}
        cells |= {name: figure(name, chance) for name in columns}
        values = {**cells, "client": client.key, "source": cells.get("source"), "currency": client.currency}
        draft.add(cells, Truth(values))
    return draft


def figure(name: str, chance: random.Random) -> Any:
    match name:
        case "clicks" | "impressions":
            return chance.randrange(5000)
        case "leads" | "conversions":
            return chance.randrange(40)
        case "source":
            return chance.choice(["google", "meta", "bing"])
        case _:
            return money(chance, 900)


def people(chance: random.Random, language: str) -> str:
    known = language if language in FIRST else "de"
    return f"{chance.choice(FIRST[known].split())} {chance.choice(LAST[known].split())}"


def names(chance: random.Random, language: str) -> Iterator[str]:
    """Draw names of clients, none twice."""
    seen: set[str] = set()
    while True:
        known = language if language in FIRMS else "de"
        name = chance.choice(FIRMS[known]) if chance.random() < 0.4 else people(chance, language)
        if name.casefold() in seen:
            name = f"{name} {len(seen)}"
        seen.add(name.casefold())
        yield name


def clients(chance: random.Random, columns: Sequence[str] = ("monthly_fee",), rows: int = 0, **style: Any) -> Draft:
    """Draw a file of new clients."""
    draft = Draft(chance, "clients", ["external_id", "name", "owner", *columns], **style)
    for number, name in zip(range(rows or chance.randrange(3, 12)), names(chance, draft.style.language), strict=False):
        cells: dict[str, Any] = {"external_id": f"Z{number + 1}", "name": name, "owner": chance.choice(OWNERS)}
        values = dict(cells)
        for column in columns:
            match column:
                case "monthly_fee":
                    cells[column] = values[column] = money(chance, 900)
                case "status":
                    meaning = chance.choice(list(titles.CLIENT_WORDS))
                    cells[column] = titles.draw_word(titles.CLIENT_WORDS, meaning, draft.style.language, chance)
                    values[column] = meaning
                case "started_on":
                    cells[column] = values[column] = day(chance, 100, 3000)
                case "notes":
                    cells[column] = values[column] = chance.choice([None, "vip", "pays late", "ok"])
        draft.add(cells, Truth(values))
    return draft


def touchpoints(chance: random.Random, columns: Sequence[str] = ("channel", "outcome"), **style: Any) -> Draft:
    """Draw a file of touchpoints; the summary tells them apart."""
    draft = Draft(chance, "touchpoints", ["client", "occurred_at", "summary", *columns], **style)
    for number in range(chance.randrange(3, 12)):
        client = chance.choice(draft.office.clients)
        at = datetime.combine(day(chance, 2, 60), datetime.min.time()) + timedelta(minutes=chance.randrange(420, 1200))
        cells: dict[str, Any] = {"client": draft.reference(client), "occurred_at": at, "summary": f"talk {number}"}
        values = {
            **cells,
            "client": client.key,
            "occurred_at": at.replace(tzinfo=draft.office.zone).astimezone(UTC),
        }
        for column, words in (("channel", titles.CHANNELS), ("outcome", titles.OUTCOMES)):
            if column in columns:
                meaning = chance.choice(list(words))
                cells[column] = titles.draw_word(words, meaning, draft.style.language, chance)
                values[column] = meaning
        draft.add(cells, Truth(values))
    return draft


def observations(
    chance: random.Random, columns: Sequence[str] = ("value",), kind: str = "survey", **style: Any
) -> Draft:
    """Draw a file of observations; the note tells them apart."""
    draft = Draft(chance, "observations", ["client", "kind", "occurred_on", "note", *columns], **style)
    for number in range(chance.randrange(3, 12)):
        client = chance.choice(draft.office.clients)
        cells = {
            "client": draft.reference(client),
            "kind": kind,
            "occurred_on": day(chance, 30, 90),
            "note": f"said {number}",
        }
        values = {**cells, "client": client.key}
        if "value" in columns:
            cells["value"] = values["value"] = chance.randrange(11)
        draft.add(cells, Truth(values))
    return draft


def effort(chance: random.Random, columns: Sequence[str] = (), **style: Any) -> Draft:
    """Draw a file of a month's hours by client."""
    draft = Draft(chance, "effort", ["client", "month", "hours", *columns], **style)
    for client in draft.office.clients:
        for number in chance.sample([8, 9, 10, 11], chance.randrange(1, 4)):
            hours = Decimal(chance.randrange(1, 400)) / 4
            cells = {"client": draft.reference(client), "month": f"2026-{number:02}", "hours": hours}
            draft.add(cells, Truth({**cells, "client": client.key}))
    return draft


def targets(chance: random.Random, **style: Any) -> Draft:
    """Draw a file of targets."""
    draft = Draft(chance, "targets", ["client", "month", "metric", "target"], **style)
    for client in draft.office.clients:
        for metric in chance.sample(["leads", "spend", "clicks"], chance.randrange(1, 3)):
            goal = chance.randrange(1, 3000)
            number = chance.randrange(1, 13)
            cells = {"client": draft.reference(client), "month": f"2026-{number:02}", "metric": metric, "target": goal}
            draft.add(cells, Truth({**cells, "client": client.key}))
    return draft


Kind = Callable[[random.Random], Case]
