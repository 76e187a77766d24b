"""People at the clients: what is known of one, by e-mail address, and how it is erased.

Never here: people who work with clients (`bot.people`), or imported rows as such (`bot.importing.mapping`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, Contact, ImportChange, ImportRun, Touchpoint
from bot.people import audit
from bot.people.audit import Via

_SHOWN = ("name", "role", "email", "phone", "decision_maker", "external_id")


def collect(session: Session, workspace_id: int, email: str) -> list[dict[str, Any]]:
    """Return what is known of the people at clients who have an e-mail address, as plain data: each with its client."""
    found = []
    for contact in _find(session, workspace_id, email):
        client = session.get_one(Client, contact.client_id)
        met = select(Touchpoint.occurred_at, Touchpoint.channel, Touchpoint.summary).where(*_with(contact))
        found.append(
            {name: getattr(contact, name) for name in _SHOWN}
            | {
                "client": client.external_id,
                "touchpoints": [row._asdict() for row in session.execute(met.order_by(Touchpoint.occurred_at))],
            }
        )
    return found


def forget(session: Session, workspace_id: int, email: str, now: datetime, *, via: Via) -> int:
    """Delete the people at clients who have an e-mail address, and their names beside contacts; return how many.

    What was written about a contact stays, as it is the agency's.
    """
    contacts = _find(session, workspace_id, email)
    for contact in contacts:
        session.execute(
            update(Touchpoint).where(*_with(contact)).values(person=None).execution_options(synchronize_session=False)
        )
        _redact_images(session, contact)
        audit.record(session, workspace_id, "contact.forgotten", now=now, by=None, via=via, client_id=contact.client_id)
        session.execute(delete(Contact).where(Contact.id == contact.id))
    if contacts:
        _redact_refusals(session, workspace_id, email)
    session.flush()
    return len(contacts)


def _find(session: Session, workspace_id: int, email: str) -> Sequence[Contact]:
    statement = select(Contact).where(Contact.workspace_id == workspace_id, Contact.email == email.strip().lower())
    return session.scalars(statement.order_by(Contact.client_id, Contact.id)).all()


def _with(contact: Contact) -> tuple[Any, ...]:
    """The condition of the client's contacts with that person."""
    return Touchpoint.client_id == contact.client_id, Touchpoint.person == contact.name


def _redact_images(session: Session, contact: Contact) -> None:
    """Take a person out of the rows that are kept as they were before an import."""
    statement = (
        select(ImportChange, ImportRun.kind)
        .join(ImportRun, ImportRun.id == ImportChange.run_id)
        .where(ImportChange.client_id == contact.client_id, ImportRun.kind.in_(("contacts", "touchpoints")))
    )
    for change, kind in session.execute(statement).all():
        image = orjson.loads(change.before)
        if kind == "contacts" and image["id"] == contact.id:
            session.delete(change)
        elif kind == "touchpoints" and image.get("person") == contact.name:
            change.before = orjson.dumps({**image, "person": None}).decode()


def _redact_refusals(session: Session, workspace_id: int, email: str) -> None:
    for run in session.scalars(select(ImportRun).where(ImportRun.workspace_id == workspace_id)):
        kept = [refusal for refusal in run.refusals if email.strip().lower() not in str(refusal).lower()]
        if kept != run.refusals:
            run.refusals = kept
