"""Where only people with a role may use Atrisk, everybody else gets a polite refusal: no data, no change."""

import pytest
from sqlalchemy import Engine, select, update

from bot.infra.models import Member, OutboxMessage, Touchpoint
from bot.jobs import digest
from bot.people import access
from bot.views import ids
from tests import agency
from tests.handlers.conftest import Door

REFUSED = "Only people with a role may use Atrisk here"


@pytest.fixture
def engine(engine: Engine) -> Engine:
    return access.limit_to_listed(engine)


def _give(door: Door, member_id: int, **columns: object) -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).where(Member.id == member_id).values(**columns))


def test_who_has_no_role_reads_and_changes_nothing_even_from_an_old_card(door: Door) -> None:
    _give(door, door.house.alice, role="am")
    card = door.ask(door.alice, "acme")
    _give(door, door.house.alice, role=None)
    for typed in ("", "team", "acme", "log acme called", "settings", "help", "away until 2026-12-01"):
        answer = door.ask(door.alice, typed)
        assert REFUSED in answer.words
        assert "Acme" not in answer.words
    for action_id in (ids.CONTACTED, ids.WHY, ids.SILENCE):
        door.click(door.alice, card, action_id)
    door.alice.open_home()
    with door.services.reading() as session:
        assert session.scalars(select(Touchpoint)).all() == []
    assert door.alice.modal is None
    _give(door, door.house.alice, role="am")
    assert "Acme" in door.ask(door.alice).words


def test_who_has_no_role_gets_no_digest(door: Door) -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).values(next_digest_at=door.clock()))
    _give(door, door.house.bob, role="am")
    while digest.run_one(door.services):
        pass
    with door.services.reading() as session:
        assert session.scalars(select(OutboxMessage.member_id)).all() == [door.house.bob]


def test_slacks_admins_may_until_an_admin_is_named_and_let_the_others_in(door: Door) -> None:
    _give(door, door.house.alice, slack_admin=True)
    assert "Acme" in door.ask(door.alice).words
    assert REFUSED in door.ask(door.bob).words
    door.alice.command("/atrisk", "settings")
    assert door.alice.submit({"role_person": agency.BOB, "role": "am"}).ok
    assert "Cedar" in door.ask(door.bob).words
