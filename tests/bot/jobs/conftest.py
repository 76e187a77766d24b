"""The evening before a digest in Warsaw: Alice and Bob, and clients that have not been assessed yet."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.infra.models import Member, Touchpoint
from bot.infra.services import Services
from bot.practice import Practice
from tests import agency
from tests.bot.jobs.mornings import NINE, Add
from tests.conftest import NOW, Clock


@pytest.fixture
def house(services: Services, practice: Practice, clock: Clock) -> agency.Agency:
    clock.at = NINE - timedelta(hours=10)
    for user in (agency.ALICE, agency.BOB):
        practice.team(agency.TEAM).person(user, user.removeprefix("U0").title(), tz="Europe/Warsaw")
    with services.transaction() as session:
        created = agency.create(session, NOW)
        session.execute(update(Member).values(tz="Europe/Warsaw"))
        return created


@pytest.fixture
def add(services: Services, house: agency.Agency, clock: Clock) -> Add:
    """Add a client of Alice, last contacted `days` days ago and due for assessment; return its id."""

    def add_client(name: str, days: int | None = 20, *, owner: int | None = None, **columns: object) -> int:
        with services.transaction() as session:
            created = agency.client(
                session,
                house.id,
                name,
                now=clock(),
                owner_id=owner or house.alice,
                next_check_at=clock(),
                started_on=date(2025, 1, 1),
                **columns,
            )
            if days is not None:
                at = clock() - timedelta(days=days)
                ids = {"workspace_id": house.id, "client_id": created.id, "member_id": house.alice}
                session.add(Touchpoint(**ids, occurred_at=at, source="import", created_at=at))
            return created.id

    return add_client
