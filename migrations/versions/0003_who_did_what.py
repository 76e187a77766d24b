"""Who did what (`audit`), which lead was told of what (`escalations`), and an index for each foreign key.

`outbox` gets the time of the latest attempt, which the pace is measured from, and ids that SQLite never uses twice;
`workspaces` when the bot was removed; `clients` who said that silence is expected.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-27 09:55:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_members_cover_id", "members", "cover_id"),
    ("ix_clients_owner_id", "clients", "owner_id"),
    ("ix_clients_backup_id", "clients", "backup_id"),
    ("ix_clients_silent_by_id", "clients", "silent_by_id"),
    ("ix_touchpoints_member_id", "touchpoints", "member_id"),
    ("ix_observations_client_id", "observations", "client_id"),
    ("ix_deadlines_member_id", "deadlines", "member_id"),
    ("ix_snoozes_member_id", "snoozes", "member_id"),
    ("ix_outbox_member_id", "outbox", "member_id"),
    ("ix_outbox_client_id", "outbox", "client_id"),
)


def upgrade() -> None:
    """Apply."""
    op.add_column("workspaces", sa.Column("disconnected_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("clients") as clients:
        clients.add_column(sa.Column("silent_by_id", _key(), nullable=True))
        clients.create_foreign_key(
            op.f("fk_clients_silent_by_id"), "members", ["silent_by_id"], ["id"], ondelete="SET NULL"
        )
    _restore_order()
    _rebuild_outbox(autoincrement=True)
    op.add_column("outbox", sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox SET attempted_at = posting_at")
    op.drop_index("ix_outbox_pace", "outbox")
    op.create_index("ix_outbox_pace", "outbox", ["attempted_at"])
    for name, table, column in _INDEXES:
        op.create_index(name, table, [column])
    resolved = sa.text("resolved_by IS NOT NULL")
    op.create_index(
        "ix_breaches_resolved_by", "breaches", ["resolved_by"], postgresql_where=resolved, sqlite_where=resolved
    )
    op.create_table(
        "escalations",
        sa.Column("breach_id", _key(), nullable=False),
        sa.Column("member_id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("red_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outbox_id", _key(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        _reference("escalations", "breach_id", "breaches", "CASCADE"),
        _reference("escalations", "member_id", "members", "CASCADE"),
        _reference("escalations", "workspace_id", "workspaces", "CASCADE"),
        _reference("escalations", "outbox_id", "outbox", "SET NULL"),
        sa.PrimaryKeyConstraint("breach_id", "member_id", name=op.f("pk_escalations")),
    )
    op.create_index("ix_escalations_member_id", "escalations", ["member_id"])
    op.create_index("ix_escalations_outbox_id", "escalations", ["outbox_id"])
    op.create_table(
        "audit",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", _key(), nullable=True),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("client_id", _key(), nullable=True),
        sa.Column("person_id", _key(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        _reference("audit", "workspace_id", "workspaces", "CASCADE"),
        _reference("audit", "member_id", "members", "SET NULL"),
        _reference("audit", "client_id", "clients", "CASCADE"),
        _reference("audit", "person_id", "members", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_workspace", "audit", ["workspace_id", "at"])
    op.create_index("ix_audit_client", "audit", ["client_id", "at"])
    op.create_index("ix_audit_member_id", "audit", ["member_id"])
    op.create_index("ix_audit_person_id", "audit", ["person_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("audit")
    op.drop_table("escalations")
    op.drop_index("ix_breaches_resolved_by", "breaches")
    for name, table, _column in reversed(_INDEXES):
        op.drop_index(name, table)
    op.drop_index("ix_outbox_pace", "outbox")
    op.create_index("ix_outbox_pace", "outbox", ["posting_at"])
    op.drop_column("outbox", "attempted_at")
    _rebuild_outbox(autoincrement=False)
    with op.batch_alter_table("clients") as clients:
        clients.drop_constraint(op.f("fk_clients_silent_by_id"), type_="foreignkey")
        clients.drop_column("silent_by_id")
    _restore_order()
    op.drop_column("workspaces", "disconnected_at")


def _restore_order() -> None:
    """Create anew the two indexes of clients that lose their order when SQLite copies the table."""
    if _is_sqlite():
        op.drop_index("ix_clients_book", "clients", if_exists=True)
        op.drop_index("ix_clients_ranking", "clients", if_exists=True)
        op.create_index("ix_clients_book", "clients", ["workspace_id", "owner_id", sa.text("priority DESC")])
        op.create_index("ix_clients_ranking", "clients", ["workspace_id", sa.text("priority DESC")])


def _rebuild_outbox(*, autoincrement: bool) -> None:
    """Have SQLite copy the table: AUTOINCREMENT belongs to its definition. Postgres never uses an id twice."""
    if _is_sqlite():
        options = {"sqlite_autoincrement": autoincrement}
        with op.batch_alter_table("outbox", recreate="always", table_kwargs=options):
            pass


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, to: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)
