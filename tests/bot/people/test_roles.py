"""Roles that the agency names."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.infra import db
from bot.infra.models import AuditEntry, Member
from bot.people import access, roles
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.transaction(engine) as session:
        yield session


@pytest.fixture
def house(session: Session) -> agency.Agency:
    return agency.create(session, NOW)


def _name(session: Session, member_id: int, role: str | None, by: int | None = None) -> roles.Change:
    member = session.get_one(Member, member_id)
    return roles.name(session, member.workspace_id, member, role, by=by, via="slack", now=NOW)


def test_once_an_admin_is_named_slacks_admins_are_none(session: Session, house: agency.Agency) -> None:
    session.get_one(Member, house.alice).slack_admin = True
    session.flush()
    assert agency.actor(session, house.id, house.alice, NOW).is_admin
    assert _name(session, house.bob, "admin", house.alice).is_first_admin
    assert not agency.actor(session, house.id, house.alice, NOW).leads
    assert agency.actor(session, house.id, house.bob, NOW).is_admin
    assert not _name(session, house.alice, "admin", house.bob).is_first_admin


def test_the_only_admin_stays_one(session: Session, house: agency.Agency) -> None:
    _name(session, house.alice, "admin")
    for role in ("lead", None):
        with pytest.raises(roles.LastAdminError):
            _name(session, house.alice, role)
    assert session.get_one(Member, house.alice).role == "admin"
    _name(session, house.bob, "admin")
    _name(session, house.alice, None)
    assert roles.load(session, house.id).admins[0].name == "Bob"


def test_a_role_that_changes_is_recorded_with_what_it_was(session: Session, house: agency.Agency) -> None:
    _name(session, house.bob, "lead", house.alice)
    _name(session, house.bob, "lead", house.alice)
    (entry,) = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.member_id, entry.person_id) == ("role.changed", house.alice, house.bob)
    assert (entry.before, entry.after) == ({"role": None}, {"role": "lead"})


@pytest.mark.parametrize(
    ("role", "slack_admin", "account_type"),
    [(None, False, "unlisted"), ("am", False, "member"), ("lead", False, "member"), (None, True, "member")],
)
def test_where_only_the_listed_may_use_it_who_has_no_role_is_unlisted(
    engine: Engine,
    role: str | None,
    slack_admin: bool,  # noqa: FBT001
    account_type: str,
) -> None:
    with db.transaction(engine) as session:
        house = agency.create(session, NOW)
        bob = session.get_one(Member, house.bob)
        bob.role, bob.slack_admin = role, slack_admin
    with db.reading(access.limit_to_listed(engine)) as session:
        found = agency.actor(session, house.id, house.bob, NOW)
        assert (found.account_type, found.is_allowed) == (account_type, account_type == "member")
    with db.reading(engine) as session:
        assert agency.actor(session, house.id, house.bob, NOW).is_allowed
