"""Buttons and selects: what each click does. The action id ``noun.verb`` is handled by ``noun_verb``.

A click is one transaction: record the delivery, so that a repeated one does nothing; log, unless somebody else was
first; assess the client again. The answer is then drawn from the database. Never here: forms (`modals`).
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.clients import clients, snoozes, touchpoints
from bot.infra import idempotency
from bot.infra.models import Client
from bot.judging import assessments
from bot.people import access
from bot.views import ids, modals, texts
from bot.views.client import client_card
from handlers import redraw, screens
from handlers.context import Click
from scoring.dates import local_day, start_of_day

NEVER_SEEN = -1
"""The contact number for a button without one, so that it logs nothing."""
ASSUMED_CHANNEL = "call"
"""What the details form suggests for a contact that one click logged, without saying how."""
SNOOZE_DAYS = {"1d": 1, "3d": 3, "1w": 7}


def nudge_contacted(click: Click) -> None:
    """Log a contact, once."""
    _log(click, "reached")


def nudge_no_answer(click: Click) -> None:
    """Log an attempt, once."""
    _log(click, "attempt")


def _log(click: Click, outcome: str) -> None:
    now, workspace_id = click.services.now(), click.actor.workspace_id
    with click.services.transaction() as session:
        _require_client(session, click)
        shown = redraw.list_shown_ids(session, click.actor, click.place)
        if idempotency.record_once(session, workspace_id, click.event_key, now):
            logged = touchpoints.log(
                session,
                workspace_id,
                click.client_id,
                click.actor.member_id,
                seen=click.payload.get("contact_no", NEVER_SEEN),
                outcome=outcome,
                occurred_at=now,
                source="nudge",
                now=now,
            )
            if logged.done and logged.touchpoint:
                assessments.reassess(session, workspace_id, [click.client_id], now, touchpoint_id=logged.touchpoint.id)
    return redraw.redraw(click, shown)


def _require_client(session: Session, click: Click) -> Client:
    return clients.require(session, click.actor.workspace_id, click.client_id)


def nudge_undo(click: Click) -> None:
    """Undo a contact or a snooze, for the person who logged it, the client's owner or a lead."""
    if "snooze" in click.payload:
        return _undo_snooze(click)
    now, workspace_id = click.services.now(), click.actor.workspace_id
    with click.services.transaction() as session:
        client = _require_client(session, click)
        logged = touchpoints.get(session, workspace_id, click.payload.get("touchpoint", 0))
        if logged is None or logged.client_id != client.id:
            raise clients.ClientGoneError
        access.require(access.may_undo(click.actor, logged.member_id, client.owner_id), "not_yours")
        shown = redraw.list_shown_ids(session, click.actor, click.place)
        if touchpoints.undo(session, workspace_id, logged.id, now, by=click.actor.member_id):
            assessments.reassess(session, workspace_id, [client.id], now, touchpoint_id=logged.id)
    return redraw.redraw(click, shown)


def _undo_snooze(click: Click) -> None:
    workspace_id = click.actor.workspace_id
    with click.services.transaction() as session:
        client = _require_client(session, click)
        snooze = snoozes.get(session, workspace_id, click.payload["snooze"])
        if snooze is None or snooze.client_id != client.id:
            raise clients.ClientGoneError
        access.require(access.may_undo(click.actor, snooze.member_id, client.owner_id), "not_yours")
        shown = redraw.list_shown_ids(session, click.actor, click.place)
        snoozes.undo(session, workspace_id, snooze.id, click.services.now(), by=click.actor.member_id)
    return redraw.redraw(click, shown)


def nudge_details(click: Click) -> None:
    """Open the form with a contact that was just logged."""
    with click.services.reading() as session:
        client = _require_client(session, click)
        logged = touchpoints.get(session, click.actor.workspace_id, click.payload.get("touchpoint", 0))
    if logged is None or logged.client_id != client.id or logged.undone_at is not None:
        return click.answer(texts.too_old(click.t))
    access.require(access.may_undo(click.actor, logged.member_id, client.owner_id), "not_yours")
    form = modals.touchpoint_form(
        click.t,
        today=local_day(click.services.now(), click.actor.zone),
        metadata=click.place.pack(client=client.id, touchpoint=logged.id),
        client_name=client.name,
        channel=ASSUMED_CHANNEL if logged.source == "nudge" and logged.channel == "other" else logged.channel,
        direction=logged.direction,
        outcome=logged.outcome,
        mood=logged.mood,
        occurred_on=local_day(logged.occurred_at, click.actor.zone),
        summary=logged.summary or "",
        logged=True,
    )
    return click.open(form)


def nudge_snooze(click: Click) -> None:
    """Snooze a client for some days, or ask for the last day."""
    if click.chosen not in SNOOZE_DAYS:
        return _ask_until(click)
    now, workspace_id = click.services.now(), click.actor.workspace_id
    back_on = local_day(now, click.actor.zone) + timedelta(days=SNOOZE_DAYS[click.chosen])
    with click.services.transaction() as session:
        client = _require_client(session, click)
        shown = redraw.list_shown_ids(session, click.actor, click.place)
        if idempotency.record_once(session, workspace_id, click.event_key, now):
            snoozes.snooze(
                session,
                workspace_id,
                client.id,
                click.actor.member_id,
                colour=client.colour or "green",
                until_at=start_of_day(back_on, click.actor.zone),
                now=now,
            )
    return redraw.redraw(click, shown)


def _ask_until(click: Click) -> None:
    with click.services.reading() as session:
        client = _require_client(session, click)
    tomorrow = local_day(click.services.now(), click.actor.zone) + timedelta(days=1)
    metadata = click.place.pack(client=client.id)
    return click.open(modals.snooze_form(client.name, click.t, until=tomorrow, metadata=metadata))


def nudge_why(click: Click) -> None:
    """Show this person why a client is in its place."""
    with click.services.reading() as session:
        card = screens.why_card(session, click.actor, click.client_id, click.services.now())
    return click.open(modals.why_view(card, click.t))


def client_open(click: Click) -> None:
    """Show this person a client's card."""
    with click.services.reading() as session:
        card = screens.card(session, click.actor, click.client_id, click.services.now())
    if click.place.respond is None:
        return click.open(modals.client_view(card, click.t))
    return click.answer(client_card(card, click.t))


def client_silence(click: Click) -> None:
    """Ask until when silence is expected from a client."""
    with click.services.reading() as session:
        client = _require_client(session, click)
    today = local_day(click.services.now(), click.actor.zone)
    until = client.silent_until if client.silent_until and client.silent_until >= today else None
    metadata = click.place.pack(client=client.id)
    return click.open(modals.silence_form(client.name, click.t, until=until, metadata=metadata))


def list_more(click: Click) -> None:
    """Replace a list by its next page; from a digest, show the list below it."""
    _turn(click)


def list_back(click: Click) -> None:
    """Replace a list by the page before."""
    _turn(click)


def _turn(click: Click) -> None:
    with click.services.reading() as session:
        body = screens.client_list(session, click.actor, click.place.page, click.t, click.services.now())
    click.answer(body, replace=click.place.surface == ids.LIST)
