"""What a colleague reads of others' clients tells no more of a fee than the word beside it.

The attack: on 20 random agencies a member who may see no client's money reads every list, card and Why, turns each
number, place and line into a feature, learns from half of the agencies (as if their fees were known) how each feature
goes with the fee, and ranks the fees of the other half. Measured inside one word's group: between the groups the words
themselves tell.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra import db
from bot.infra.i18n import translator
from bot.infra.models import Client, DailyMetric, Effort, Invoice, Target, Touchpoint, Workspace
from bot.judging import assessments, benchmarks
from bot.people.access import Actor
from bot.views import modals
from bot.views.client import client_card
from bot.views.data import Page
from handlers import screens
from tests import agency
from tests.conftest import NOW

AGENCIES, OWNERS, CLIENTS = 20, 3, 24
TODAY = NOW.date()
MONTH = TODAY.replace(day=1)
EN = translator("en")
DAY = timedelta(days=1)
BAR = 0.2
"""The rank correlation that counts as knowing nothing."""
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SIZES = {"big": "big account", "typical": "typical account", "small": "small account"}


@pytest.fixture
def database_kind() -> str:
    """One database is enough: what is read does not depend on it."""
    return "sqlite"


@dataclass
class Seen:
    """A client as somebody reads it: its fee, the word for it, and what was read as numbers by feature."""

    fee: float
    size: str | None
    features: dict[str, float]


def _found(engine: Engine, number: int) -> tuple[int, Mapping[str, int]]:
    """Found a random agency; return its id and those of its lead and of Mallory, who has no client."""
    chance = random.Random(number)  # a world to test in
    with db.transaction(engine) as session:
        house = Workspace(team_id=f"T{number}", name="Agency", currency="EUR", created_at=NOW, connected_at=NOW)
        session.add(house)
        session.flush()
        people = {
            name: agency.member(session, house.id, slack_user_id=f"U{name}", name=name, refreshed_at=NOW, role=role).id
            for name, role in (("Lead", "lead"), ("Mallory", "am"), *((f"Owner{each}", "am") for each in range(OWNERS)))
        }
        for _ in range(CLIENTS):
            _add_client(session, house.id, people[f"Owner{chance.randrange(OWNERS)}"], chance)
        session.flush()
        benchmarks.refresh(session, house.id, NOW)
        client_ids = session.scalars(select(Client.id).where(Client.workspace_id == house.id)).all()
        assessments.reassess(session, house.id, client_ids, NOW)
        return house.id, people


def _add_client(session: Session, workspace_id: int, owner_id: int, chance: random.Random) -> None:
    """Add a client whose money follows its fee and whose other facts do not."""
    fee = round(200_000 * exp(chance.gauss(0, 0.9)))
    client = agency.client(
        session,
        workspace_id,
        f"Client {chance.getrandbits(40):x}",
        owner_id=owner_id,
        now=NOW,
        monthly_fee=fee,
        billing=chance.choice(["retainer"] * 5 + ["project"]),
        started_on=TODAY - chance.randrange(30, 1500) * DAY,
        renews_on=TODAY + chance.randrange(-20, 700) * DAY,
    )
    key = {"workspace_id": workspace_id, "client_id": client.id}
    contacted_at = NOW - timedelta(days=chance.randrange(25))
    session.add(Touchpoint(**key, member_id=owner_id, occurred_at=contacted_at, source="form", created_at=NOW))
    _bill(session, key, fee, chance)
    budget = round(fee / 100 / 100 * chance.uniform(0.85, 1.15))
    hours = budget * chance.uniform(0.8, 1.5)
    cost = {"hours_budget": budget, "hours": hours, "hourly_cost": 6_000}
    session.add(Effort(**key, month=(MONTH - DAY).replace(day=1), **cost))
    spend, leads = round(fee * chance.uniform(1, 6)), chance.randrange(40, 200)
    for metric, target in (("spend", spend), ("leads", leads)):
        session.add(Target(**key, month=MONTH, metric=metric, target=target))
    pace, yields = chance.uniform(0.7, 1.3), chance.uniform(0.4, 1.2)
    rows = [
        {
            **key,
            "on": TODAY - age * DAY,
            "source": "",
            "currency": "EUR",
            "spend": round(spend / 30 * pace * chance.uniform(0.8, 1.2)),
            "leads": round(leads / 30 * yields * chance.uniform(0.8, 1.2)),
        }
        for age in range(1, 45)
    ]
    session.execute(insert(DailyMetric), rows)


def _bill(session: Session, key: Mapping[str, int], fee: int, chance: random.Random) -> None:
    late, falling = chance.random() < 0.4, chance.choice([1.0, 1.0, 0.7])
    for age in range(7):
        issued_on = TODAY - (age * 30 + 25) * DAY
        is_open = late and age == 0
        amount = round(fee * (chance.uniform(0.5, 3) if is_open else falling if age < 3 else 1))
        due_on = issued_on + (0 if is_open else 14) * DAY
        paid = {} if is_open else {"status": "paid", "paid_on": due_on, "paid_amount": amount}
        number = f"{chance.getrandbits(24):x}"
        session.add(
            Invoice(**key, number=number, issued_on=issued_on, due_on=due_on, amount=amount, currency="EUR", **paid)
        )


def _read_all(engine: Engine, workspace_id: int, member_id: int) -> list[Seen]:
    """Read everything that a person may read of the agency's clients."""
    with db.reading(engine) as session:
        reader = agency.actor(session, workspace_id, member_id, NOW)
        rows = session.scalars(select(Client).where(Client.workspace_id == workspace_id)).all()
        read = {client.id: dict[str, float]() for client in rows}
        size: dict[int, str | None] = {}
        for client in rows:
            said = _said(modals.why_view(screens.why_card(session, reader, client.id, NOW), EN))
            card = _said(client_card(screens.card(session, reader, client.id, NOW), EN))
            size[client.id] = next((key for key, words in SIZES.items() if any(words in line for line in said)), None)
            for surface, lines in (("why", said), ("card", card)):
                read[client.id].update(_numbers(surface, (line.replace(client.name, "") for line in lines)))
            _add_worth(read[client.id], client.renews_on)
        for name, order in _orders(session, reader, {client.owner_id for client in rows}):
            for place, client_id in enumerate(order):
                read[client_id][name] = place / len(order)
        return [Seen(client.monthly_fee or 0, size[client.id], read[client.id]) for client in rows]


def _said(body: Any) -> list[str]:
    """The lines that a person reads, with the invoice numbers left out: they are random."""
    texts = re.findall(r'"text": "((?:[^"\\]|\\.)*)"', json.dumps(body, ensure_ascii=False))
    return [re.sub(r"\((?:invoice )?[0-9a-f]+\)", "", text) for text in texts]


def _numbers(surface: str, lines: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Each line that was said, and each number in it, by its place in the line."""
    for line in lines:
        skeleton = NUMBER.sub("#", line)
        yield f"{surface}: {skeleton}", 1.0
        for index, number in enumerate(NUMBER.findall(line)):
            yield f"{surface}: {skeleton} {index}", float(number.replace(",", ""))


def _add_worth(features: dict[str, float], renews_on: date | None) -> None:
    """The formula itself, where its factor is shown: fee ~ 2^(2 · (factor − 1)) ÷ months of the contract and beyond."""
    factor = features.get("why: × # account size: bigger than typical 0") or features.get(
        "why: × # account size: smaller than typical 0"
    )
    months = max(0, (renews_on - TODAY).days / 30.4) if renews_on else 0
    features["months left"] = months
    if factor:
        features["formula"] = 2 ** (2 * (factor - 1)) / (months + 18)


def _orders(session: Session, reader: Actor, owners: set[int | None]) -> Iterator[tuple[str, list[int]]]:
    """The order of each list and of the suggestions."""
    for page in (Page("team"), *(Page("member", owner) for owner in owners)):
        order: list[int] = []
        while listed := screens.listed_ids(session, reader, Page(page.scope, page.member_id, len(order))):
            order += listed
        yield page.scope, order
    yield "suggestions", [client.id for client in clients.search(session, reader.workspace_id, "client", 100)]


def _ranked(values: list[float]) -> list[float]:
    """Ranks from −1 to 1, the mean of those of equal values."""
    order = sorted(values)
    count = len(values)
    ranks = {value: (order.index(value) + count - 1 - order[::-1].index(value)) / 2 for value in set(values)}
    return [2 * ranks[value] / (count - 1) - 1 if count > 1 else 0.0 for value in values]


@dataclass
class Ranked:
    """A client of one word's group: the rank of its fee in it, and of each feature."""

    fee: float
    features: dict[str, float]


def _groups(seen: list[Seen]) -> Iterator[list[Ranked]]:
    """One agency's clients by word, all as ranks within the group; a feature that a client lacks is 0."""
    by_word = defaultdict(list)
    for client in seen:
        by_word[client.size].append(client)
    for group in by_word.values():
        ranked = [Ranked(fee, {}) for fee in _ranked([client.fee for client in group])]
        for name in {name for client in group for name in client.features}:
            having = [index for index, client in enumerate(group) if name in client.features]
            ranks = _ranked([group[index].features[name] for index in having])
            for index, rank in zip(having, ranks, strict=True):
                is_line = all(group[other].features[name] == 1.0 for other in having)
                ranked[index].features[name] = 1.0 if is_line else rank
        yield ranked


def _correlation(pairs: list[tuple[float, float]]) -> float:
    """Pearson's correlation, of ranks: Spearman's."""
    count = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / count, sum(y for _, y in pairs) / count
    over = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    spread = sum((x - mean_x) ** 2 for x, _ in pairs) * sum((y - mean_y) ** 2 for _, y in pairs)
    return over / spread**0.5 if spread else 0.0


def _learn(groups: list[list[Ranked]]) -> dict[str, float]:
    """Learn how far each feature goes with the fee; what chance explains counts for nothing."""
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    names = {name for group in groups for client in group for name in client.features}
    for group in groups:
        for client in group:
            for name in names:
                pairs[name].append((client.features.get(name, 0.0), client.fee))
    learnt = {name: _correlation(found) for name, found in pairs.items()}
    chance = 2 / sum(map(len, groups)) ** 0.5
    return {name: weight for name, weight in learnt.items() if abs(weight) > chance}


def attack(agencies: list[list[Seen]]) -> float:
    """Return the rank correlation of guessed and true fees inside the words' groups, learnt from the other half."""
    halves = [[group for seen in agencies[half::2] for group in _groups(seen) if len(group) > 3] for half in (0, 1)]
    pairs: list[tuple[float, float]] = []
    for known, unknown in (halves, halves[::-1]):
        weights = _learn(known)
        for group in unknown:
            guesses = [
                sum(w * abs(w) * client.features.get(name, 0.0) for name, w in weights.items()) for client in group
            ]
            pairs += zip(_ranked(guesses), (client.fee for client in group), strict=True)
    return _correlation(pairs)


def test_a_colleague_can_work_out_no_fee_beyond_its_word_and_the_same_attack_reads_a_leads_numbers(
    engine: Engine,
) -> None:
    founded = [_found(engine, number) for number in range(AGENCIES)]
    read = [_read_all(engine, workspace_id, people["Mallory"]) for workspace_id, people in founded]
    assert {client.size for seen in read for client in seen} == set(SIZES)
    assert not any("€" in name for seen in read for client in seen for name in client.features)
    assert abs(attack(read)) <= BAR

    some = founded[:6]  # the attack is one: where numbers are shown it finds the fees
    leads = [_read_all(engine, workspace_id, people["Lead"]) for workspace_id, people in some]
    for seen, others in zip(leads, read, strict=False):
        for client, other in zip(seen, others, strict=True):
            client.size = other.size
            client.features = {name: value for name, value in client.features.items() if "a month" not in name}
    assert attack(leads) >= 0.5
