"""The form for a client's details, opened from its card in Slack."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, update

from bot.clients import clients, details
from bot.infra.models import Assessment, Breach, Client, Member, Workspace
from bot.practice import Person, View
from bot.views import ids
from tests import agency
from tests.conftest import NOW
from tests.handlers.conftest import LONG_AGO, Door
from tests.screens import home_of, modal_of

ACME = 1
TODAY = NOW.date()


def _open(door: Door, person: Person, client: str = "acme") -> dict[str, dict[str, Any]]:
    """Open the form from the card, and return its inputs."""
    door.click(person, door.ask(person, client), ids.EDIT)
    assert modal_of(person).callback_id == ids.CLIENT_FORM
    return _inputs(person)


def _inputs(person: Person) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in modal_of(person).blocks if block["type"] == "input"}


def _choose_status(door: Door, person: Person, status: str) -> None:
    assert person.click(modal_of(person), ids.STATUS, status).ok
    door.settle()


def _acme(door: Door) -> Client:
    with door.services.reading() as session:
        return session.get_one(Client, ACME)


def _set(door: Door, **columns: Any) -> None:
    with door.services.transaction() as session:
        session.execute(update(Client).where(Client.id == ACME).values(**columns))


def _promote(door: Door, member_id: int) -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).where(Member.id == member_id).values(role="lead"))


def test_the_form_shows_the_current_details(door: Door) -> None:
    _set(door, contact_limit_days=5, renews_on=date(2027, 3, 1), temperament="phlegmatic", monthly_fee=520_050)
    asked = _open(door, door.alice)
    assert list(asked) == ["status", "contact_limit_days", "renews_on", "monthly_fee", "temperament"]
    assert asked["status"]["initial_option"]["value"] == "active"
    assert asked["contact_limit_days"]["initial_value"] == "5"
    assert asked["renews_on"]["initial_date"] == "2027-03-01"
    assert asked["monthly_fee"]["initial_value"] == "5200.50"
    assert asked["temperament"]["initial_option"]["value"] == "phlegmatic"


def test_a_change_by_the_owner_takes_effect_at_once(door: Door) -> None:
    card = door.ask(door.alice, "acme")
    door.click(door.alice, card, ids.EDIT)
    filled = {
        "contact_limit_days": "300",
        "monthly_fee": "6000.5",
        "renews_on": "2027-09-30",
        "temperament": "choleric",
    }
    assert door.alice.submit(filled).ok
    door.settle()
    assert "Saved the details of Acme." in modal_of(door.alice).words
    acme = _acme(door)
    assert (acme.contact_limit_days, acme.monthly_fee, acme.temperament) == (300, 600_050, "choleric")
    assert (acme.renews_on, acme.status, acme.owner_id) == (date(2027, 9, 30), "active", door.house.alice)
    assert acme.next_check_at is not None
    assert acme.next_check_at > NOW
    with door.services.reading() as session:
        still_open = Breach.client_id == ACME, Breach.signal == "contact_gap", Breach.resolved_at.is_(None)
        assert session.scalars(select(Breach).where(*still_open)).first() is None, "200 days are within 300"
        assert session.get_one(Workspace, door.house.id).benchmarks_on is None
    redrawn = next(message for message in door.alice.messages() if message.ts == card.ts)
    assert "€6,000 a month" in redrawn.words, "the card is drawn again where it stands"
    assert "contract until Sep 30, 2027" in redrawn.words


def test_an_emptied_field_falls_back_to_the_agencys_limit_or_unknown(door: Door) -> None:
    _set(door, contact_limit_days=5, renews_on=date(2027, 3, 1), temperament="phlegmatic")
    _open(door, door.alice)
    emptied = {"contact_limit_days": None, "renews_on": None, "monthly_fee": None, "temperament": "unknown"}
    assert door.alice.submit(emptied).ok
    acme = _acme(door)
    assert (acme.contact_limit_days, acme.renews_on, acme.monthly_fee, acme.temperament) == (None, None, None, None)


def test_a_lost_client_needs_a_date_and_leaves_the_list(door: Door) -> None:
    _open(door, door.alice)
    _choose_status(door, door.alice, "lost")
    assert list(_inputs(door.alice))[:2] == ["status", "lost_on"]
    assert _inputs(door.alice)["lost_on"]["initial_date"] == TODAY.isoformat()
    assert door.alice.submit({"lost_on": "2026-11-10"}).ok
    acme = _acme(door)
    assert (acme.status, acme.lost_on) == ("lost", date(2026, 11, 10))
    assert "Acme" not in door.ask(door.alice).words
    with door.services.reading() as session:
        assert session.scalars(select(Breach).where(Breach.client_id == ACME, Breach.resolved_at.is_(None))).all() == []


def test_a_lost_client_that_comes_back_is_listed_again(door: Door) -> None:
    _set(door, status="lost", lost_on=date(2026, 11, 10))
    _open(door, door.alice)
    assert "lost_on" in _inputs(door.alice)
    _choose_status(door, door.alice, "active")
    assert "lost_on" not in _inputs(door.alice)
    assert door.alice.submit().ok
    assert (_acme(door).status, _acme(door).lost_on) == ("active", None)
    assert "Acme" in door.ask(door.alice).words


def test_a_paused_client_asks_for_a_return_date(door: Door) -> None:
    _open(door, door.alice)
    _choose_status(door, door.alice, "paused")
    _choose_status(door, door.alice, "lost")
    _choose_status(door, door.alice, "paused")
    assert list(_inputs(door.alice))[:3] == ["status", "returns_on", "contact_limit_days"]
    assert door.alice.submit({"returns_on": "2026-12-01"}).ok
    assert (_acme(door).status, _acme(door).returns_on, _acme(door).lost_on) == ("paused", date(2026, 12, 1), None)
    assert "paused until" in door.ask(door.alice, "acme").words


def test_choosing_a_status_in_a_closed_form_opens_nothing(door: Door) -> None:
    _open(door, door.alice)
    form = modal_of(door.alice)
    _choose_status(door, door.alice, "lost")
    assert door.alice.click(form, ids.STATUS, "paused").ok, "chosen before the first choice was drawn"
    door.settle()
    assert "returns_on" in _inputs(door.alice)
    door.alice.close()
    assert door.alice.click(form, ids.STATUS, "paused").ok
    door.settle()
    assert door.alice.modal is None


def test_choosing_a_status_keeps_what_was_typed(door: Door) -> None:
    _open(door, door.alice)
    before = {block["block_id"]: block for block in modal_of(door.alice).blocks}
    _choose_status(door, door.alice, "paused")
    after = {block["block_id"]: block for block in modal_of(door.alice).blocks}
    assert {name for name in before if before[name] != after[name]} == {"status"}, "Slack keeps what is in the others"


def test_other_details_of_an_overdue_paused_client_can_be_edited(door: Door) -> None:
    _set(door, status="paused", returns_on=date(2026, 11, 1))
    _open(door, door.alice)
    assert door.alice.submit({"temperament": "sanguine"}).ok
    assert (_acme(door).temperament, _acme(door).returns_on) == ("sanguine", date(2026, 11, 1))


@pytest.mark.parametrize(
    ("status", "filled", "why"),
    [
        ("active", {"contact_limit_days": "0"}, "Enter a whole number from 1 to 365, or leave it empty."),
        ("active", {"contact_limit_days": "366"}, "Enter a whole number from 1 to 365, or leave it empty."),
        ("active", {"monthly_fee": "-5"}, "Enter an amount like 1200 or 1200.50, or leave it empty."),
        ("active", {"monthly_fee": "1" + "0" * 13}, "Enter an amount like 1200 or 1200.50, or leave it empty."),
        (
            "active",
            {"renews_on": (LONG_AGO - timedelta(days=1)).isoformat()},
            "This is before they started, May 2, 2026.",
        ),
        ("lost", {"lost_on": (TODAY + timedelta(days=1)).isoformat()}, "This day is in the future."),
        ("lost", {"lost_on": "2020-01-01"}, "This is before they started, May 2, 2026."),
        ("paused", {"returns_on": (TODAY - timedelta(days=1)).isoformat()}, "Choose a day from today on."),
    ],
)
def test_invalid_values_are_refused_at_the_field_and_nothing_is_saved(
    door: Door, status: str, filled: dict[str, str], why: str
) -> None:
    before = details.read(_acme(door))
    _open(door, door.alice)
    if status != "active":
        _choose_status(door, door.alice, status)
    answer = door.alice.submit({**filled, "temperament": "sanguine"})
    assert answer.field_errors == dict.fromkeys(filled, why)
    assert details.read(_acme(door)) == before


@pytest.mark.parametrize(
    ("block", "state"),
    [
        ("status", {"selected_option": {"value": "gone"}}),
        ("contact_limit_days", {"value": "٣"}),
        ("contact_limit_days", {"value": "2.5"}),
        ("monthly_fee", {"value": "much"}),
        ("monthly_fee", {"value": "NaN"}),
        ("temperament", {"selected_option": {"value": "grumpy"}}),
    ],
)
def test_values_that_the_form_cannot_send_are_refused_at_the_field(
    door: Door, block: str, state: dict[str, Any]
) -> None:
    before = details.read(_acme(door))
    assert _deliver(door, agency.ALICE, {block: state}).json()["errors"].keys() == {block}
    assert details.read(_acme(door)) == before


def test_only_a_lead_can_change_the_owner(door: Door) -> None:
    assert "owner" not in _open(door, door.alice)
    answer = _deliver(door, agency.ALICE, {"owner": {"selected_user": agency.BOB}})
    assert "Only leads and admins" in answer.text
    assert _acme(door).owner_id == door.house.alice
    _promote(door, door.house.bob)
    asked = _open(door, door.bob)
    assert list(asked)[:3] == ["status", "owner", "backup"]
    assert asked["owner"]["initial_user"] == agency.ALICE
    assert door.bob.submit({"owner": agency.BOB, "backup": agency.ALICE}).ok
    assert "Bob now looks after Acme." in modal_of(door.bob).words
    assert (_acme(door).owner_id, _acme(door).backup_id) == (door.house.bob, door.house.alice)
    assert "Acme" not in door.ask(door.alice).words
    assert "Acme" in door.ask(door.bob).words


def test_a_client_can_be_given_to_a_colleague_who_is_not_a_member_yet(door: Door) -> None:
    _promote(door, door.house.bob)
    door.team.person("U0DORA", "Dora", email="dora@agency.test")
    _open(door, door.bob)
    assert door.bob.submit({"owner": "U0DORA"}).ok
    with door.services.reading() as session:
        dora = session.scalars(select(Member).where(Member.slack_user_id == "U0DORA")).one()
    assert (_acme(door).owner_id, dora.workspace_id) == (dora.id, door.house.id)


@pytest.mark.parametrize("who", ["U0GUEST", "U0NOBODY", agency.CHARLIE])
@pytest.mark.parametrize("block", ["owner", "backup"])
def test_a_client_cannot_be_given_to_an_outsider(door: Door, block: str, who: str) -> None:
    _promote(door, door.house.bob)
    door.team.person("U0GUEST", "Greta", guest="multi")
    _open(door, door.bob)
    assert door.bob.submit({block: who}).field_errors.keys() == {block}
    assert (_acme(door).owner_id, _acme(door).backup_id) == (door.house.alice, None)


def test_an_owner_is_required_and_cannot_be_their_own_backup(door: Door) -> None:
    _promote(door, door.house.bob)
    _open(door, door.bob)
    assert door.bob.submit({"backup": agency.ALICE}).field_errors == {"backup": "Choose someone other than the owner."}
    answer = _deliver(door, agency.BOB, {"owner": {"selected_user": None}})
    assert answer.json()["errors"] == {"owner": "Choose a colleague."}


def test_an_owner_who_is_not_in_slack_stays_unless_another_is_chosen(door: Door) -> None:
    _promote(door, door.house.bob)
    with door.services.transaction() as session:
        later = agency.member(session, door.house.id, email="later@agency.test").id
    _set(door, owner_id=later, backup_id=later)
    _set(door, backup_id=door.house.alice)
    assert "initial_user" not in _open(door, door.bob)["owner"]
    assert "later@agency.test, who is not in Slack yet" in modal_of(door.bob).words
    assert door.bob.submit({"temperament": "sanguine", "backup": None}).ok
    assert (_acme(door).owner_id, _acme(door).backup_id, _acme(door).temperament) == (later, None, "sanguine")


def test_a_colleague_has_no_edit_button_and_is_refused(door: Door) -> None:
    card = door.ask(door.bob, "acme")
    assert ids.EDIT not in card.actions()
    _press(door, agency.BOB)
    assert "Only the client's owner" in door.answers.received[-1]["text"]
    assert door.bob.modal is None
    answer = _deliver(door, agency.BOB, {"monthly_fee": {"value": "1"}})
    assert "Only the client's owner" in answer.text
    assert _acme(door).monthly_fee == 500_000


def test_the_cover_may_edit_only_while_the_owner_is_away(door: Door) -> None:
    with door.services.transaction() as session:
        away = {"away_from": TODAY, "away_until": TODAY, "cover_id": door.house.bob}
        session.execute(update(Member).where(Member.id == door.house.alice).values(**away))
    assert "owner" not in _open(door, door.bob)
    door.clock.move(hours=24)
    assert door.bob.submit({"monthly_fee": "1"}).ok
    assert "Only the client's owner" in modal_of(door.bob).words
    assert _acme(door).monthly_fee == 500_000


def test_another_workspace_can_neither_open_nor_change_it(door: Door) -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).where(Member.id == door.house.charlie).values(role="admin"))
    _press(door, agency.CHARLIE, team=agency.OTHER_TEAM)
    assert "no longer exists" in door.answers.received[-1]["text"]
    answer = _deliver(door, agency.CHARLIE, {"monthly_fee": {"value": "1"}}, team=agency.OTHER_TEAM)
    assert "no longer exists" in answer.text
    assert "Acme" not in answer.text
    assert _acme(door).monthly_fee == 500_000


def test_guests_are_refused(door: Door) -> None:
    door.team.person("U0GUEST", "Greta", guest="multi")
    _press(door, "U0GUEST")
    assert "guests" in door.answers.received[-1]["text"]
    assert "guests" in _deliver(door, "U0GUEST", {"monthly_fee": {"value": "1"}}).text
    assert _acme(door).monthly_fee == 500_000


def test_of_two_simultaneous_edits_the_second_is_shown_the_first_ones_value(door: Door) -> None:
    _promote(door, door.house.bob)
    _open(door, door.alice)
    _open(door, door.bob)
    changed = {"monthly_fee": "6000", "contact_limit_days": "5"}
    assert door.alice.submit(changed).ok
    refused = door.bob.submit({"monthly_fee": "7000", "temperament": "sanguine"}).field_errors
    assert refused.keys() == {"monthly_fee"}
    assert "€6,000" in refused["monthly_fee"]
    assert (_acme(door).monthly_fee, _acme(door).temperament) == (600_000, None)
    assert door.bob.submit({"monthly_fee": "6000", "temperament": "sanguine"}).ok
    acme = _acme(door)
    assert (acme.monthly_fee, acme.temperament, acme.contact_limit_days) == (600_000, "sanguine", 5)


def test_a_conflicting_owner_is_shown_by_name(door: Door) -> None:
    _promote(door, door.house.bob)
    door.team.person("U0DORA", "Dora")
    _open(door, door.bob)
    _set(door, owner_id=door.house.bob)
    refused = door.bob.submit({"owner": "U0DORA"}).field_errors
    assert "Bob" in refused["owner"]


def test_an_error_in_a_hidden_date_is_shown_at_the_status(door: Door) -> None:
    _open(door, door.alice)
    _set(door, status="lost", lost_on=date(2026, 11, 1))
    refused = door.alice.submit({"status": "paused"}).field_errors
    assert refused.keys() == {"status"}
    assert "lost" in refused["status"]


def test_a_form_delivered_twice_changes_nothing_the_second_time(door: Door) -> None:
    _open(door, door.alice)
    assert door.alice.submit({"monthly_fee": "6000"}).ok
    sent = door.practice.deliveries[-1]
    door.practice.redeliver(sent)
    assert _acme(door).monthly_fee == 600_000


def test_an_erased_client_is_reported_as_gone(door: Door) -> None:
    _open(door, door.alice)
    with door.services.transaction() as session:
        session.execute(delete(Assessment).where(Assessment.client_id == ACME))
        session.delete(clients.get(session, door.house.id, ACME))
    assert door.alice.submit({"monthly_fee": "6000"}).ok
    assert "no longer exists" in modal_of(door.alice).words


def test_from_the_home_tab_the_card_below_the_form_is_redrawn(door: Door) -> None:
    with door.services.reading() as session:
        number = session.get_one(Client, ACME).contact_no
    assert number == 0
    door.ask(door.alice, "log acme called")
    door.alice.open_home()
    home = home_of(door.alice)
    opened = [element for _, element in _elements(home) if element["action_id"] == ids.OPEN]
    assert door.alice.click(home, ids.OPEN, opened[0]["value"]).ok
    assert door.alice.click(modal_of(door.alice), ids.EDIT).ok
    assert len(door.alice.stack) == 2
    assert door.alice.submit({"monthly_fee": "6000"}).ok
    door.settle()
    assert len(door.alice.stack) == 1
    assert "€6,000 a month" in modal_of(door.alice).words


def _elements(view: View) -> list[tuple[str, dict[str, Any]]]:
    return [(block["block_id"], block["accessory"]) for block in view.blocks if "accessory" in block]


def _press(door: Door, user: str, *, team: str = agency.TEAM) -> None:
    value = ids.pack(client=ACME, contact_no=0, surface=ids.CARD)
    action = {"type": "button", "action_id": ids.EDIT, "block_id": "b", "value": value, "action_ts": "1.2"}
    door.deliver(
        {
            "type": "block_actions",
            "team": {"id": team},
            "user": {"id": user, "team_id": team},
            "trigger_id": f"1.{user}",
            "container": {"type": "message", "channel_id": "C1", "message_ts": "1.0"},
            "response_url": door.answers.url,
            "actions": [action],
        }
    )


def _deliver(door: Door, user: str, changed: dict[str, dict[str, Any]], *, team: str = agency.TEAM) -> httpx.Response:
    """Deliver a submission of the form as Slack would, with any values."""
    states: dict[str, dict[str, Any]] = {
        "status": {"selected_option": {"value": "active"}},
        "monthly_fee": {"value": "5000"},
        "temperament": {"selected_option": {"value": "unknown"}},
        **changed,
    }
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": ids.CLIENT_FORM,
        "private_metadata": ids.pack_form(
            client=ACME, surface=ids.CARD, status="active", owner_id=door.house.alice, monthly_fee=500_000
        ),
        "state": {"values": {block: {ids.VALUE: state} for block, state in states.items()}},
    }
    who = {"id": user, "team_id": team}
    return door.deliver({"type": "view_submission", "team": {"id": team}, "user": who, "view": view})
