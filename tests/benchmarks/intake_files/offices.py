"""Agencies of four clients, into copies of whose databases files are imported. Never here: what is in the files."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, update

from bot.importing import importer
from bot.infra import migrate
from bot.infra.db import connect, transaction
from bot.infra.models import Member, Workspace
from tests.intake import NOW

OWNERS = ("ann@agency.example", "ben@agency.example")
ZONES = (
    "UTC",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Europe/Moscow",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Pacific/Auckland",
)


@dataclass(frozen=True, slots=True)
class Client:
    key: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Office:
    """One agency, and the zone of its people."""

    number: int
    clients: tuple[Client, ...]
    zone: ZoneInfo


AGENCIES: tuple[tuple[Client, ...], ...] = tuple(
    tuple(Client(key, name, currency) for (key, name), currency in zip(rows, ("EUR", "EUR", "PLN", "USD"), strict=True))
    for rows in (
        [("MILL", "Mill Bakery"), ("OAK", "Oak & Sons"), ("WISLA", "Wisła Auto"), ("LAKE", "Lake Motors")],
        [("007", "Total Wine"), ("1e5", "Max Mustermann GmbH"), ("12-11", "Sum Ltd"), ("N1", "NA Studio")],
        [("100", "Bäckerei Süß"), ("101", "Café Año"), ("102", "Łódź Meble"), ("103", "Ромашка")],
        [
            ("A/1", 'The "Old" Inn'),
            ("A/2", "Salt, Pepper & Co."),
            ("A/3", "Razem; Sp. z o.o."),
            ("A/4", "Smith | Jones"),
        ],
        [
            ("x-1", "Summe & Partner"),
            ("x-2", "March 2026 Events"),
            ("x-3", "10 Days Fitness"),
            ("x-4", "None Such Ltd"),
        ],
    )
)


class Templates:
    """The databases of the agencies, before any file but that of their clients."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "copy.db"
        self._engine = connect(f"sqlite:///{self._path}")
        self._made: dict[int, bytes] = {}

    @contextmanager
    def open(self, office: Office) -> Iterator[Engine]:
        """Open a fresh copy of an agency's database."""
        for each in self._folder.glob("copy.db*"):
            each.unlink()
        self._path.write_bytes(self._template(office.number))
        try:
            with transaction(self._engine) as session:
                session.execute(update(Member).values(tz=office.zone.key))
            yield self._engine
        finally:
            self._engine.dispose()  # its compiled statements are kept for the next file

    def _template(self, number: int) -> bytes:
        if number not in self._made:
            path = self._folder / f"agency{number}.db"
            engine = connect(f"sqlite:///{path}")
            migrate.upgrade(engine)
            with transaction(engine) as session:
                session.add(Workspace(id=1, created_at=NOW, currency="EUR"))
            clients = self._folder / "clients.csv"
            rows = [
                f'{each.key}\t"{each.name.replace(chr(34), 2 * chr(34))}"\t{OWNERS[at % 2]}\t{each.currency}\t3000'
                for at, each in enumerate(AGENCIES[number])
            ]
            clients.write_text("\n".join(["external_id\tname\towner\tcurrency\tmonthly_fee", *rows]), encoding="utf-8")
            report = importer.import_file(engine, 1, "clients", clients, now=NOW)
            assert report.added == len(rows), report
            engine.dispose()
            self._made[number] = path.read_bytes()
        return self._made[number]


def draw_office(chance: random.Random) -> Office:
    number = chance.randrange(len(AGENCIES))
    return Office(number, AGENCIES[number], ZoneInfo(chance.choice(ZONES)))
