"""`/atrisk away` and `/atrisk back`."""

from datetime import date

import pytest

from bot.infra.models import Member
from tests import agency
from tests.conftest import NOW, Clock
from tests.handlers.conftest import Door


def _alice(door: Door) -> Member:
    with door.services.reading() as session:
        return session.get_one(Member, door.house.alice)


@pytest.mark.parametrize("typed", ["away until 2026-12-01 cover @bob", "AWAY until 1.12.2026 cover @bob"])
def test_the_cover_sees_the_clients_of_a_member_who_is_away(door: Door, typed: str) -> None:
    assert "Acme" not in door.ask(door.bob).words
    answer = door.ask(door.alice, typed)
    assert "Bob covers for you" in answer.words
    alice = _alice(door)
    assert (alice.away_from, alice.away_until, alice.cover_id) == (
        date(2026, 11, 18),
        date(2026, 12, 1),
        door.house.bob,
    )
    assert "Acme" in door.ask(door.bob).words
    assert "5,000" in door.ask(door.bob, "acme").words, "who covers sees the amounts"


def test_coming_back_ends_the_cover(door: Door) -> None:
    door.ask(door.alice, "away until 2026-12-01 cover @bob")
    assert "Welcome back" in door.ask(door.alice, "back").words
    assert _alice(door).away_until is None
    assert "Acme" not in door.ask(door.bob).words
    assert "Welcome back" not in door.ask(door.alice, "back").words


def test_coming_back_early_ends_the_absence_the_day_before(door: Door, clock: Clock) -> None:
    door.ask(door.alice, "away until 2026-12-01 cover @bob")
    clock.move(days=3)
    assert "Welcome back" in door.ask(door.alice, "back").words
    alice = _alice(door)
    assert (alice.away_from, alice.away_until, alice.cover_id) == (date(2026, 11, 18), date(2026, 11, 20), None)
    assert "Acme" not in door.ask(door.bob).words
    assert "Welcome back" not in door.ask(door.alice, "back").words


def test_without_a_cover_the_backups_stand_in(door: Door) -> None:
    assert "Each client's backup" in door.ask(door.alice, "away until 2026-12-01").words
    assert _alice(door).cover_id is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("away", "Say until when"),
        ("away until tomorrow", "Say until when"),
        ("away until 2026-11-17 cover @bob", "from today on"),
        ("away until 2030-01-01 cover @bob", "from today on"),
        ("away until 2026-02-30 cover @bob", "from today on"),
        ("away until 2026-12-01 cover @alice", "Only a colleague"),
        ("away until 2026-12-01 cover @gia", "Only a colleague"),
    ],
)
def test_an_invalid_absence_is_refused_and_nothing_is_saved(door: Door, typed: str, expected: str) -> None:
    door.team.person("U0GIA", "Gia", guest="multi")
    assert expected in door.ask(door.alice, typed).words
    assert _alice(door).away_until is None


def test_an_unknown_cover_is_looked_up_in_slack(door: Door) -> None:
    door.team.person("U0NORA", "Nora")
    assert "Nora covers for you" in door.ask(door.alice, "away until 2026-12-01 cover @nora").words


def test_a_client_whose_name_starts_with_away_is_still_found(door: Door) -> None:
    with door.services.transaction() as session:
        agency.client(session, door.house.id, "Away Travel", owner_id=door.house.alice, now=NOW)
    assert "Away Travel" in door.ask(door.alice, "away travel").words
