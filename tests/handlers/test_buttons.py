"""Buttons clicked in the practice Slack: what is logged, and how the place of the click is redrawn."""

from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import insert, select

from bot.clients import clients, snoozes
from bot.importing.parsing import columns
from bot.infra.models import Breach, Client, Member, Observation, Snooze, Touchpoint
from bot.jobs import delivery, digest, sweep
from bot.judging import assessments
from bot.practice import Message, Person
from bot.views import ids
from tests import agency
from tests.conftest import NOW
from tests.handlers.conftest import Door
from tests.screens import home_of, modal_of

ACME = 1


def _touchpoints(door: Door) -> list[Touchpoint]:
    with door.services.reading() as session:
        return list(session.scalars(select(Touchpoint).order_by(Touchpoint.id)))


def _open_breaches(door: Door, client_id: int = ACME) -> dict[str, tuple[str, float, object, object]]:
    with door.services.reading() as session:
        rows = session.scalars(select(Breach).where(Breach.client_id == client_id, Breach.resolved_at.is_(None)))
        return {
            breach.signal: (breach.level, breach.severity, breach.opened_at, breach.announced_at) for breach in rows
        }


def _client(door: Door, client_id: int = ACME) -> Client:
    with door.services.reading() as session:
        return session.get_one(Client, client_id)


def _digest(door: Door, person: Person) -> Message:
    """Compose and deliver this person's digest."""
    with door.services.transaction() as session:
        member = session.scalars(select(Member).where(Member.slack_user_id == person.id)).one()
        assert digest.enqueue(session, member, door.clock())
    while delivery.run_one(door.services):
        door.clock.move(seconds=2)
    return person.last()


def _nudge(door: Door) -> Message:
    """Reopen Acme's breach by a sweep, and deliver the nudge about it."""
    with door.services.transaction() as session:
        session.query(Breach).delete()
        session.query(Client).update({"next_check_at": None})
        acme = session.get_one(Client, ACME)
        acme.next_check_at, acme.started_on = NOW, NOW.date() - timedelta(days=25)
        agency.after_digests(session, NOW)
    while sweep.run_one(door.services):
        pass
    while delivery.run_one(door.services):
        door.clock.move(seconds=2)
    return next(breach for breach in door.alice.messages() if breach.text.startswith("Acme"))


@pytest.fixture(params=["nudge", "digest", "card", "list"])
def shown(door: Door, request: pytest.FixtureRequest) -> Message:
    """Acme with its button, in each kind of message that may show it."""
    where = {
        "nudge": lambda: _nudge(door),
        "digest": lambda: _digest(door, door.alice),
        "card": lambda: door.ask(door.alice, "acme"),
        "list": lambda: door.ask(door.alice),
    }
    message = where[request.param]()
    assert "Acme" in message.words
    return message


def _now(person: Person, message: Message) -> Message:
    """Return the message as the person sees it now."""
    return next(breach for breach in person.messages() if breach.ts == message.ts)


def test_one_click_logs_the_contact_and_the_message_says_so_in_place(door: Door, shown: Message) -> None:
    assert "contact_gap" in _open_breaches(door)
    door.click(door.alice, shown, "nudge.contacted", at=0)
    (logged,) = _touchpoints(door)
    assert (logged.client_id, logged.member_id, logged.outcome, logged.source) == (
        ACME,
        door.house.alice,
        "reached",
        "nudge",
    )
    changed = _now(door.alice, shown)
    assert "logged by" in changed.words
    assert "nudge.undo" in changed.actions()
    assert "logged by" in changed.text
    assert "contact_gap" not in _open_breaches(door)


def test_a_second_click_on_an_old_copy_logs_nothing_more(door: Door, shown: Message) -> None:
    door.click(door.alice, shown, "nudge.contacted", at=0)
    door.click(door.alice, shown, "nudge.contacted", at=0)
    door.practice.redeliver(door.practice.deliveries[-1])
    assert len(_touchpoints(door)) == 1
    assert "logged by" in _now(door.alice, shown).words


def test_undo_restores_exactly_what_was_there(door: Door, shown: Message) -> None:
    before, breaches = _client(door), _open_breaches(door)
    door.click(door.alice, shown, "nudge.contacted", at=0)
    door.click(door.alice, _now(door.alice, shown), "nudge.undo")
    after = _client(door)
    for column in ("contact_no", "risk", "colour", "priority", "next_check_at"):
        assert getattr(after, column) == getattr(before, column), column
    assert _open_breaches(door) == breaches
    changed = _now(door.alice, shown)
    assert "logged by" not in changed.words
    door.click(door.alice, changed, "nudge.contacted", at=0)
    assert "logged by" in _now(door.alice, shown).words
    assert [breach.undone_at is None for breach in _touchpoints(door)] == [False, True]


def test_a_second_person_is_shown_who_was_first(door: Door) -> None:
    alices, bobs = _nudge(door), door.ask(door.bob, "acme")
    door.click(door.bob, bobs, "nudge.contacted")
    door.click(door.alice, alices, "nudge.contacted")
    (logged,) = _touchpoints(door)
    assert logged.member_id == door.house.bob
    assert "Bob" in _now(door.alice, alices).text


def test_an_attempt_does_not_count_as_a_contact(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.no_answer")
    (logged,) = _touchpoints(door)
    assert logged.outcome == "attempt"
    assert "contact_gap" in _open_breaches(door)
    assert "No answer" in _now(door.alice, nudge).text


def test_a_contact_resolves_the_contact_breach_and_no_other(door: Door) -> None:
    with door.services.transaction() as session:
        agency.invoice(session, door.house.id, ACME, due_on=NOW.date() - timedelta(days=40))
        assessments.reassess(session, door.house.id, [ACME], NOW)
    assert _open_breaches(door).keys() >= {"contact_gap", "invoice_overdue"}
    door.click(door.alice, door.ask(door.alice, "acme"), "nudge.contacted")
    assert "invoice_overdue" in _open_breaches(door)
    assert "contact_gap" not in _open_breaches(door)


@pytest.mark.parametrize(("option", "days"), [("1d", 1), ("3d", 3), ("1w", 7)])
def test_a_snooze_lasts_until_that_morning(door: Door, option: str, days: int) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.snooze", option)
    with door.services.reading() as session:
        (snooze,) = session.scalars(select(Snooze))
    assert snooze.until_at.date() == NOW.date() + timedelta(days=days)
    assert "Snoozed until" in _now(door.alice, nudge).text


def test_a_snooze_can_be_undone_by_its_button(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.snooze", "1w")
    snoozed = _now(door.alice, nudge)
    assert "nudge.snooze" not in snoozed.actions()
    door.click(door.alice, snoozed, "nudge.undo")
    with door.services.reading() as session:
        assert snoozes.active(session, door.house.id, [ACME], NOW) == {}
    assert "Snoozed until" not in _now(door.alice, nudge).text
    assert "nudge.snooze" in _now(door.alice, nudge).actions()
    assert "nudge.undo" not in door.ask(door.bob, "acme").actions()


def test_a_snooze_until_a_date_asks_which_and_refuses_the_past(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.snooze", "date")
    assert door.alice.modal is not None
    assert door.alice.submit({"until": "2026-11-18"}).field_errors.keys() == {"until"}
    assert door.alice.submit({"until": "2028-11-18"}).field_errors.keys() == {"until"}
    assert door.alice.submit({"until": "2026-12-01"}).ok
    door.settle()
    with door.services.reading() as session:
        held = snoozes.active(session, door.house.id, [ACME], NOW)
    assert held[ACME].until_at.date().isoformat() == "2026-12-01"
    assert "Snoozed until" in _now(door.alice, nudge).text


def test_why_shows_the_factors_to_this_person_only(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.why")
    assert door.alice.modal is not None
    assert ": risk " in door.alice.modal.words
    assert "effort" in door.alice.modal.words
    assert "of 100 on its own" in door.alice.modal.words


def test_a_contact_moves_the_client_to_the_place_shown_in_why(door: Door) -> None:
    door.click(door.alice, door.ask(door.alice, "acme"), "nudge.why")
    modal = door.alice.modal
    assert modal is not None
    assert "A call today: from 1st to 2nd (priority 0)" in modal.words
    door.ask(door.alice, "log acme called")
    words = door.ask(door.alice).words
    assert words.index("Bolt & Sons") < words.index("Acme")


def test_why_of_a_colleagues_client_has_no_amounts(door: Door) -> None:
    with door.services.transaction() as session:
        agency.invoice(session, door.house.id, ACME, due_on=NOW.date() - timedelta(days=40), amount=123_400)
        assessments.reassess(session, door.house.id, [ACME], NOW)
    door.click(door.alice, door.ask(door.alice, "acme"), "nudge.why")
    assert "1,234" in modal_of(door.alice).words
    door.click(door.bob, door.ask(door.bob, "acme"), "nudge.why")
    assert "1,234" not in modal_of(door.bob).words


def test_why_shows_the_effect_of_goodwill_and_which_data_is_missing(door: Door) -> None:
    with door.services.transaction() as session:
        praise = {"workspace_id": door.house.id, "client_id": ACME, "kind": "praise", "external_id": "p"}
        session.execute(insert(Observation).values(**praise, occurred_on=NOW.date(), created_at=NOW))
    door.click(door.alice, door.ask(door.alice, "acme"), ids.WHY)
    words = modal_of(door.alice).words
    assert "Praised our work" in words
    assert "import observations (mood, complaint, survey" in words
    assert "What would help most" in words


def test_a_row_of_the_digest_opens_the_clients_card(door: Door) -> None:
    message = _digest(door, door.alice)
    door.click(door.alice, message, "client.open", at=0)
    card = door.alice.messages()[-1]
    assert card.ephemeral
    assert "client since" in card.words
    assert _now(door.alice, message).words == message.words


def test_details_are_added_to_what_was_just_logged(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.contacted")
    door.click(door.alice, _now(door.alice, nudge), "nudge.details")
    reaction = door.alice.submit({"channel": "email", "mood": "uneasy", "summary": "They ask for a discount"})
    assert reaction.ok
    (logged,) = _touchpoints(door)
    assert (logged.channel, logged.mood, logged.summary) == ("email", "uneasy", "They ask for a discount")
    assert logged.occurred_at.date() == NOW.date()


def test_expected_silence_pauses_contact_signals_only(door: Door) -> None:
    with door.services.transaction() as session:
        agency.invoice(session, door.house.id, ACME, due_on=NOW.date() - timedelta(days=40))
        assessments.reassess(session, door.house.id, [ACME], NOW)
    door.click(door.alice, door.ask(door.alice, "acme"), "client.silence")
    assert door.alice.submit({"until": "2026-11-17"}).field_errors.keys() == {"until"}
    assert door.alice.submit({"until": "2026-12-24", "reason": "Moving house"}).ok
    assert _open_breaches(door).keys() == {"invoice_overdue"}
    client = _client(door)
    assert client.silent_until == date(2026, 12, 24)
    assert "Moving house" in (client.notes or "")


def test_a_silence_form_that_is_delivered_twice_counts_once(door: Door) -> None:
    assert [_submit_silence(door, "Moving house").status_code for _ in range(2)] == [200, 200]
    assert (_client(door).notes or "").count("Moving house") == 1


def test_a_reason_for_silence_that_the_notes_have_no_room_for_is_refused_at_its_field(door: Door) -> None:
    with door.services.transaction() as session:
        session.get_one(Client, ACME).notes = "x" * (clients.LONGEST_NOTES - 20)
    assert "notes are full" in _submit_silence(door, "Moving house").json()["errors"]["reason"]
    assert "300" in _submit_silence(door, "x" * 301).json()["errors"]["reason"]
    assert _client(door).silent_until is None
    assert "errors" not in _submit_silence(door, "").text
    assert len(_client(door).notes or "") <= clients.LONGEST_NOTES == columns.Column("notes", "text").max_length


def _submit_silence(door: Door, reason: str) -> httpx.Response:
    """Deliver the same submission of the form as Slack would."""
    states = {"until": {"selected_date": "2026-12-24"}, "reason": {"value": reason or None}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": ids.SILENCE_FORM,
        "private_metadata": ids.pack_form(client=ACME),
        "state": {"values": {block: {ids.VALUE: state} for block, state in states.items()}},
    }
    who = {"team": {"id": agency.TEAM}, "user": {"id": agency.ALICE}}
    return door.deliver({"type": "view_submission", **who, "view": view})


def test_the_home_tab_is_redrawn_after_a_click_on_it(door: Door) -> None:
    door.alice.open_home()
    door.settle()
    assert "Acme" in home_of(door.alice).words
    reaction = door.alice.click(home_of(door.alice), "nudge.contacted", at=0)
    assert reaction.ok
    door.settle()
    assert "logged by" in home_of(door.alice).words
    assert len(_touchpoints(door)) == 1


def test_a_client_opened_from_the_home_tab_is_a_modal_whose_buttons_work(door: Door) -> None:
    door.ask(door.alice, "log acme called")
    door.clock.move(hours=1)
    door.alice.open_home()
    door.settle()
    assert door.alice.click(home_of(door.alice), "client.open", at=0).ok
    modal = door.alice.modal
    assert modal is not None
    assert door.alice.click(modal, "nudge.why").ok
    assert len(door.alice.stack) == 2


def test_if_slack_refuses_an_update_the_card_is_sent_as_an_answer(door: Door) -> None:
    nudge = _nudge(door)
    door.practice.fail_next("chat.update", error="message_not_found")
    door.click(door.alice, nudge, "nudge.contacted")
    assert len(_touchpoints(door)) == 1
    answer = door.alice.messages()[-1]
    assert answer.ephemeral
    assert "logged by" in answer.words


def test_a_failed_update_is_retried(door: Door) -> None:
    nudge = _nudge(door)
    door.practice.fail_next("chat.update", status=503)
    door.click(door.alice, nudge, "nudge.contacted")
    assert "logged by" in _now(door.alice, nudge).words


def test_after_no_answer_snooze_and_why_are_still_there(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.no_answer")
    door.click(door.alice, _now(door.alice, nudge), "nudge.why")
    assert "Acme" in modal_of(door.alice).words
    door.click(door.alice, _now(door.alice, nudge), "nudge.snooze", "3d")
    assert "Snoozed until" in _now(door.alice, nudge).words


def test_details_begin_with_the_words_and_suggest_a_call(door: Door) -> None:
    nudge = _nudge(door)
    door.click(door.alice, nudge, "nudge.contacted")
    door.click(door.alice, _now(door.alice, nudge), "nudge.details")
    words = modal_of(door.alice).words
    assert words.index("Summary") < words.index("How")
    assert door.alice.submit({"summary": "All fine"}).ok
    assert [(one.channel, one.summary) for one in _touchpoints(door)] == [("call", "All fine")]


def test_a_contact_with_a_lost_client_can_be_undone(door: Door) -> None:
    with door.services.transaction() as session:
        client = session.get_one(Client, ACME)
        client.status, client.lost_on = "lost", NOW.date()
    card = door.ask(door.alice, "log acme called to say goodbye")
    door.click(door.alice, card, "nudge.undo")
    assert [one.undone_at is not None for one in _touchpoints(door)] == [True]
