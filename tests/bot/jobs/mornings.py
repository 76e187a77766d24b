"""Composing the digests that are due, and reading them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import select

from bot.infra.models import OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest

NINE = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
"""09:00 in Warsaw, on the Wednesday of the tests."""
Add = Callable[..., int]


def compose_due(services: Services) -> None:
    """Compose every digest that is due."""
    while digest.run_one(services):
        pass


def digests_of(services: Services, member_id: int) -> list[OutboxMessage]:
    """Return a member's digests, oldest first."""
    with services.reading() as session:
        condition = (OutboxMessage.kind == "digest", OutboxMessage.member_id == member_id)
        return list(session.scalars(select(OutboxMessage).where(*condition).order_by(OutboxMessage.id)))


def digest_dates(services: Services, member_id: int) -> list[date]:
    """Return the days that a member's digests are for."""
    return [date.fromisoformat(message.data["on"]) for message in digests_of(services, member_id)]
