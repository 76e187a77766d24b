from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import policies
from bot.db import transaction
from bot.models import Workspace
from scoring.policy import Policy
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


def test_an_agency_has_the_default_policy_with_what_it_changed(session: Session) -> None:
    ours = agency.found(session, NOW)
    session.get_one(Workspace, ours.id).policy = {"contact_limit_days": 14}
    session.flush()
    assert policies.of(session, ours.id) == Policy(contact_limit_days=14)
    assert policies.of(session, ours.other_id) == Policy()


def test_the_same_content_gives_the_same_object(session: Session) -> None:
    ours = agency.found(session, NOW)
    assert policies.of(session, ours.id) is policies.of(session, ours.other_id)


def test_a_value_that_does_not_fit_is_named(session: Session) -> None:
    ours = agency.found(session, NOW)
    session.get_one(Workspace, ours.id).policy = {"contact_limit_days": 0}
    session.flush()
    with pytest.raises(ValueError, match="contact_limit_days 0"):
        policies.of(session, ours.id)


def test_there_is_none_without_a_workspace(session: Session) -> None:
    with pytest.raises(LookupError, match="no workspace 99"):
        policies.of(session, 99)
