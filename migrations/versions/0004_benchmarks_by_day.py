"""The day that a workspace's benchmarks are of, as a column: the outdated ones are found without reading any.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-27 10:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; all benchmarks are computed anew within a minute."""
    op.add_column("workspaces", sa.Column("benchmarks_on", sa.Date(), nullable=True))
    op.create_index("ix_workspaces_benchmarks_on", "workspaces", ["benchmarks_on"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_workspaces_benchmarks_on", "workspaces")
    op.drop_column("workspaces", "benchmarks_on")
