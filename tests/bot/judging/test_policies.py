"""Loading and changing a workspace's policy."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import Workspace
from bot.judging import policies
from scoring.policy import Policy
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


def test_an_agency_has_the_default_policy_with_its_overrides(session: Session) -> None:
    house = agency.create(session, NOW)
    session.get_one(Workspace, house.id).policy = {"contact_limit_days": 14}
    session.flush()
    assert policies.load(session, house.id) == Policy(contact_limit_days=14)
    assert policies.load(session, house.other_id) == Policy()


def test_equal_policies_are_the_same_object(session: Session) -> None:
    house = agency.create(session, NOW)
    assert policies.load(session, house.id) is policies.load(session, house.other_id)


def test_an_invalid_stored_value_is_named(session: Session) -> None:
    house = agency.create(session, NOW)
    session.get_one(Workspace, house.id).policy = {"contact_limit_days": 0}
    session.flush()
    with pytest.raises(ValueError, match="contact_limit_days 0"):
        policies.load(session, house.id)


def test_loading_without_a_workspace_raises_lookup_error(session: Session) -> None:
    with pytest.raises(LookupError, match="no workspace 99"):
        policies.load(session, 99)


def test_changing_a_policy_makes_all_clients_of_the_agency_due_and_no_others(session: Session) -> None:
    house = agency.create(session, NOW)
    later = NOW + timedelta(days=3)
    here = agency.client(session, house.id, "Here", now=NOW, next_check_at=later)
    never = agency.client(session, house.id, "Never", now=NOW)
    gone = agency.client(session, house.id, "Gone", now=NOW, status="lost")
    there = agency.client(session, house.other_id, "There", now=NOW, next_check_at=later)
    assert policies.change(
        session, house.id, {"contact_limit_days": 14, "red_risk": 60}, NOW, by=None, via="slack"
    ) == {"contact_limit_days": 14}
    session.expire_all()
    assert [row.next_check_at for row in (here, never, gone, there)] == [NOW, NOW, None, later]
    assert policies.load(session, house.id) == Policy(contact_limit_days=14)
    assert policies.load(session, house.other_id) == Policy()


def test_an_invalid_change_changes_nothing(session: Session) -> None:
    house = agency.create(session, NOW)
    client = agency.client(session, house.id, "Here", now=NOW)
    with pytest.raises(ValueError, match="contact_limit_days 400"):
        policies.change(session, house.id, {"amber_risk": 20, "contact_limit_days": 400}, NOW, by=None, via="slack")
    session.expire_all()
    assert client.next_check_at is None
    assert policies.overrides(session, house.id) == {}


def test_a_stored_field_that_no_longer_exists_is_logged_once_and_dropped_with_the_next_change(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("scoring.policy.RETIRED", {"old_certainty": "set engagement_false_alarms instead"})
    policies._read.cache_clear()
    house = agency.create(session, NOW)
    session.get_one(Workspace, house.id).policy = {"contact_limit_days": 13, "old_certainty": "high"}
    session.flush()
    for _ in range(2):
        assert policies.load(session, house.id) == Policy(contact_limit_days=13)
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "old_certainty: set engagement_false_alarms instead"
    ]
    wanted = {**policies.overrides(session, house.id), "contact_limit_days": 12}
    assert policies.change(session, house.id, wanted, NOW, by=None, via="command_line") == {"contact_limit_days": 12}
