"""A client and all that is known of it, gone for good.

What belongs to the client goes with its row. What belongs to others and names it (digests, reports of imports) is
cleaned of it: a digest that waits is taken back, to be composed again without the client; one that was sent keeps
only what it can be drawn again from, without the client. What Slack has shown already stays in Slack.
"""

import re
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, ImportRun, Member, OutboxMessage
from bot.views.blocks import escape

_ROWS_AT_ONCE = 500
_NO_BODY = {"text": "", "blocks": []}

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
    """What gives a client away in plain data."""

    def __init__(self, client: Client) -> None:
        self.id = client.id
        self.names = {client.name, client.external_id}
        words = "|".join(re.escape(name) for name in {*self.names, *map(escape, self.names)})
        self._spoken = re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    def in_(self, value: Any) -> bool:
        """Whether data speaks of the client: by a name in a text, or by a record with its number."""
        match value:
            case dict():
                return self.is_record(value) or any(map(self.in_, value.values()))
            case list():
                return any(map(self.in_, value))
            case str():
                return bool(self._spoken.search(value))
            case _:
                return False

    def is_record(self, value: Any) -> bool:
        """Whether this is the client's own record."""
        return isinstance(value, dict) and self.id in {value.get("id"), value.get("client_id")}

    def without(self, value: Any) -> Any:
        """Data without the client's records, and without its name in lists of names."""
        match value:
            case dict():
                return {key: self.without(each) for key, each in value.items()}
            case list():
                others = (each for each in value if not self.is_record(each))
                return [self.without(each) for each in others if not (isinstance(each, str) and each in self.names)]
            case _:
                return value


def forget_client(session: Session, workspace_id: int, client_id: int) -> bool:
    """Delete a client and every trace of it; False where this workspace has no such client."""
    mine = (Client.workspace_id == workspace_id, Client.id == client_id)
    client = session.scalars(select(Client).where(*mine)).one_or_none()
    if client is None:
        return False
    traces = _Traces(client)
    session.delete(client)
    session.flush()  # the rows that belong to it go along
    _clean_outbox(session, workspace_id, traces)
    _clean_imports(session, workspace_id, traces)
    return True


def _clean_outbox(session: Session, workspace_id: int, traces: _Traces) -> None:
    last = 0
    while found := session.execute(
        _MESSAGE.where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.id > last).limit(_ROWS_AT_ONCE)
    ).all():
        last = found[-1].id
        for message in found:
            if traces.in_(message.body) or traces.in_(message.data):
                _clean(session, message, traces)


def _clean(session: Session, message: Row[Any], traces: _Traces) -> None:
    this = (OutboxMessage.workspace_id == message.workspace_id, OutboxMessage.id == message.id)
    if not message.untouched:
        session.execute(update(OutboxMessage).where(*this).values(body=_NO_BODY, data=traces.without(message.data)))
        return
    session.execute(delete(OutboxMessage).where(*this))
    if message.kind == "digest":  # due again, it is composed again
        member = (Member.workspace_id == message.workspace_id, Member.id == message.member_id)
        session.execute(update(Member).where(*member).values(next_digest_at=message.not_before))


def _clean_imports(session: Session, workspace_id: int, traces: _Traces) -> None:
    for run in session.scalars(select(ImportRun).where(ImportRun.workspace_id == workspace_id)):
        run.refusals = [refusal for refusal in run.refusals if not traces.in_(refusal)]
        run.filename = "" if traces.in_(run.filename) else run.filename
    session.flush()
