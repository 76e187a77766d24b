"""A big agency, the same each time: clients with contacts, invoices, targets and daily values.

Written by the raw driver (COPY on Postgres), since making it is not what is measured. It is judged for the first time
in the middle of a month, so that every breach is new and every priority is written. Most clients are near their
targets and were in touch lately; of a hundred, some 25 have not been spoken to for the two weeks of the default limit,
25 have a contract that ends within three months, 20 an invoice five days late, and 25 spend a tenth too much or too
little. All columns of a day are filled; one client in ten has its days from two sources, or one day missing. `Fed` says
how much there is: with `remarks`, every signal has something to judge by.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine

from bot.infra import migrate

NOW = datetime(2026, 11, 18, 0, 5, tzinfo=UTC)
"""Just after midnight: a full sweep is what the turn of a day brings."""
TODAY = NOW.date()
CLIENTS_OF_A_MEMBER = 40


@dataclass(frozen=True, slots=True)
class Fed:
    """How much is known of each client: so many days of daily values, and remarks and work, or none."""

    days: int = 35
    remarks: bool = False


_TABLES = {
    "workspaces": "id name currency country policy benchmarks created_at",
    "members": "id workspace_id email name slack_admin account_type tz locale workdays digest_time quiet_days",
    "clients": "id workspace_id external_id name search_name owner_id status monthly_fee currency billing started_on "
    "renews_on complexity reporting created_at contact_no next_check_at priority",
    "touchpoints": "workspace_id client_id occurred_at channel direction outcome source contact_no created_at",
    "invoices": "workspace_id client_id number issued_on due_on amount paid_amount paid_on currency status",
    "targets": "client_id month metric workspace_id target",
    "daily_metrics": "client_id on source workspace_id spend impressions clicks sessions leads qualified_leads "
    "conversions revenue currency",
    "observations": "workspace_id client_id kind occurred_on value label resolved_on external_id created_at",
    "deadlines": "workspace_id client_id title internal_due_on promised_on done_on",
    "roadmap": "workspace_id client_id title planned_on kind done_on",
    "effort": "workspace_id client_id month hours hours_budget hourly_cost tools_cost",
}


def now() -> datetime:
    """Tell the time, which stands still."""
    return NOW


def fill(engine: Engine, clients: int, fed: Fed) -> None:
    """Make the tables, and an agency with so many clients in them."""
    migrate.upgrade(engine)
    _write(engine, "workspaces", [(1, "Big", "EUR", "ES", "{}", "{}", NOW)])
    _write(engine, "members", (_member(number) for number in range(1, clients // CLIENTS_OF_A_MEMBER + 2)))
    makers: dict[str, _Maker] = {**_MAKERS, "daily_metrics": partial(_daily_metrics, fed.days)}
    if fed.remarks:
        makers |= _REMARKS
    for low in range(1, clients + 1, 5000):
        numbers = range(low, min(low + 5000, clients + 1))
        for table, make in makers.items():
            _write(engine, table, (row for n in numbers for row in make(n, random.Random(f"{table}{n}"))))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _member(number: int) -> tuple[Any, ...]:
    email = f"member{number}@agency.test"
    return (number, 1, email, f"Member {number}", False, "member", "UTC", "en", "12345", "09:00:00.000000", "nothing")


def _client(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    name = f"Client {number}"
    fee, started = r.choice([50_000, 120_000, 250_000, 700_000]), TODAY - timedelta(days=r.randint(20, 1500))
    renews = TODAY + timedelta(days=r.randint(5, 360))
    row = (
        number,
        1,
        name,
        name,
        name.lower(),
        number // CLIENTS_OF_A_MEMBER + 1,
        "active",
        fee,
        "EUR",
        "retainer",
        started,
        renews,
    )
    yield (*row, "simple", "month", NOW, 0, NOW, 0.0)


def _touchpoints(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    ages = (r.choice([1, 2, 3, 4, 5, 6, 9, 14]), r.randint(15, 25), r.randint(26, 40))
    for age in ages:
        at = NOW - timedelta(days=age, hours=r.randint(7, 14))
        yield (1, number, at, "call", "out", "reached", "import", 0, at)


def _invoices(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    for month in range(3):
        issued = TODAY - timedelta(days=25 + 30 * month)
        due, open_ = issued + timedelta(days=20), month == 0 and r.random() < 0.2
        paid_on = None if open_ else due - timedelta(days=r.randint(0, 4))
        status = "open" if open_ else "paid"
        yield (1, number, f"{month}", issued, due, 120_000, 0 if open_ else 120_000, paid_on, "EUR", status)


def _targets(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    month, near = TODAY.replace(day=1), r.random() < 0.8
    yield (number, month, "spend", 1, r.choice([285_000, 295_000, 305_000] if near else [265_000, 330_000]))
    yield (number, month, "leads", 1, r.choice([240, 280] if near else [290, 330]))


def _daily_metrics(days: int, number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    sources = ("google", "meta") if number % 20 == 0 else ("google",)
    gap = r.randrange(35) if number % 20 == 10 else None
    for age in range(days, 0, -1):
        if age == gap:
            continue
        on = TODAY - timedelta(days=age)
        share = (0.6 if on.weekday() > 4 else 1.15) / len(sources)
        for source in sources:
            spend, clicks = int(share * r.randint(8_000, 12_000)), int(share * r.randint(80, 120))
            leads = int(share * r.randint(8, 12))
            row = (number, on, source, 1, spend, clicks * 40, clicks, clicks * 2, leads, leads // 2, leads * 0.25)
            yield (*row, leads * 5_000, "EUR")


def _observations(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    kinds: list[tuple[str, int, float | None, str | None]] = [
        ("mood", r.randint(1, 40), None, r.choice(["pleased", "pleased", "neutral", "neutral", "uneasy"])),
        ("survey", r.randint(20, 60), r.randint(6, 10), None),
        ("survey", r.randint(61, 150), r.randint(7, 10), None),
        ("report", r.randint(5, 25), None, None),
        ("recap_call", r.randint(5, 15), None, None),
        ("recap_mail", r.randint(5, 15), None, None),
        ("resource_card", r.randint(3, 30), r.randint(5, 10), None),
        *(("usage", 7 * week, r.randint(80, 120), None) for week in range(1, 5)),
        (r.choice(["complaint", "praise", "referral"]), r.randint(10, 100), None, None),
    ]
    for n, (kind, age, value, label) in enumerate(kinds):
        on = TODAY - timedelta(days=age)
        yield (1, number, kind, on, value, label, on + timedelta(days=2) if r.random() < 0.9 else None, f"{n}", NOW)


def _deadlines(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    for title, days in (("Landing page", -12), ("Report", r.randint(-1, 20))):
        due = TODAY + timedelta(days=days)
        yield (1, number, title, due, due + timedelta(days=2), due if days < -5 else None)


def _roadmap(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    yield (1, number, "Check-in", TODAY + timedelta(days=r.randint(-3, 40)), "check_in", None)


def _effort(number: int, r: random.Random) -> Iterator[tuple[Any, ...]]:
    for month in (TODAY.replace(month=9, day=1), TODAY.replace(month=10, day=1)):
        yield (1, number, month, r.randint(5, 22), 20, 4_000, 5_000)


_Maker = Callable[[int, random.Random], Iterator[tuple[Any, ...]]]
_MAKERS: dict[str, _Maker] = {
    "clients": _client,
    "touchpoints": _touchpoints,
    "invoices": _invoices,
    "targets": _targets,
}
_REMARKS: dict[str, _Maker] = {
    "observations": _observations,
    "deadlines": _deadlines,
    "roadmap": _roadmap,
    "effort": _effort,
}


def _write(engine: Engine, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = _TABLES[table].split()
    names = ", ".join(f'"{name}"' for name in columns)
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            marks = ", ".join("?" * len(columns))
            driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", map(_for_sqlite, rows))
        else:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def _for_sqlite(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([_text(value) if isinstance(value, date) else value for value in row])


def _text(value: date) -> str:
    """Give a date or moment as SQLAlchemy keeps it in SQLite."""
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value.isoformat()
