"""Since when a client is paused, and the days on which the agency's office is closed.

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
    op.add_column("clients", sa.Column("paused_since", sa.Date(), nullable=True))
    op.add_column("workspaces", sa.Column("office_closed", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert."""
    op.drop_column("workspaces", "office_closed")
    op.drop_column("clients", "paused_since")
