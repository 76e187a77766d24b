"""Search for a name whichever quotation marks and dashes it is typed with, and tell clients of one name apart.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-27 12:00:00
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FOLDED = {"'": "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", "-": "\u2010\u2011\u2012\u2013\u2014\u2212"}
_PLAIN = {ord(mark): plain for plain, marks in _FOLDED.items() for mark in marks}


def upgrade() -> None:
    """Apply."""
    _rewrite(lambda _name, searched: searched.translate(_PLAIN))
    op.create_index("ix_clients_name", "clients", ["workspace_id", sa.text("substr(search_name, 1, 64)")])


def downgrade() -> None:
    """Revert. The marks come back where a name has as many as its searched form."""
    op.drop_index("ix_clients_name", "clients")
    _rewrite(_restore)


def _rewrite(change: Callable[[str, str], str]) -> None:
    connection = op.get_bind()
    names = sa.table("clients", sa.column("id"), sa.column("name"), sa.column("search_name"))
    rows = connection.execute(sa.select(names.c.id, names.c.name, names.c.search_name)).all()
    changed = [
        {"key": row.id, "wanted": wanted}
        for row in rows
        if (wanted := change(row.name, row.search_name)) != row.search_name
    ]
    if changed:
        statement = sa.update(names).where(names.c.id == sa.bindparam("key")).values(search_name=sa.bindparam("wanted"))
        connection.execute(statement, changed)


def _restore(name: str, searched: str) -> str:
    marks = [letter for letter in name if ord(letter) in _PLAIN or letter in _FOLDED]
    if len(marks) != sum(letter in _FOLDED for letter in searched):
        return searched
    left = iter(marks)
    return "".join(next(left) if letter in _FOLDED else letter for letter in searched)
