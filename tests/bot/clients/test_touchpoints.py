"""Logging touchpoints once, undoing them, adding details."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.clients import touchpoints
from bot.infra import db
from bot.infra.models import Client, Touchpoint
from tests import agency
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def _log(
    session: Session,
    house: agency.Agency,
    client_id: int,
    *,
    seen: int | None,
    member_id: int | None = None,
    **details: Any,
) -> touchpoints.Result:
    return touchpoints.log(
        session,
        house.id,
        client_id,
        member_id or house.alice,
        seen=seen,
        occurred_at=NOW,
        source="nudge",
        now=NOW,
        **details,
    )


def _logged(result: touchpoints.Result) -> Touchpoint:
    assert result.touchpoint is not None
    return result.touchpoint


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


@pytest.fixture
def acme(engine: Engine, house: agency.Agency) -> int:
    with db.transaction(engine) as session:
        return agency.client(session, house.id, "Acme", owner_id=house.alice, now=NOW).id


def test_a_button_logs_once_and_the_second_click_gets_the_first_touchpoint(
    engine: Engine, house: agency.Agency, acme: int
) -> None:
    with db.transaction(engine) as session:
        first = _log(session, house, acme, seen=0)
    with db.transaction(engine) as session:
        second = _log(session, house, acme, seen=0, member_id=house.bob)
        assert session.scalars(select(Touchpoint.member_id)).all() == [house.alice]
    assert first.done
    assert not second.done
    assert second.touchpoint is not None
    assert second.touchpoint.member_id == house.alice


def test_a_form_always_logs(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        _log(session, house, acme, seen=None)
        assert _log(session, house, acme, seen=None).done
        assert session.get_one(Client, acme).contact_no == 2


def test_undo_makes_the_earlier_button_work_again(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        logged = _logged(_log(session, house, acme, seen=0))
        assert touchpoints.undo(session, house.id, logged.id, NOW + MINUTE, by=None)
        assert not touchpoints.undo(session, house.id, logged.id, NOW + MINUTE, by=None)
    with db.transaction(engine) as session:
        assert session.get_one(Client, acme).contact_no == 0
        assert _log(session, house, acme, seen=0).done


def test_undoing_an_earlier_contact_leaves_the_later_one_in_place(
    engine: Engine, house: agency.Agency, acme: int
) -> None:
    with db.transaction(engine) as session:
        earlier = _logged(_log(session, house, acme, seen=0))
        later = _logged(_log(session, house, acme, seen=1, member_id=house.bob))
        touchpoints.undo(session, house.id, earlier.id, NOW, by=None)
        again = _log(session, house, acme, seen=0)
    assert not again.done
    assert _logged(again).id == later.id


def test_another_workspaces_touchpoints_cannot_be_changed(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        logged = _logged(_log(session, house, acme, seen=0))
    with db.transaction(engine) as session:
        with pytest.raises(LookupError):
            touchpoints.log(
                session, house.other_id, acme, house.charlie, seen=1, occurred_at=NOW, source="nudge", now=NOW
            )
        assert not touchpoints.undo(session, house.other_id, logged.id, NOW, by=None)
        assert (
            touchpoints.amend(session, house.other_id, logged.id, by=None, now=NOW, summary="read by a stranger")
            is None
        )
        assert touchpoints.get(session, house.other_id, logged.id) is None


def test_details_are_added_unless_the_touchpoint_was_undone(engine: Engine, house: agency.Agency, acme: int) -> None:
    with db.transaction(engine) as session:
        logged = _logged(_log(session, house, acme, seen=0))
        amended = touchpoints.amend(
            session, house.id, logged.id, by=None, now=NOW, mood="uneasy", summary="Asked about the invoice"
        )
        assert amended is not None
        assert (amended.mood, amended.summary, amended.channel) == ("uneasy", "Asked about the invoice", "other")
        touchpoints.undo(session, house.id, logged.id, NOW, by=None)
        session.expire_all()
        assert touchpoints.amend(session, house.id, logged.id, by=None, now=NOW, mood="pleased") is None
