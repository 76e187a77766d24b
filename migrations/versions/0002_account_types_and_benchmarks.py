"""Columns named for what they hold, and a version of each client's facts.

`members.standing` becomes `account_type`, `workspaces.yardsticks` becomes `benchmarks`. `clients.facts_version` counts
the changes of a client's facts, so that a sweep can tell whether what it judged still holds.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-27 06:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.alter_column("members", "standing", new_column_name="account_type")
    op.alter_column("workspaces", "yardsticks", new_column_name="benchmarks")
    op.add_column("clients", sa.Column("facts_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Undo."""
    op.drop_column("clients", "facts_version")
    op.alter_column("workspaces", "benchmarks", new_column_name="yardsticks")
    op.alter_column("members", "account_type", new_column_name="standing")
