"""The settings form, and its effect on the next digest and the policy."""

from datetime import UTC, datetime, time
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from bot.infra import db
from bot.infra.models import Client, Member, OutboxMessage, Workspace
from bot.jobs import digest
from bot.judging import policies
from bot.people.digest_schedule import LONGEST_REST
from bot.practice import Person, View
from bot.views import ids
from tests import agency
from tests.conftest import NOW
from tests.handlers.conftest import Door
from tests.screens import home_of, modal_of


def _open(person: Person) -> View:
    assert person.command("/atrisk", "settings").ok
    return modal_of(person)


def _stored(door: Door, member_id: int) -> Member:
    with door.services.reading() as session:
        return session.get_one(Member, member_id)


def _promote(door: Door, member_id: int, role: str = "lead") -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).where(Member.id == member_id).values(role=role))


def _due_at(door: Door, member_id: int, at: datetime | None) -> None:
    with door.services.transaction() as session:
        session.execute(update(Member).where(Member.id == member_id).values(next_digest_at=at))


def _digests(door: Door) -> list[str]:
    """Compose what is due, and return the keys of Alice's digests."""
    while digest.run_one(door.services):
        pass
    with door.services.reading() as session:
        hers = (OutboxMessage.kind == "digest", OutboxMessage.member_id == door.house.alice)
        return list(session.scalars(select(OutboxMessage.key).where(*hers)))


def _policy(door: Door) -> dict[str, Any]:
    with door.services.reading() as session:
        return policies.overrides(session, door.house.id)


def _checks(door: Door) -> dict[str, datetime | None]:
    with door.services.reading() as session:
        return {row.name: row.next_check_at for row in session.scalars(select(Client))}


def test_the_form_shows_the_stored_settings(door: Door) -> None:
    with door.services.transaction() as session:
        values = {"digest_time": time(7, 30), "workdays": "1234", "quiet_days": "nothing", "country": "PL"}
        session.execute(update(Member).where(Member.id == door.house.alice).values(values))
        session.execute(update(Workspace).where(Workspace.id == door.house.id).values(country="ES"))
    form = _open(door.alice)
    assert form.callback_id == ids.SETTINGS_FORM
    asked = {block["block_id"]: block["element"] for block in form.blocks if block["type"] == "input"}
    assert list(asked) == ["digest_time", "workdays", "quiet_days", "country"]
    assert asked["digest_time"]["initial_time"] == "07:30"
    assert [option["value"] for option in asked["workdays"]["initial_options"]] == list("1234")
    assert asked["quiet_days"]["initial_option"]["value"] == "nothing"
    assert asked["country"]["initial_option"]["text"]["text"] == "Poland"
    assert "Agency default: Spain" in form.words
    assert "Your time zone, UTC, and your language, English, come from your Slack profile." in form.words


def test_the_form_also_opens_from_the_home_tab(door: Door) -> None:
    door.alice.open_home()
    assert door.alice.click(home_of(door.alice), ids.SETTINGS).ok
    assert modal_of(door.alice).callback_id == ids.SETTINGS_FORM


def test_a_members_settings_are_saved_and_confirmed(door: Door) -> None:
    _due_at(door, door.house.alice, datetime(2026, 11, 18, 9, tzinfo=UTC))
    door.clock.at = datetime(2026, 11, 18, 6, tzinfo=UTC)
    _open(door.alice)
    wanted = {"digest_time": "08:15", "workdays": ["1", "2", "4"], "quiet_days": "nothing", "country": "PL"}
    assert door.alice.submit(wanted).ok
    assert "Saved. Your next list: tomorrow at 8:15\u202fAM." in modal_of(door.alice).words
    assert "rechecked" not in modal_of(door.alice).words
    alice, bob = _stored(door, door.house.alice), _stored(door, door.house.bob)
    assert (alice.digest_time, alice.workdays, alice.quiet_days, alice.country) == (time(8, 15), "124", "nothing", "PL")
    assert alice.next_digest_at == door.clock.at + LONGEST_REST, "due later, and looked at again by then"
    assert (bob.digest_time, bob.workdays) == (time(9), "12345")


def test_a_member_who_had_todays_list_gets_the_next_one_tomorrow(door: Door) -> None:
    _due_at(door, door.house.alice, NOW)
    assert len(_digests(door)) == 1
    for at, expected in (("11:00", "tomorrow at 11:00"), ("06:00", "tomorrow at 6:00"), ("23:30", "tomorrow at 11:30")):
        _open(door.alice)
        assert door.alice.submit({"digest_time": at}).ok
        assert expected in modal_of(door.alice).words
        door.clock.move(minutes=1)
    door.clock.move(hours=14.9)
    assert len(_digests(door)) == 1
    door.clock.move(hours=24)
    assert len(_digests(door)) == 2


def test_moving_todays_list_to_a_time_that_has_passed_sends_it_now_once(door: Door) -> None:
    door.clock.at = datetime(2026, 11, 18, 8, tzinfo=UTC)
    _due_at(door, door.house.alice, datetime(2026, 11, 18, 9, tzinfo=UTC))
    _open(door.alice)
    assert door.alice.submit({"digest_time": "07:00"}).ok
    assert "Today's list is on its way" in modal_of(door.alice).words
    assert len(_digests(door)) == 1
    door.clock.move(hours=1)
    assert len(_digests(door)) == 1
    assert _stored(door, door.house.alice).next_digest_at == datetime(2026, 11, 19, 7, tzinfo=UTC)


def test_a_new_day_off_cancels_todays_list(door: Door) -> None:
    door.clock.at = datetime(2026, 11, 18, 8, tzinfo=UTC)  # a Wednesday
    _due_at(door, door.house.alice, datetime(2026, 11, 18, 9, tzinfo=UTC))
    _open(door.alice)
    assert door.alice.submit({"workdays": ["1", "5"]}).ok
    assert "Fri, Nov 20" in modal_of(door.alice).words
    door.clock.move(hours=2)
    assert _digests(door) == []


def test_changing_settings_does_not_repeat_a_quiet_morning(door: Door) -> None:
    _due_at(door, door.house.alice, datetime(2026, 11, 19, 9, tzinfo=UTC))  # today's had its turn, and said nothing
    door.clock.move(hours=1)
    _open(door.alice)
    assert door.alice.submit({"quiet_days": "nothing"}).ok
    assert "tomorrow at 9:00" in modal_of(door.alice).words
    assert _digests(door) == []


def test_changing_working_days_makes_the_members_clients_due(door: Door) -> None:
    before = _checks(door)
    _open(door.alice)
    assert door.alice.submit({"digest_time": "10:00"}).ok
    assert _checks(door) == before
    door.clock.move(minutes=1)
    _open(door.alice)
    assert door.alice.submit({"workdays": ["1"]}).ok
    after = _checks(door)
    assert {name for name in after if after[name] == door.clock()} == {"Acme", "Bolt & Sons"}


def test_a_member_without_clients_is_told_when_lists_start(door: Door) -> None:
    dora = door.team.person("U0DORA", "Dora", tz="UTC")
    _open(dora)
    assert dora.submit({"digest_time": "10:00"}).ok
    assert "once you have clients" in modal_of(dora).words


@pytest.mark.parametrize(
    ("block", "state"),
    [
        ("digest_time", {"selected_time": "25:00"}),
        ("digest_time", {"selected_time": None}),
        ("workdays", {"selected_options": []}),
        ("workdays", {"selected_options": [{"value": "8"}]}),
        ("quiet_days", {"selected_option": {"value": "sometimes"}}),
        ("country", {"selected_option": {"value": "XX"}}),
    ],
)
def test_values_that_the_form_cannot_send_are_refused_at_the_field(
    door: Door, block: str, state: dict[str, Any]
) -> None:
    answer = _deliver(door, agency.ALICE, **{block: state})
    assert answer.json()["errors"].keys() == {block}
    assert _stored(door, door.house.alice).digest_time == time(9)


def test_a_lead_changes_the_agencys_limits_and_every_client_becomes_due(door: Door) -> None:
    _promote(door, door.house.bob)
    form = _open(door.bob)
    asked = {block["block_id"]: block["element"] for block in form.blocks if block["type"] == "input"}
    assert list(asked)[4:] == ["agency_country", *policies.SLACK_LIMITS]
    assert [asked[name]["initial_value"] for name in policies.SLACK_LIMITS] == ["10", "7", "2", "2"]
    door.clock.move(minutes=1)
    assert door.bob.submit({"contact_limit_days": "14", "agency_country": "ES"}).ok
    assert modal_of(door.bob).words.endswith("The agency's settings changed, so every client is rechecked.")
    assert _policy(door) == {"contact_limit_days": 14}
    checks = _checks(door)
    assert {name for name in checks if checks[name] == door.clock()} == {"Acme", "Bolt & Sons", "Cedar"}
    with door.services.reading() as session:
        kept = session.get_one(Workspace, door.house.id)
        assert (kept.country, kept.benchmarks_on) == ("ES", None)
        assert session.get_one(Workspace, door.house.other_id).country is None
    assert "limit 14" not in door.ask(door.alice, "acme").words, "the sweep has not been there yet"


def test_a_limit_reset_to_its_default_is_no_longer_an_override(door: Door) -> None:
    _promote(door, door.house.bob)
    for typed, kept in (("14", {"contact_limit_days": 14}), ("10", {})):
        _open(door.bob)
        assert door.bob.submit({"contact_limit_days": typed}).ok
        assert _policy(door) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [("0", "Enter a whole number from 1 to 365."), ("366", "Enter a whole number from 1 to 365.")],
)
def test_an_invalid_limit_is_refused_at_its_field_with_the_allowed_range(door: Door, typed: str, why: str) -> None:
    _promote(door, door.house.bob)
    _open(door.bob)
    answer = door.bob.submit({"digest_time": "10:00", "due_soon_days": "3", "contact_limit_days": typed})
    assert answer.field_errors == {"contact_limit_days": why}
    assert _policy(door) == {}
    assert _stored(door, door.house.bob).digest_time == time(9), "nothing of the form is kept"


@pytest.mark.parametrize("typed", ["", "1.5", "many", "nan", "1e999", "-1", "٣٤", "1_000", "1e1"])
def test_a_limit_that_is_not_a_number_is_refused(door: Door, typed: str) -> None:
    _promote(door, door.house.alice)
    answer = _deliver(door, agency.ALICE, contact_limit_days={"value": typed})
    assert answer.json()["errors"].keys() == {"contact_limit_days"}
    assert _policy(door) == {}


def test_only_leads_see_and_change_the_agencys_limits(door: Door) -> None:
    assert "agency_country" not in str(_open(door.alice).blocks)
    for block, state in (
        ("contact_limit_days", {"value": "30"}),
        ("agency_country", {"selected_option": {"value": "ES"}}),
    ):
        answer = _deliver(door, agency.ALICE, **{block: state})
        assert "Only leads and admins" in answer.text
    assert _policy(door) == {}
    assert _stored(door, door.house.alice).digest_time == time(9)


def test_a_former_lead_cannot_submit_a_form_opened_before(door: Door) -> None:
    _promote(door, door.house.bob)
    _open(door.bob)
    _promote(door, door.house.bob, "am")
    assert door.bob.submit({"contact_limit_days": "30", "digest_time": "10:00"}).ok
    assert "Only leads and admins" in modal_of(door.bob).words
    assert _policy(door) == {}
    assert _stored(door, door.house.bob).digest_time == time(9)


def test_of_two_leads_the_second_is_shown_the_first_ones_value(door: Door) -> None:
    for member_id in (door.house.alice, door.house.bob):
        _promote(door, member_id)
    _open(door.alice)
    _open(door.bob)
    assert door.alice.submit({"contact_limit_days": "14", "agency_country": "ES"}).ok
    answer = door.bob.submit({"contact_limit_days": "21"})
    assert answer.field_errors.keys() == {"contact_limit_days"}
    assert "14" in answer.field_errors["contact_limit_days"]
    answer = door.bob.submit({"agency_country": "PL"})
    assert "Spain" in answer.field_errors["agency_country"]
    assert _policy(door) == {"contact_limit_days": 14}


def test_two_leads_who_change_different_limits_both_succeed(door: Door) -> None:
    for member_id in (door.house.alice, door.house.bob):
        _promote(door, member_id)
    _open(door.alice)
    _open(door.bob)
    assert door.alice.submit({"contact_limit_days": "14", "agency_country": "ES"}).ok
    assert door.bob.submit({"due_soon_days": "4"}).ok
    assert _policy(door) == {"contact_limit_days": 14, "due_soon_days": 4}
    with door.services.reading() as session:
        assert session.get_one(Workspace, door.house.id).country == "ES"


def test_the_agencys_country_moves_the_digests_of_members_who_follow_it(door: Door) -> None:
    _promote(door, door.house.bob)
    with door.services.transaction() as session:
        session.execute(update(Member).values(next_digest_at=datetime(2026, 12, 8, 9, tzinfo=UTC)))
    door.clock.at = datetime(2026, 12, 7, 12, tzinfo=UTC)
    _open(door.bob)
    assert door.bob.submit({"agency_country": "ES"}).ok
    assert "Wed, Dec 9" in modal_of(door.bob).words, "8 December is a holiday in Spain"
    assert _digests(door) == []
    assert _stored(door, door.house.alice).next_digest_at == door.clock.at + LONGEST_REST
    assert _stored(door, door.house.charlie).next_digest_at == datetime(2026, 12, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("standing", [{"guest": "multi"}, {"stranger": True, "team_id": "T0ELSE"}])
def test_guests_and_strangers_cannot_open_the_settings(door: Door, standing: dict[str, Any]) -> None:
    outsider = door.team.person("U0OUT", "Olga", **standing)
    assert outsider.command("/atrisk", "settings").message is not None
    assert outsider.modal is None
    assert "Nothing was changed" in _deliver(door, "U0OUT", digest_time={"selected_time": "10:00"}).text


def test_settings_of_another_workspace_stay_there(door: Door) -> None:
    with db.transaction(door.services.engine) as session:
        session.execute(update(Member).where(Member.id == door.house.charlie).values(role="admin"))
    _open(door.charlie)
    assert door.charlie.submit({"contact_limit_days": "30", "digest_time": "10:00"}).ok
    assert _policy(door) == {}
    assert [_stored(door, who).digest_time for who in (door.house.alice, door.house.bob)] == [time(9), time(9)]


def _deliver(door: Door, user: str, **changed: dict[str, Any]) -> httpx.Response:
    """Deliver a submission of the settings as Slack would, with any values."""
    states: dict[str, dict[str, Any]] = {
        "digest_time": {"selected_time": "09:30"},
        "workdays": {"selected_options": [{"value": day} for day in "12345"]},
        "quiet_days": {"selected_option": {"value": "all_clear"}},
        "country": {"selected_option": {"value": "default"}},
        **changed,
    }
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": ids.SETTINGS_FORM,
        "private_metadata": ids.pack_form(surface="form", contact_limit_days=10),
        "state": {"values": {block: {ids.VALUE: state} for block, state in states.items()}},
    }
    team = {"id": agency.TEAM}
    return door.deliver({"type": "view_submission", "team": team, "user": {"id": user}, "view": view})


def test_no_public_holidays_can_be_chosen(door: Door) -> None:
    _open(door.alice)
    assert door.alice.submit({"country": "ZZ"}).ok
    assert _stored(door, door.house.alice).country == "ZZ"
    form = _open(door.alice)
    asked = {block["block_id"]: block["element"] for block in form.blocks if block["type"] == "input"}
    assert asked["country"]["initial_option"]["text"]["text"] == "None, only weekends off"
