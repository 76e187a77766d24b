"""An index of a workspace's red breaches, which escalations ask for.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-27 10:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    red = sa.text("resolved_at IS NULL AND level = 'red'")
    op.create_index(
        "ix_breaches_red", "breaches", ["workspace_id", "red_at"], postgresql_where=red, sqlite_where=red
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_breaches_red", "breaches")
