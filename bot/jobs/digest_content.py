"""The content of a member's digest: composed from stored assessments, and redrawn after a click.

Never here: when a digest is due (`bot.people.digest_schedule`), or how it is sent once (`digest`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.db import key_in
from bot.infra.i18n import translator
from bot.infra.models import Client, Member, OutboxMessage, Workspace
from bot.judging import clusters, policies
from bot.judging.signal_json import pack, unpack
from bot.messaging import absence_summary
from bot.people import access, holidays, members
from bot.people.access import Actor
from bot.people.digest_schedule import DigestSchedule, schedule_of
from bot.reporting import client_cards, due_work, interventions, portfolio_stats, unowned
from bot.views.data import Card, Intervention, MissedActivity, Morning, Person, UnownedClient
from bot.views.digest import morning_digest
from bot.views.team_data import Cluster
from scoring.dates import local_day, next_workday
from scoring.policy import Policy
from scoring.vocabulary import FULLY_WATCHED

_LISTS = ("attention", "soon", "snoozed", "to_do")
"""The lists of cards in a digest's stored data."""


def compose(session: Session, workspace_id: int, member_id: int, now: datetime) -> Morning:
    """Compose a member's digest as of now, from the stored assessments.

    Raises:
        LookupError: when the workspace has no such member.
    """
    reader = reader_of(session, workspace_id, member_id, now)
    return compose_for(session, reader, session.get_one(Member, member_id), now)[0]


def compose_for(session: Session, reader: Actor, member: Member, now: datetime) -> tuple[Morning, Sequence[Card]]:
    """Compose a member's digest as `reader` may see it; return it with all the cards that it was chosen from."""
    own_ids = clients.own_ids(session.connection(), reader)
    shown = client_cards.load(session, reader.workspace_id, own_ids, reader, now)
    today = local_day(now, reader.zone)
    schedule = member_schedule(session, member)
    next_day = _next_workday(schedule, today)
    snoozed = [card for card in shown if card.snoozed_until is not None and _is_in_breach(card)]
    awake = [card for card in shown if card not in snoozed]
    attention = [card for card in awake if card.needs_somebody]
    others = [card for card in awake if not card.needs_somebody]
    soon = [card for card in others if _crosses_by(card, next_day)]
    calm = [card for card in others if not _crosses_by(card, next_day) and _is_watched(card)]
    morning = Morning(
        on=today,
        reader=reader.person,
        attention=tuple(attention),
        soon=tuple(soon),
        snoozed=tuple(snoozed),
        well=tuple(card.name for card in calm if _has_data(card)),
        to_do=tuple(card for card in awake if card.to_dos),
        average_days_since_contact=portfolio_stats.average_days_since_contact(
            session, reader.workspace_id, [reader.member_id], now
        ),
        next_workday=next_day,
        covering=_covered_owners(shown),
        missed=absence_summary.load(session, member, reader.zone, now, _to_do_places(shown)),
        by_others=interventions.load(session, reader, shown, now),
        guessed_country=_guess_to_tell(session, member),
        unowned=_load_unowned(session, reader),
        clusters=_load_clusters(session, reader, now),
        due=due_work.load(session, reader, schedule, today, attention + soon),
    )
    return morning, shown


def redraw(
    session: Session,
    message: OutboxMessage,
    now: datetime,
    *,
    reader: Actor | None = None,
    only: Collection[int] | None = None,
) -> dict[str, Any]:
    """Redraw a digest: the same clients in the same order, or `only` some, with what was done about them since.

    A client with a contact or attempt logged since is shown as it is now; the others stay as they were composed.

    Raises:
        LookupError: when its reader is no longer a member.
    """
    reader = reader or reader_of(session, message.workspace_id, message.member_id, now)
    return morning_digest(rebuild(session, message, now, reader=reader, only=only), translator(reader.locale))


def rebuild(
    session: Session, message: OutboxMessage, now: datetime, *, reader: Actor, only: Collection[int] | None = None
) -> Morning:
    """Return the content of a digest as `redraw` shows it to `reader`."""
    data = message.data
    lists = {name: data.get(name, ()) for name in _LISTS}
    client_ids = [client_id for client_id in listed_ids(data) if only is None or client_id in only]
    loaded = client_cards.load(session, reader.workspace_id, client_ids, reader, now, logged_since=message.created_at)
    by_id = {card.client_id: card for card in loaded}
    cards = {
        name: tuple(_as_posted(by_id[packed["id"]], packed) for packed in packed_cards if packed["id"] in by_id)
        for name, packed_cards in lists.items()
    }
    schedule = member_schedule(session, session.get_one(Member, reader.member_id))
    on = date.fromisoformat(data["on"])
    return Morning(
        on=on,
        reader=reader.person,
        **cards,
        well=tuple(data["well"]),
        average_days_since_contact=data["average_days_since_contact"],
        next_workday=date.fromisoformat(data["next_workday"]),
        covering=_still_covered(session, reader, [Person(**person) for person in data["covering"]]),
        told_early_on=date.fromisoformat(data["told_early_on"]) if data.get("told_early_on") else None,
        missed=tuple(
            MissedActivity(**{**missed, "by": tuple(Person(**person) for person in missed["by"])})
            for missed in data.get("meanwhile", ())
        ),
        by_others=tuple(
            Intervention(**{**done, "until": date.fromisoformat(done["until"]), "by": Person(**done["by"])})
            for done in data.get("by_others", ())
        ),
        guessed_country=data.get("guessed_country"),
        unowned=_load_unowned(session, reader),
        clusters=tuple(_unpack_cluster(packed) for packed in data.get("clusters", ()) if reader.leads),
        due=due_work.load(session, reader, schedule, on, cards["attention"] + cards["soon"]),
    )


def _guess_to_tell(session: Session, member: Member) -> str | None:
    """Return the country that is only guessed, for a member's first digest; None later, or where one was chosen."""
    agency = session.scalar(select(Workspace.country).where(Workspace.id == member.workspace_id))
    guess = None if member.country or agency else holidays.guess_country(member.tz, member.locale)
    told = select(OutboxMessage.id).where(OutboxMessage.member_id == member.id, OutboxMessage.kind == "digest").limit(1)
    return guess if guess and session.scalar(told) is None else None


def listed_ids(data: Mapping[str, Any]) -> set[int]:
    """Return the ids of the clients that a digest shows, from its stored data; not of those that are well."""
    return {packed["id"] for name in _LISTS for packed in data.get(name, ())}


def _load_unowned(session: Session, reader: Actor) -> tuple[UnownedClient, ...]:
    return unowned.load(session.connection(), reader.workspace_id, reader.attendance) if reader.leads else ()


def _load_clusters(session: Session, reader: Actor, now: datetime) -> tuple[Cluster, ...]:
    if not reader.leads:
        return ()
    policy = _read_policy(session, reader.workspace_id)
    return clusters.load_new(session, reader.workspace_id, reader.member_id, policy, now)


def _unpack_cluster(packed: Mapping[str, Any]) -> Cluster:
    return Cluster(
        person=Person(**packed["person"]) if packed["person"] else None,
        source=packed["source"],
        clients=tuple(packed["clients"]),
        breach_ids=tuple(packed["breach_ids"]),
    )


def pack_morning(morning: Morning) -> dict[str, Any]:
    """Return the plain data that `redraw` needs to draw a digest again."""
    return {
        "on": morning.on,
        "attention": [_pack_card(card) for card in morning.attention],
        "soon": [_pack_card(card) for card in morning.soon],
        "snoozed": [_pack_card(card) for card in morning.snoozed],
        "to_do": [_pack_card(card) for card in morning.to_do],
        "well": morning.well,
        "average_days_since_contact": morning.average_days_since_contact,
        "next_workday": morning.next_workday,
        "covering": [{"name": person.name, "slack_user_id": person.slack_user_id} for person in morning.covering],
        "told_early_on": morning.told_early_on,
        "meanwhile": [asdict(missed) for missed in morning.missed],
        "by_others": [asdict(done) for done in morning.by_others],
        "guessed_country": morning.guessed_country,
        "clusters": [asdict(cluster) for cluster in morning.clusters],
    }


def _pack_card(card: Card) -> dict[str, Any]:
    return {
        "id": card.client_id,
        "colour": card.colour,
        "risk": card.risk,
        "held": card.held_because,
        "signals": [pack(signal) for signal in card.signals],
    }


def _as_posted(card: Card, packed: dict[str, Any]) -> Card:
    """Return a client with nothing logged as it was posted, without amounts that the reader may no longer see."""
    if card.logged is not None:
        return card
    signals, risk = tuple(unpack(signal) for signal in packed["signals"]), packed["risk"]
    if not card.sees_money:
        signals, risk = tuple(client_cards.without_amounts(signal) for signal in signals), card.risk
    return replace(card, colour=packed["colour"], risk=risk, held_because=packed["held"], signals=signals)


def _next_workday(schedule: DigestSchedule, today: date) -> date:
    """Return the next working day; days away count too, because it is about when clients can be reached."""
    if len(schedule.weekend) == 7:
        return today + timedelta(days=1)
    return next_workday(today, schedule.weekend, holidays.public_holidays(schedule.country, today))


def _is_in_breach(card: Card) -> bool:
    return any(signal.state == "breach" for signal in card.signals)


def _crosses_by(card: Card, day: date) -> bool:
    """Whether the client will cross a limit by the end of that day."""
    dues = [signal.evidence.get("due_on") for signal in card.signals if signal.state == "soon"]
    return any(isinstance(due, date) and due <= day for due in dues)


def _is_watched(card: Card) -> bool:
    """Whether the client is assessed, and neither paused nor lost."""
    return card.colour is not None and card.status in FULLY_WATCHED


def _to_do_places(shown: Iterable[Card]) -> frozenset[tuple[int, str]]:
    return frozenset([(card.client_id, signal.key) for card in shown for signal in card.to_dos])


def _covered_owners(shown: Iterable[Card]) -> tuple[Person, ...]:
    return tuple(dict.fromkeys(card.owner for card in shown if card.covering and card.owner))


def _has_data(card: Card) -> bool:
    """Whether the client's data still comes in: without it, nobody can say that all is well."""
    return all(signal.name != "delivery" for signal in card.to_dos)


def _still_covered(session: Session, reader: Actor, people: Sequence[Person]) -> tuple[Person, ...]:
    """Return those of the people whom the reader was covering for of whom they still have a client."""
    if not people:
        return ()
    owners = select(Client.owner_id).where(key_in(Client.id, "client_ids"))
    still = select(Member).where(Member.workspace_id == reader.workspace_id, Member.id.in_(owners))
    values = {"client_ids": clients.own_ids(session.connection(), reader)}
    known = {members.person(member) for member in session.scalars(still, values) if member.id != reader.member_id}
    return tuple(person for person in people if person in known)


def reader_of(session: Session, workspace_id: int, member_id: int | None, now: datetime) -> Actor:
    """Return a member as an actor; LookupError if the workspace has no such member."""
    reader = access.actor(session, workspace_id, member_id, now) if member_id is not None else None
    if reader is None:
        raise LookupError(f"workspace {workspace_id} has no member {member_id}")
    return reader


def member_schedule(session: Session, member: Member) -> DigestSchedule:
    """Return when a member's digests are due, by their own country's holidays or the agency's, and its policy.

    A policy that cannot be read stops no digest: how late one may be is then as by default.
    """
    country = session.scalar(select(Workspace.country).where(Workspace.id == member.workspace_id))
    return schedule_of(member, country, _read_policy(session, member.workspace_id))


def _read_policy(session: Session, workspace_id: int) -> Policy:
    try:
        return policies.load(session, workspace_id)
    except ValueError:
        return Policy()
