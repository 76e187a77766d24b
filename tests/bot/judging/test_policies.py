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


def test_an_agency_has_the_default_policy_with_what_it_changed(session: Session) -> None:
    ours = agency.create(session, NOW)
    session.get_one(Workspace, ours.id).policy = {"contact_limit_days": 14}
    session.flush()
    assert policies.load(session, ours.id) == Policy(contact_limit_days=14)
    assert policies.load(session, ours.other_id) == Policy()


def test_the_same_content_gives_the_same_object(session: Session) -> None:
    ours = agency.create(session, NOW)
    assert policies.load(session, ours.id) is policies.load(session, ours.other_id)


def test_a_value_that_does_not_fit_is_named(session: Session) -> None:
    ours = agency.create(session, NOW)
    session.get_one(Workspace, ours.id).policy = {"contact_limit_days": 0}
    session.flush()
    with pytest.raises(ValueError, match="contact_limit_days 0"):
        policies.load(session, ours.id)


def test_there_is_none_without_a_workspace(session: Session) -> None:
    with pytest.raises(LookupError, match="no workspace 99"):
        policies.load(session, 99)


def test_a_changed_policy_makes_all_clients_of_the_agency_due_and_no_others(session: Session) -> None:
    ours = agency.create(session, NOW)
    later = NOW + timedelta(days=3)
    here = agency.client(session, ours.id, "Here", now=NOW, next_check_at=later)
    never = agency.client(session, ours.id, "Never", now=NOW)
    gone = agency.client(session, ours.id, "Gone", now=NOW, status="lost")
    there = agency.client(session, ours.other_id, "There", now=NOW, next_check_at=later)
    assert policies.change(session, ours.id, {"contact_limit_days": 14, "red_risk": 60}, NOW) == {
        "contact_limit_days": 14
    }
    session.expire_all()
    assert [row.next_check_at for row in (here, never, gone, there)] == [NOW, NOW, None, later]
    assert policies.load(session, ours.id) == Policy(contact_limit_days=14)
    assert policies.load(session, ours.other_id) == Policy()


def test_a_change_that_is_refused_changes_nothing(session: Session) -> None:
    ours = agency.create(session, NOW)
    client = agency.client(session, ours.id, "Here", now=NOW)
    with pytest.raises(ValueError, match="contact_limit_days 400"):
        policies.change(session, ours.id, {"amber_risk": 20, "contact_limit_days": 400}, NOW)
    session.expire_all()
    assert client.next_check_at is None
    assert policies.overrides(session, ours.id) == {}
