"""Since when a client is paused, the days on which the office is closed, how long a source's results go on growing.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-27 18:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Of clients that are paused by now it is not known since when: it counts from their next assessment."""
    op.create_table(
        "result_growth",
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("metric", sa.String(length=32), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("told", sa.Float(), nullable=False),
        sa.Column("grown", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_result_growth_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "source", "metric", "age", name=op.f("pk_result_growth")),
    )
    op.add_column("clients", sa.Column("paused_since", sa.Date(), nullable=True))
    op.add_column("workspaces", sa.Column("office_closed", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert."""
    op.drop_column("workspaces", "office_closed")
    op.drop_column("clients", "paused_since")
    op.drop_table("result_growth")


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
