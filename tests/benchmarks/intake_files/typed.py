"""K17: sentences typed about clients whose names stand inside each other: the longest whole name, or asked."""

import random
from collections import Counter
from pathlib import Path

from sqlalchemy.orm import Session

from bot.clients.clients import normalize_name
from bot.clients.typed_names import split_leading_name
from bot.importing import importer
from bot.infra.db import reading
from tests.benchmarks.intake_files import drawing, offices
from tests.benchmarks.intake_files.offices import Templates
from tests.intake import NOW

SENTENCES = 20
"""For each list of clients."""
_ENDINGS = ["", " Toys", " & Sons", " <Rockets>", ", Inc.", " GmbH", " 100%", "'s", " so", " called"]
_SAID = ["no answer", "is happy", "called about the invoice", "met them", "so so", "toys arrived", "sent a mail"]
_BETWEEN = [" ", " - ", ": ", ", ", " – "]


def count(sentences: int, templates: Templates, folder: Path) -> Counter[str]:
    """Return how many sentences were understood right, asked about, and put down to the wrong client."""
    counts: Counter[str] = Counter()
    for number in range(sentences // SENTENCES):
        chance = random.Random(f"K17 {number}")
        names = _draw_names(chance)
        path = folder / "clients.txt"
        rows = [f"{at}\t{name}\tann@agency.example" for at, name in enumerate(names)]
        path.write_text("\n".join(["external_id\tname\towner", *rows]), encoding="utf-8")
        office = drawing.Draft(chance, "clients", ["name"]).office
        with templates.open(office) as engine:
            importer.import_file(engine, 1, "clients", path, now=NOW)
            names += [client.name for client in offices.AGENCIES[office.number]]
            with reading(engine) as session:
                counts.update(_understand(session, names, chance) for _ in range(SENTENCES))
    return counts


def _draw_names(chance: random.Random) -> list[str]:
    bases = ["Acme", "Bolt", "So Fresh", "Łódź Café", "Ромашка", "Müller", "Fine"]
    return list({f"{base}{chance.choice(_ENDINGS)}" for base in bases for _ in range(3)})


def _understand(session: Session, names: list[str], chance: random.Random) -> str:
    name, said = chance.choice(names), chance.choice(_SAID)
    written = chance.choice([name, name.lower(), name.upper()])
    inside = chance.random() < 0.2
    text = f"{said} {written}" if inside else f"{written}{chance.choice(_BETWEEN)}{said}"
    found = split_leading_name(session, 1, text)
    if not found.is_whole:
        return "right" if inside else "asked"
    got = found.clients[0].name
    begins = [each for each in names if normalize_name(text).startswith(normalize_name(each))]
    return "right" if got == max(begins, key=len, default=None) else "wrong"
