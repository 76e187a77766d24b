"""Workspaces before and after they are connected to Slack."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.infra import db, idempotency
from bot.infra.models import Workspace
from bot.people import workspaces
from tests import agency
from tests.conftest import NOW


def test_records_created_before_slack_go_to_the_first_team(engine: Engine) -> None:
    with db.transaction(engine) as session:
        first = workspaces.single(session, NOW).id
        assert workspaces.single(session, NOW).id == first
    with db.transaction(engine) as session:
        assert workspaces.connect(session, "T1", "Agency", "U0BOT", NOW).id == first
        assert workspaces.connect(session, "T1", "Agency", "U0BOT", NOW).id == first
        second = workspaces.connect(session, "T2", "Other", "U0BOT2", NOW).id
        assert second != first
        with pytest.raises(LookupError, match="several"):
            workspaces.single(session, NOW)


def test_a_team_that_reinstalls_the_bot_gets_its_records_back(engine: Engine) -> None:
    with db.transaction(engine) as session:
        first = workspaces.connect(session, "T1", "Agency", "U0BOT", NOW).id
        workspaces.disconnect(session, "T1", NOW)
        assert session.scalars(select(Workspace.connected_at)).one() is None
        assert workspaces.find_removed(session, NOW) == []
        assert workspaces.find_removed(session, NOW + timedelta(seconds=1)) == [first]
        again = workspaces.connect(session, "T1", "", "U0BOT", NOW)
        assert (again.id, again.name, again.connected_at) == (first, "Agency", NOW)
        assert workspaces.find_removed(session, NOW + timedelta(seconds=1)) == []


def test_a_delivery_is_recorded_once_in_each_workspace(engine: Engine) -> None:
    with db.transaction(engine) as session:
        house = agency.create(session, NOW)
        assert idempotency.record_once(session, house.id, "Ev1", NOW)
        assert not idempotency.record_once(session, house.id, "Ev1", NOW)
        assert idempotency.record_once(session, house.other_id, "Ev1", NOW)
        idempotency.delete_old(session, NOW)
        assert not idempotency.record_once(session, house.id, "Ev1", NOW)
