"""Digests that were late or missed (`late_digests`), and when a member's Slack user was last looked up by e-mail.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-27 10:25:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("members", sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True))
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    references = (("member_id", "members"), ("workspace_id", "workspaces"))
    op.create_table(
        "late_digests",
        sa.Column("member_id", key, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("workspace_id", key, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_late_digests_{column}"), ondelete="CASCADE")
            for column, to in references
        ),
        sa.PrimaryKeyConstraint("member_id", "on", name=op.f("pk_late_digests")),
    )
    op.create_index("ix_late_digests_told_at", "late_digests", ["told_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("late_digests")
    op.drop_column("members", "looked_up_at")
