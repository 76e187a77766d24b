"""Who has a client now, for every way in which its owner, their cover and its backup may be missing."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.clients import clients
from bot.infra import db
from bot.infra.models import Member
from bot.people import access, attendance
from tests import agency
from tests.conftest import NOW

TODAY = date(2026, 11, 18)
HERE: dict[str, Any] = {}
AWAY: dict[str, Any] = {"away_from": TODAY, "away_until": TODAY}
GONE: dict[str, dict[str, Any]] = {
    "deactivated": {"account_type": "deactivated"},
    "guest": {"account_type": "guest"},
    "stranger": {"account_type": "stranger"},
    "bot": {"account_type": "bot"},
    "not found in Slack": {"slack_user_id": None},
}
STATES = {"here": HERE, "away": AWAY, "gone": GONE["deactivated"]}


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


@pytest.mark.parametrize("how", GONE)
def test_a_client_whose_owner_is_gone_falls_to_its_backup_at_once(
    engine: Engine, house: agency.Agency, how: str
) -> None:
    with db.transaction(engine) as session:
        left = agency.member(session, house.id, **{"slack_user_id": "U0LEFT", **GONE[how]}).id
        acme = agency.client(session, house.id, "Acme", owner_id=left, backup_id=house.bob, now=NOW).id
        bob, alice = (agency.actor(session, house.id, each, NOW) for each in (house.bob, house.alice))
        assert clients.own_ids(session.connection(), bob) == [acme]
        assert clients.own_ids(session.connection(), alice) == []
        assert access.may_see_money(bob, left, house.bob)
        assert not access.may_see_money(alice, left, house.bob)


def test_a_client_that_nobody_has_is_on_each_leads_list(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        left = agency.member(session, house.id, slack_user_id="U0LEFT", account_type="deactivated").id
        session.get_one(Member, house.bob).role = "lead"
        names = {"gone": {"owner_id": left}, "none": {}, "both gone": {"owner_id": left, "backup_id": left}}
        orphans = {agency.client(session, house.id, name, now=NOW, **people).id for name, people in names.items()}
        agency.client(session, house.id, "Owned", owner_id=house.alice, now=NOW)
        agency.client(session, house.id, "Backed up", owner_id=left, backup_id=house.alice, now=NOW)
        agency.client(session, house.other_id, "Another agency's", now=NOW)
        bob = agency.actor(session, house.id, house.bob, NOW)
        assert set(clients.own_ids(session.connection(), bob)) == orphans


def test_somebody_who_is_here_has_each_client_if_anybody_is(engine: Engine, house: agency.Agency) -> None:
    """Every state of the owner, their cover and the backup; the lists, the amounts and the holder say the same."""
    with db.transaction(engine) as session:
        lead = agency.member(session, house.id, slack_user_id="U0LEAD", role="lead").id
        cases = []
        for number, states in enumerate(product((None, *STATES), repeat=3)):
            ids: list[int | None] = []
            for role, state in zip(("owner", "cover", "backup"), states, strict=True):
                user = f"U{number}{role}".upper()
                columns = STATES[state] if state else {}
                ids.append(agency.member(session, house.id, slack_user_id=user, **columns).id if state else None)
            owner, cover, backup = ids
            if owner:
                session.get_one(Member, owner).cover_id = cover
            client = agency.client(session, house.id, f"C{number}", owner_id=owner, backup_id=backup, now=NOW).id
            cases.append((states, ids, client))
        session.flush()
        today = attendance.load(session.connection(), house.id, NOW)
        left_to_leads = set(clients.own_ids(session.connection(), agency.actor(session, house.id, lead, NOW)))
        for states, ids, client in cases:
            candidates = [states[0], states[1] if states[0] == "away" else None, states[2]]
            expected = next((who for who, state in zip(ids, candidates, strict=True) if state == "here"), None)
            assert today.find_holder(ids[0], ids[2]) == expected
            assert (client in left_to_leads) == (expected is None and states[0] in {None, "gone"})
            for member_id in filter(None, ids):
                reader = agency.actor(session, house.id, member_id, NOW)
                has = reader.has(ids[0], ids[2])
                assert has == (member_id in {expected, ids[0]})
                assert access.may_see_money(reader, ids[0], ids[2]) == (has and reader.is_allowed)
                if reader.attendance.is_here(member_id):
                    assert (client in clients.own_ids(session.connection(), reader)) == has


def test_where_only_the_listed_may_use_it_an_owner_without_a_role_is_gone(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session:
        session.get_one(Member, house.bob).role = "am"
        acme = agency.client(session, house.id, "Acme", owner_id=house.alice, backup_id=house.bob, now=NOW).id
    with db.reading(engine) as session:
        assert clients.own_ids(session.connection(), agency.actor(session, house.id, house.bob, NOW)) == []
    with db.reading(access.limit_to_listed(engine)) as session:
        assert clients.own_ids(session.connection(), agency.actor(session, house.id, house.bob, NOW)) == [acme]
