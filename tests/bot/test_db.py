"""The two ways to use the database."""

import pytest
from sqlalchemy import Engine, text

from bot import db
from bot.models import Workspace
from tests.conftest import NOW


def test_who_looks_sees_what_was_committed_since_the_look_began(engine: Engine) -> None:
    with db.reading(engine) as looking:
        assert looking.scalar(text("SELECT count(*) FROM workspaces")) == 0
        with db.transaction(engine) as session:
            session.add(Workspace(created_at=NOW))
        assert looking.scalar(text("SELECT count(*) FROM workspaces")) == 1


def test_a_connection_that_was_used_for_looking_writes_as_a_whole_or_not_at_all(engine: Engine) -> None:
    with db.reading(engine) as looking:
        looking.scalar(text("SELECT 1"))

    def break_off() -> None:
        with db.transaction(engine) as session:
            session.add(Workspace(created_at=NOW))
            session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        break_off()
    with db.reading(engine) as looking:
        assert looking.scalar(text("SELECT count(*) FROM workspaces")) == 0
