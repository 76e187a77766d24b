"""Erasure: deletes a client and every trace of it.

The client's own rows are deleted with it. Messages that show it among others are found by the ids in their data: a
waiting one is deleted and composed again without the client; a sent one keeps only what it is redrawn from, without
the client. What colleagues wrote about other clients is never changed, only listed (`find_mentions`). Never here:
messages already in Slack, which stay there, and people (`bot.people.erasure`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Row, Text, delete, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.models import (
    AuditEntry,
    Breach,
    Client,
    Deadline,
    Escalation,
    ImportAnswers,
    ImportRun,
    Member,
    Observation,
    OutboxMessage,
    RoadmapStep,
    Touchpoint,
    Workspace,
)
from bot.people import audit
from bot.people.audit import Via
from bot.views.blocks import escape

_CHUNK = 500
_EMPTY_BODY = {"text": "", "blocks": []}
_LEAST_LETTERS = 4
"""The fewest letters of a name that is looked for in text: "12" or "AB" would be found everywhere."""

_MESSAGE = select(
    OutboxMessage.id,
    OutboxMessage.workspace_id,
    OutboxMessage.kind,
    OutboxMessage.member_id,
    OutboxMessage.body,
    OutboxMessage.data,
    OutboxMessage.not_before,
    ((OutboxMessage.state == "waiting") & OutboxMessage.posting_at.is_(None)).label("untouched"),
).order_by(OutboxMessage.id)
_WRITTEN = (
    (Client.id, Client.notes, "notes", None),
    (Touchpoint.client_id, Touchpoint.summary, "contact", Touchpoint.occurred_at),
    (Observation.client_id, Observation.note, "observation", Observation.occurred_on),
    (Deadline.client_id, Deadline.title, "deadline", Deadline.internal_due_on),
    (RoadmapStep.client_id, RoadmapStep.title, "planned step", RoadmapStep.planned_on),
)
"""What people write about a client: the column of its id, the text, what it is called, and its day."""

_PARTS = (OutboxMessage, AuditEntry, ImportRun)
"""Of a workspace, what hangs on no client and may be much."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Another client's record whose text names the client."""

    client: str
    """The other client's name."""
    key: str
    record: str
    """notes, contact, observation, deadline or planned step."""
    on: date | None


class _Traces:
    """What a client is recognized by: ids in data, its name and key as whole words in text.

    `message_ids` are the messages that escalated one of its breaches.
    """

    def __init__(self, client: Client, breach_ids: Iterable[int] = (), message_ids: Iterable[int] = ()) -> None:
        self.id, self.name = client.id, client.name
        self.message_ids = frozenset(message_ids)
        self._breach_ids = frozenset(breach_ids)
        letters = sum(map(str.isalpha, client.name))
        self.named = _whole({client.name, escape(client.name)}) if letters >= _LEAST_LETTERS else None
        self._called = _whole({client.name, client.external_id})
        self._title = _bare(client.name)

    def are_in_data(self, value: Any) -> bool:
        """Whether plain data holds the client's record, its id, or one of its breaches."""
        match value:
            case dict():
                lists = self.id in _ids(value, "clients") or self._breach_ids & _ids(value, "breaches")
                return bool(lists) or self.is_record(value) or any(map(self.are_in_data, value.values()))
            case list():
                return any(map(self.are_in_data, value))
            case _:
                return False

    def are_in_text(self, value: Any) -> bool:
        """Whether the client is named in a message."""
        match value:
            case dict():
                return any(map(self.are_in_text, value.values()))
            case list():
                return any(map(self.are_in_text, value))
            case str():
                return self.named is not None and bool(self.named.search(value))
            case _:
                return False

    def are_in_cell(self, text: str) -> bool:
        """Whether a cell of a sheet, a reason or a file's name has the client's name or key as whole words."""
        return bool(self._called.search(text))

    def without_titles(self, value: Any) -> Any:
        """Return what was answered about files without the titles and cells that name the client."""
        match value:
            case dict():
                return {key: self.without_titles(item) for key, item in value.items() if not self._is_title(key)}
            case list():
                return [item for item in value if not self._is_title(str(item))]
            case _:
                return value

    def _is_title(self, text: str) -> bool:
        return f" {self._title} " in f" {_bare(text)} "

    def is_record(self, value: Any) -> bool:
        """Whether a value is the client's own record."""
        return isinstance(value, dict) and self.id in {value.get("id"), value.get("client_id")}

    def _is_named(self, item: Any) -> bool:
        return self.is_record(item) or self.name == (item.get("name") if isinstance(item, dict) else item)

    def without(self, value: Any) -> Any:
        """Return a message's data without the client's records, and without its name in lists of names."""
        match value:
            case dict():
                return {key: self.without(item) for key, item in value.items()}
            case list():
                return [self.without(item) for item in value if not self._is_named(item)]
            case _:
                return value


def _bare(text: str) -> str:
    """Return a text's words as titles of columns are compared: in lower case, without signs."""
    return re.sub(r"[\W_]+", " ", clients.normalize_name(text)).strip()


def _ids(value: dict[str, Any], name: str) -> set[Any]:
    listed = value.get(name)
    return set(listed) if isinstance(listed, list) and all(isinstance(item, int) for item in listed) else set()


def _whole(names: set[str]) -> re.Pattern[str]:
    """Match a name as a whole word, and never as a part of a number or a date: "12" is not in 2026-11-12 or 12.50."""
    words = "|".join(re.escape(name) for name in sorted(names))
    return re.compile(rf"(?<!\w)(?<!\d[-.,:/])(?:{words})(?!\w)(?![-.,:/]\d)", re.IGNORECASE)


def find_mentions(session: Session, workspace_id: int, client_id: int) -> list[Mention]:
    """Find what was written about other clients and names this one; all of it stays as it is."""
    client = session.scalars(select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)).one()
    named = _Traces(client).named
    return list(_find(session, client, named)) if named else []


def _find(session: Session, client: Client, named: re.Pattern[str]) -> Iterator[Mention]:
    for about, text, record, on in _WRITTEN:
        statement = select(Client.name, Client.external_id, text, *([] if on is None else [on])).where(
            Client.workspace_id == client.workspace_id,
            Client.id != client.id,
            text.icontains(client.name, autoescape=True),
        )
        if about is not Client.id:
            statement = statement.join(about.class_, about == Client.id)
        for name, key, written, *day in session.execute(statement.order_by(Client.search_name)):
            if named.search(written or ""):
                at = day[0] if day else None
                yield Mention(name, key, record, at.date() if isinstance(at, datetime) else at)


def forget_client(
    session: Session, workspace_id: int, client_id: int, now: datetime, *, by: int | None = None, via: Via
) -> bool:
    """Delete a client and every trace of it; False if this workspace has no such client."""
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)
    client = session.scalars(statement).one_or_none()
    if client is None:
        return False
    breach_ids = session.scalars(select(Breach.id).where(Breach.client_id == client_id)).all()
    escalated = select(Escalation.outbox_id).join(Breach).where(Breach.client_id == client_id)
    traces = _Traces(client, breach_ids, filter(None, session.scalars(escalated)))
    session.expunge(client)
    session.execute(delete(Client).where(Client.workspace_id == workspace_id, Client.id == client_id))
    _redact_outbox(session, workspace_id, traces)
    _redact_imports(session, workspace_id, traces)
    audit.record(session, workspace_id, "client.forgotten", now=now, by=by, via=via, before={"client_id": client_id})
    return True


def _redact_outbox(session: Session, workspace_id: int, traces: _Traces) -> None:
    body, data = (type_coerce(column, Text) for column in (OutboxMessage.body, OutboxMessage.data))
    spellings = {orjson.dumps(name).decode()[1:-1] for name in (traces.name, escape(traces.name))}
    may_be_named = or_(*(body.contains(name, autoescape=True) for name in spellings))
    numbers = (
        f":{traces.id},",
        f":{traces.id}}}",
        f"[{traces.id},",
        f",{traces.id},",
        f",{traces.id}]",
        f"[{traces.id}]",
    )
    may_be_about = or_(
        OutboxMessage.id.in_(traces.message_ids), data.contains('"breaches"'), *map(data.contains, numbers)
    )
    last_id = 0
    while messages := session.execute(
        _MESSAGE.add_columns(may_be_named.label("may_be_named"))
        .where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.id > last_id, or_(may_be_named, may_be_about))
        .limit(_CHUNK)
    ).all():
        last_id = messages[-1].id
        for message in messages:
            is_about = message.id in traces.message_ids or traces.are_in_data(message.data)
            if is_about or (message.may_be_named and traces.are_in_text(message.body)):
                _redact_message(session, message, traces, is_about=is_about)


def _redact_message(session: Session, message: Row[Any], traces: _Traces, *, is_about: bool) -> None:
    """Take the client out of a message: an untouched one is composed again, unless the client is only named in it."""
    is_message = (OutboxMessage.workspace_id == message.workspace_id, OutboxMessage.id == message.id)
    if not message.untouched:
        session.execute(
            update(OutboxMessage).where(*is_message).values(body=_EMPTY_BODY, data=traces.without(message.data))
        )
    elif message.kind == "digest":  # made due again, so that it is composed again
        session.execute(delete(OutboxMessage).where(*is_message))
        is_member = (Member.workspace_id == message.workspace_id, Member.id == message.member_id)
        session.execute(update(Member).where(*is_member).values(next_digest_at=message.not_before))
    elif is_about:  # the lead was not told yet: without these rows, the next round tells of what is left
        session.execute(delete(Escalation).where(Escalation.outbox_id == message.id))
        session.execute(delete(OutboxMessage).where(*is_message))


def _redact_imports(session: Session, workspace_id: int, traces: _Traces) -> None:
    for run in session.scalars(select(ImportRun).where(ImportRun.workspace_id == workspace_id)):
        refusals = [refusal for refusal in run.refusals if not _is_refused(refusal, traces)]
        if refusals != run.refusals:
            run.refusals = refusals
        if traces.are_in_cell(run.filename):
            run.filename = ""
    for known in session.scalars(select(ImportAnswers).where(ImportAnswers.workspace_id == workspace_id)):
        answers = traces.without_titles(known.answers)
        if answers != known.answers:
            known.answers = answers
    session.flush()


def _is_refused(refusal: dict[str, Any], traces: _Traces) -> bool:
    """Whether a refused cell names the client; a number in a column of numbers never does."""
    names_somebody = refusal.get("column") in {"client", "external_id", "name", "title", "summary", "note", "notes"}
    return traces.are_in_cell(str(refusal.get("reason", ""))) or (
        names_somebody and traces.are_in_cell(str(refusal.get("value", "")))
    )


def forget_workspace_part(session: Session, workspace_id: int, limit: int) -> bool | None:
    """Delete a part of a workspace, `limit` rows at most and a tenth of that in clients.

    Returns:
        None while there is more; True once the workspace itself is deleted; False if there is none.
    """
    some = select(Client.id).where(Client.workspace_id == workspace_id).limit(max(1, limit // 10))
    if session.execute(delete(Client).where(Client.id.in_(some)).returning(Client.id)).all():
        return None
    for model in _PARTS:
        rows = select(model.id).where(model.workspace_id == workspace_id).limit(limit)
        if session.execute(delete(model).where(model.id.in_(rows)).returning(model.id)).all():
            return None
    found = session.execute(delete(Workspace).where(Workspace.id == workspace_id).returning(Workspace.id))
    return found.first() is not None
