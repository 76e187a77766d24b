"""Two rows of one person: known by e-mail from a spreadsheet, and by their Slack user.

Whatever points to the one is moved to the other, in every table. Never here: how people come in (`members`).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, and_, delete, exists, update
from sqlalchemy.orm import Session

from bot.infra.models import Base, Client, Member, OutboxMessage
from bot.people import changed_rows


def claim_email(session: Session, member: Member | None, same_email: Member) -> Member | None:
    """Settle whose an e-mail address is, now that a member of the team has it; return this member's row.

    `member` is the row with their Slack id, if there is one, and `same_email` another row with the address. That one is
    theirs too, unless a colleague has it: nobody but members of the team is matched by e-mail. A colleague's address is
    out of date.
    """
    if same_email.slack_user_id is not None and same_email.account_type == "member":
        same_email.email = None
        session.flush()
        return member
    if member is not None:
        merge(session, member, same_email)
        return member
    if same_email.slack_user_id is not None:
        _forget_slack_user(session, same_email)
    return same_email


def merge(session: Session, kept: Member, duplicate: Member) -> None:
    """Move everything that points to `duplicate` to `kept`, in every table, and delete `duplicate`."""
    kept.role = kept.role or duplicate.role
    if kept.away_until is None:
        kept.away_from, kept.away_until, kept.cover_id = duplicate.away_from, duplicate.away_until, duplicate.cover_id
    session.flush()
    for table, column in references():
        _delete_clashes(session, table, column, kept.id, duplicate.id)
        session.execute(update(table).where(column == duplicate.id).values({column: kept.id}))
    session.execute(update(Member).where(Member.id == kept.id, Member.cover_id == kept.id).values(cover_id=None))
    session.execute(
        update(Client).where(Client.owner_id == kept.id, Client.backup_id == kept.id).values(backup_id=None)
    )
    changed_rows.replace_member(session, kept.workspace_id, duplicate.id, kept.id)
    _forget_channel(session, kept.id, duplicate.dm_channel)
    session.delete(duplicate)
    session.flush()
    session.expire_all()


def references() -> list[tuple[Table, Column[Any]]]:
    """Return every table and its column that names a member."""
    members = Member.__table__.c.id
    return [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda each: each.parent.name)
        if key.column is members
    ]


def _delete_clashes(session: Session, table: Table, column: Column[Any], kept_id: int, duplicate_id: int) -> None:
    """Delete the duplicate's rows where `kept` has the same row, in a table that holds one for each member."""
    for unique in _unique_sets(table):
        if column.name in {each.name for each in unique}:
            other = table.alias()
            same = [table.c[each.name] == other.c[each.name] for each in unique if each.name != column.name]
            clash: ColumnElement[bool] = exists().where(and_(other.c[column.name] == kept_id, *same))
            session.execute(delete(table).where(column == duplicate_id, clash))


def _unique_sets(table: Table) -> Iterable[list[Column[Any]]]:
    yield list(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield list(index.columns)


def _forget_slack_user(session: Session, member: Member) -> None:
    """Forget that somebody else had this row: their direct messages above all."""
    _forget_channel(session, member.id, member.dm_channel)
    member.slack_user_id = member.dm_channel = member.next_digest_at = None
    session.flush()


def _forget_channel(session: Session, member_id: int, channel: str | None) -> None:
    """Have what waits for a member go to their own direct messages, not to another person's."""
    if channel is not None:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.member_id == member_id,
                OutboxMessage.channel == channel,
                OutboxMessage.state == "waiting",
                OutboxMessage.posting_at.is_(None),
            )
            .values(channel=None)
        )
