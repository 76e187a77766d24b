"""Who is what, in the settings form of admins."""

from sqlalchemy import select, update

from bot.infra.models import AuditEntry, Member
from tests import agency
from tests.handlers.conftest import Door
from tests.screens import modal_of


def _make(door: Door, member_id: int, **columns: object) -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).where(Member.id == member_id).values(**columns))


def _role(door: Door, member_id: int) -> str | None:
    with door.services.reading() as session:
        return session.get_one(Member, member_id).role


def test_an_admin_of_slack_names_the_first_admin_and_is_told_what_that_means(door: Door) -> None:
    _make(door, door.house.alice, slack_admin=True)
    door.alice.command("/atrisk", "settings")
    assert "Admins: none named, so Slack's admins are admins" in modal_of(door.alice).words
    assert door.alice.submit({"role_person": agency.BOB, "role": "admin"}).ok
    said = modal_of(door.alice).words
    assert "Bob is an admin now." in said
    assert "Slack's admins no longer are" in said
    assert _role(door, door.house.bob) == "admin"
    with door.services.reading() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.person_id == door.house.bob)).all()
    assert actions == ["role.changed"]
    door.bob.command("/atrisk", "settings")
    assert "Admins: Bob" in modal_of(door.bob).words


def test_the_only_admin_cannot_step_down(door: Door) -> None:
    _make(door, door.house.alice, role="admin")
    door.alice.command("/atrisk", "settings")
    refused = door.alice.submit({"role_person": agency.ALICE, "role": "none"})
    assert refused.field_errors == {"role": "This is the only admin. Name another one first."}
    assert _role(door, door.house.alice) == "admin"


def test_an_admin_who_has_left_is_not_the_one_that_remains(door: Door) -> None:
    _make(door, door.house.alice, role="admin")
    _make(door, door.house.bob, role="admin", account_type="deactivated")
    door.alice.command("/atrisk", "settings")
    refused = door.alice.submit({"role_person": agency.ALICE, "role": "none"})
    assert refused.field_errors == {"role": "This is the only admin. Name another one first."}
    assert _role(door, door.house.alice) == "admin"


def test_a_guest_cannot_have_a_role(door: Door) -> None:
    door.team.person("U0GUEST", "Gert", guest="multi")
    _make(door, door.house.alice, role="admin")
    door.alice.command("/atrisk", "settings")
    refused = door.alice.submit({"role_person": "U0GUEST", "role": "lead"})
    assert refused.field_errors == {"role_person": "Only a colleague in this workspace can have a role."}


def test_who_is_no_admin_sees_and_changes_no_roles(door: Door) -> None:
    _make(door, door.house.alice, role="admin")
    door.alice.command("/atrisk", "settings")
    _make(door, door.house.bob, role="admin")
    _make(door, door.house.alice, role="lead")
    door.alice.submit({"role_person": agency.ALICE, "role": "admin"})
    assert "Only admins can do that. Nothing was changed." in modal_of(door.alice).words
    assert _role(door, door.house.alice) == "lead"
    door.alice.command("/atrisk", "settings")
    assert "Who is what" not in modal_of(door.alice).words
