"""Snoozing a client, and undoing it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra import db
from bot.infra.models import Snooze
from tests import agency
from tests.conftest import NOW

DAY = timedelta(days=1)


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


@pytest.fixture
def acme(engine: Engine, house: agency.Agency) -> int:
    with db.transaction(engine) as session:
        return agency.client(session, house.id, "Acme", owner_id=house.alice, now=NOW).id


def _snooze(session: Session, house: agency.Agency, acme: int, *, days: int, now: datetime = NOW) -> Snooze:
    return snoozes.snooze(session, house.id, acme, house.alice, colour="amber", until_at=now + days * DAY, now=now)


def test_a_snooze_is_active_until_its_end_and_in_its_own_workspace_only(
    engine: Engine, house: agency.Agency, acme: int
) -> None:
    with db.transaction(engine) as session:
        snooze = _snooze(session, house, acme, days=3)
        assert snoozes.active(session, house.id, [acme], NOW + 2 * DAY) == {acme: snooze}
        assert snoozes.active(session, house.id, [acme], NOW + 3 * DAY) == {}
        assert snoozes.active(session, house.other_id, [acme], NOW) == {}


def test_only_the_newest_snooze_is_active(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        _snooze(session, house, acme, days=7)
        shorter = _snooze(session, house, acme, days=1, now=NOW + timedelta(minutes=1))
        session.flush()
        assert snoozes.active(session, house.id, [acme], NOW + timedelta(hours=1)) == {acme: shorter}
        assert snoozes.active(session, house.id, [acme], NOW + 2 * DAY) == {}


def test_undoing_a_snooze_reactivates_the_one_before(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        before = _snooze(session, house, acme, days=1)
        snooze = _snooze(session, house, acme, days=7, now=NOW + timedelta(minutes=1))
        assert snoozes.undo(session, house.id, snooze.id, NOW + timedelta(minutes=2), by=None)
        assert not snoozes.undo(session, house.id, snooze.id, NOW + timedelta(minutes=2), by=None)
    with db.transaction(engine) as session:
        active = snoozes.active(session, house.id, [acme], NOW + timedelta(minutes=3))
    assert active[acme].id == before.id


def test_a_snooze_cannot_be_undone_from_another_workspace(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        snooze = _snooze(session, house, acme, days=1)
        assert not snoozes.undo(session, house.other_id, snooze.id, NOW, by=None)


def test_a_snooze_that_ends_in_the_past_is_rejected(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session, pytest.raises(ValueError, match="future"):
        _snooze(session, house, acme, days=0)
