"""What `/atrisk` answers when something is missing, or means nobody."""

from sqlalchemy import func, select

from bot.infra import db
from bot.infra.models import Touchpoint
from bot.views import modals
from tests import agency
from tests.conftest import NOW
from tests.handlers.conftest import Door
from tests.screens import modal_of


def _count_touchpoints(door: Door) -> int:
    with door.services.reading() as session:
        return session.scalar(select(func.count()).select_from(Touchpoint)) or 0


def test_log_alone_opens_the_form_and_no_client_with_log_in_its_name(door: Door) -> None:
    with db.transaction(door.services.engine) as session:
        agency.client(session, door.house.id, "Gantry Logistics", owner_id=door.house.alice, now=NOW)
    for typed in ("log", "LOG  "):
        assert door.alice.command("/atrisk", typed).ok
        assert modal_of(door.alice).callback_id == "touchpoint.form"
        door.alice.close()


def test_back_while_not_away_says_so(door: Door) -> None:
    assert door.ask(door.alice, "back").words == "You're not away. Type /atrisk for your list."


def test_a_guest_or_a_stranger_has_no_clients(door: Door) -> None:
    door.team.person("U0OLGA", "Olga", guest="multi")
    door.team.person("U0SAM", "Sam", stranger=True, team_id="T0ELSE")
    for mention in ("@olga", "@sam"):
        answer = door.ask(door.alice, mention).words
        assert "no clients here" in answer or answer == "Only colleagues in this workspace have clients here."
        assert "no name" not in answer


def test_a_note_that_does_not_fit_is_refused_with_its_length(door: Door) -> None:
    note = "x" * (modals.LONGEST_SUMMARY + 345)
    answer = door.ask(door.alice, f"log acme {note}").words
    assert answer == "Your note has 2,345 characters, and 2,000 fit. Nothing was logged: please shorten it."
    assert _count_touchpoints(door) == 0
    door.ask(door.alice, f"log acme {note[:2000]}")
    assert _count_touchpoints(door) == 1


def test_a_list_turns_back_to_the_page_before(door: Door) -> None:
    with db.transaction(door.services.engine) as session:
        for number in range(30):
            agency.client(
                session, door.house.id, f"Row {number:02}", owner_id=door.house.bob, priority=50.0 - number, now=NOW
            )
    door.click(door.bob, door.ask(door.bob), "list.more")
    second = door.bob.messages()[-1]
    assert "Row 12" in second.words
    door.click(door.bob, second, "list.back")
    first = door.bob.messages()[-1].words
    assert "Row 00" in first
    assert "Back" not in first
