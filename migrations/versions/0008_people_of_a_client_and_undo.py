"""People of a client (`contacts`), more of clients, contacts and invoices, and what taking an import back needs.

Results of campaigns become numbers with fractions. `import_changes` holds the rows that an import changed as they were,
`import_answers` what was answered about files of a shape; each imported row names the import that wrote it last.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-27 13:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_IMPORTED = (
    *("members", "clients", "touchpoints", "invoices", "daily_metrics", "targets", "observations"),
    *("deadlines", "roadmap", "effort"),
)
_Number = sa.BigInteger | sa.Float[float]
_RESULTS = ("leads", "qualified_leads")


def upgrade() -> None:
    """Apply."""
    for column in (
        sa.Column("launches_on", sa.Date(), nullable=True),
        sa.Column("lost_reason", sa.String(length=16), nullable=True),
        sa.Column("ad_currency", sa.String(length=3), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("call_every_days", sa.Integer(), nullable=True),
    ):
        op.add_column("clients", column)
    op.add_column("touchpoints", sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("touchpoints", sa.Column("person", sa.String(length=200), nullable=True))
    op.add_column("touchpoints", sa.Column("duration_minutes", sa.Integer(), nullable=True))
    op.add_column("invoices", sa.Column("promised_on", sa.Date(), nullable=True))
    op.add_column("invoices", sa.Column("service_month", sa.Date(), nullable=True))
    op.add_column("targets", sa.Column("currency", sa.String(length=3), nullable=True))
    _change_results(sa.BigInteger(), sa.Float())
    for table in _IMPORTED:
        op.add_column(table, sa.Column("import_run_id", _key(), nullable=True))
    op.add_column("import_runs", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    _create_contacts()
    _create_changes()
    op.create_table(
        "import_answers",
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _reference("import_answers", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "shape", name=op.f("pk_import_answers")),
    )


def downgrade() -> None:
    """Undo. A disputed invoice is open again; results are rounded; automatic messages go: they would count."""
    op.drop_table("import_answers")
    op.drop_table("import_changes")
    op.drop_table("contacts")
    op.execute("UPDATE invoices SET status = 'open' WHERE status = 'disputed'")
    op.execute("DELETE FROM touchpoints WHERE automatic")
    op.drop_column("import_runs", "undone_at")
    for table in reversed(_IMPORTED):
        op.drop_column(table, "import_run_id")
    op.execute(f"UPDATE daily_metrics SET {', '.join(f'{name} = round({name})' for name in _RESULTS)}")  # noqa: S608
    _change_results(sa.Float(), sa.BigInteger())
    op.drop_column("targets", "currency")
    for name in ("service_month", "promised_on"):
        op.drop_column("invoices", name)
    for name in ("duration_minutes", "person", "automatic"):
        op.drop_column("touchpoints", name)
    for name in ("call_every_days", "language", "country", "domain", "ad_currency", "lost_reason", "launches_on"):
        op.drop_column("clients", name)


def _change_results(old: _Number, new: _Number) -> None:
    options = {"sqlite_with_rowid": False}
    with op.batch_alter_table("daily_metrics", copy_from=_daily_metrics(old), table_kwargs=options) as metrics:
        for name in _RESULTS:
            metrics.alter_column(name, existing_type=old, type_=new, existing_nullable=True)


def _daily_metrics(results: _Number) -> sa.Table:
    """Describe the table as it is, which SQLite copies: reading it from the database would lose a part of it."""
    integers, metadata = sa.BigInteger(), sa.MetaData()
    for name in ("clients", "workspaces"):
        sa.Table(name, metadata, sa.Column("id", _key(), primary_key=True))
    return sa.Table(
        "daily_metrics",
        metadata,
        sa.Column("client_id", _key(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        *(sa.Column(name, integers, nullable=True) for name in ("spend", "impressions", "clicks", "sessions")),
        *(sa.Column(name, results, nullable=True) for name in _RESULTS),
        sa.Column("conversions", sa.Float(), nullable=True),
        sa.Column("revenue", integers, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        _reference("daily_metrics", "client_id", "clients"),
        _reference("daily_metrics", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("client_id", "on", "source", name=op.f("pk_daily_metrics")),
        sqlite_with_rowid=False,
    )


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("client_id", _key(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("decision_maker", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", _key(), nullable=True),
        _reference("contacts", "workspace_id", "workspaces"),
        _reference("contacts", "client_id", "clients"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("client_id", "external_id", name=op.f("uq_contacts_client_id_external_id")),
    )


def _create_changes() -> None:
    op.create_table(
        "import_changes",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("run_id", _key(), nullable=False),
        sa.Column("client_id", _key(), nullable=False),
        sa.Column("previous_run_id", _key(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        _reference("import_changes", "workspace_id", "workspaces"),
        _reference("import_changes", "run_id", "import_runs"),
        _reference("import_changes", "client_id", "clients"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
    )
    op.create_index("ix_import_changes_run", "import_changes", ["run_id", "client_id"])
    op.create_index("ix_import_changes_previous", "import_changes", ["previous_run_id", "client_id"])
    op.create_index("ix_import_changes_client_id", "import_changes", ["client_id"])


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
