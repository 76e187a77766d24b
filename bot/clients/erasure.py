"""Erasure: deletes a client and every trace of it.

The client's own rows are deleted with it. Rows of others that mention it (digests, import reports) are redacted: a
waiting digest is deleted and composed again without the client; a sent one keeps only what it is redrawn from, without
the client. Never here: messages already in Slack, which stay there.
"""

import re
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, ImportRun, Member, OutboxMessage
from bot.views.blocks import escape

_CHUNK = 500
_EMPTY_BODY = {"text": "", "blocks": []}

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


class _Traces:
    """Finds and removes the traces of a client in plain data."""

    def __init__(self, client: Client) -> None:
        self.id = client.id
        self.names = {client.name, client.external_id}
        words = "|".join(re.escape(name) for name in {*self.names, *map(escape, self.names)})
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    def found_in(self, value: Any) -> bool:
        """Whether data mentions the client: a text by name, or a record by id."""
        match value:
            case dict():
                return self.is_record(value) or any(map(self.found_in, value.values()))
            case list():
                return any(map(self.found_in, value))
            case str():
                return bool(self._pattern.search(value))
            case _:
                return False

    def is_record(self, value: Any) -> bool:
        """Whether a value is the client's own record."""
        return isinstance(value, dict) and self.id in {value.get("id"), value.get("client_id")}

    def without(self, value: Any) -> Any:
        """Return data without the client's records, and without its name in lists of names."""
        match value:
            case dict():
                return {key: self.without(item) for key, item in value.items()}
            case list():
                others = (item for item in value if not self.is_record(item))
                return [self.without(item) for item in others if not (isinstance(item, str) and item in self.names)]
            case _:
                return value


def forget_client(session: Session, workspace_id: int, client_id: int) -> bool:
    """Delete a client and every trace of it; False if this workspace has no such client."""
    statement = select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)
    client = session.scalars(statement).one_or_none()
    if client is None:
        return False
    traces = _Traces(client)
    session.delete(client)
    session.flush()  # the database deletes its rows along with it
    _redact_outbox(session, workspace_id, traces)
    _redact_imports(session, workspace_id, traces)
    return True


def _redact_outbox(session: Session, workspace_id: int, traces: _Traces) -> None:
    last_id = 0
    while messages := session.execute(
        _MESSAGE.where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.id > last_id).limit(_CHUNK)
    ).all():
        last_id = messages[-1].id
        for message in messages:
            if traces.found_in(message.body) or traces.found_in(message.data):
                _redact_message(session, message, traces)


def _redact_message(session: Session, message: Row[Any], traces: _Traces) -> None:
    is_message = (OutboxMessage.workspace_id == message.workspace_id, OutboxMessage.id == message.id)
    if not message.untouched:
        session.execute(
            update(OutboxMessage).where(*is_message).values(body=_EMPTY_BODY, data=traces.without(message.data))
        )
        return
    session.execute(delete(OutboxMessage).where(*is_message))
    if message.kind == "digest":  # made due again, so that it is composed again
        is_member = (Member.workspace_id == message.workspace_id, Member.id == message.member_id)
        session.execute(update(Member).where(*is_member).values(next_digest_at=message.not_before))


def _redact_imports(session: Session, workspace_id: int, traces: _Traces) -> None:
    for run in session.scalars(select(ImportRun).where(ImportRun.workspace_id == workspace_id)):
        run.refusals = [refusal for refusal in run.refusals if not traces.found_in(refusal)]
        run.filename = "" if traces.found_in(run.filename) else run.filename
    session.flush()
