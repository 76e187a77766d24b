"""What somebody missed, told in a few lines."""

from bot.infra.i18n import translator
from bot.views.absence_summary import MOST, absence_blocks, absence_lines
from bot.views.data import MissedActivity, Person
from bot.views.digest import morning_digest
from tests.bot.views import reading
from tests.bot.views.samples import BOB, morning

EN = translator("en-US")
NORA = Person("Nora")


def test_each_client_has_a_line_with_who_logged_what_and_what_changed() -> None:
    missed = (
        MissedActivity("Acme", contacts=2, by=(BOB, NORA), closed=("contact_gap",)),
        MissedActivity("Beta", attempts=1, by=(NORA,), opened=("goal_pacing:leads", "invoice_overdue")),
    )
    said = absence_lines(missed, EN)
    assert said[0] == "While you were away:"
    assert said[1].startswith("Acme: 2 contacts by Bob, Nora · settled: ")
    assert said[2].startswith("Beta: 1 try with no answer by Nora · came up: ")
    assert said[2].count(",") == 1


def test_a_digest_tells_it_above_the_clients_in_a_single_block() -> None:
    missed = (MissedActivity("Acme", contacts=1, by=(BOB,)),)
    said = morning_digest(morning(missed=missed), EN)
    assert len(said["blocks"]) == len(morning_digest(morning(), EN)["blocks"]) + 1
    assert "• Acme: 1 contact by Bob" in reading.lines(said)
    assert "Acme: 1 contact by Bob" in said["text"].splitlines()


def test_after_a_long_time_away_the_rest_is_a_number() -> None:
    missed = tuple(MissedActivity(f"Client {number}", contacts=1, by=(BOB,)) for number in range(MOST + 3))
    assert absence_lines(missed, EN)[-1] == "and 3 more clients"
    assert len(absence_lines(missed, EN)) == 1 + MOST + 1


def test_nothing_missed_is_nothing_said() -> None:
    assert absence_blocks((), EN) == []
    assert absence_lines((), EN) == []
