from dataclasses import replace
from datetime import date

from bot.infra.i18n import translator
from bot.views import ids
from bot.views.nudge import nudge_card
from tests.bot.views import reading, samples
from tests.bot.views.samples import card, contact_gap, invoice, logged

EN = translator("en-US")
ACME = card(1, "Acme", contact_gap(), invoice(), temperament="melancholic")


def test_a_nudge_says_why_now_what_to_do_and_how() -> None:
    said = nudge_card(ACME, EN)
    assert reading.lines(said) == [
        "Acme · 🔴 red",
        "• No contact for 12 days (limit 10)",
        "• €2,400 is 9 days overdue (invoice INV-14); they usually pay within 2 days of the due date",
        "Next: Call or write today. Ask when the payment will go out.",
        "Be patient, report often and in detail, and reassure them again.",
        "Since Sat, Nov 21",
        "[Contacted] [No answer] [Snooze] [Why] [Open]",
    ]
    assert said["text"].startswith("Acme (red): No contact for 12 days (limit 10). €2,400 is 9 days overdue")
    assert reading.primary(said) == ["Contacted Acme"]


def test_after_the_click_it_says_who_and_when_and_asks_for_nothing_more() -> None:
    done = replace(ACME, signals=(), colour="green", logged=logged(), last_contact_on=samples.TODAY)
    said = nudge_card(done, EN)
    assert reading.lines(said) == [
        "Acme · 🟢 green · in touch today",
        "✓ Contacted, logged by <@U0ALICE> at 10:42\u202fAM",
        "[Undo] [Add details] [Open]",
    ]
    assert said["text"] == "Acme (green): ✓ Contacted, logged by Alice at 10:42\u202fAM."


def test_the_block_of_the_buttons_gets_a_new_id_once_a_contact_was_logged() -> None:
    before, after = nudge_card(ACME, EN), nudge_card(replace(ACME, contact_no=4, logged=logged()), EN)
    assert before["blocks"][-1]["block_id"] != after["blocks"][-1]["block_id"]
    assert ids.unpack(before["blocks"][-1]["block_id"]) == {"client": 1, "contact_no": 3, "surface": "nudge"}


def test_a_snoozed_client_says_until_when_and_is_not_snoozed_twice() -> None:
    said = nudge_card(replace(ACME, snoozed_until=date(2026, 11, 24)), EN)
    assert "Snoozed until tomorrow" in reading.lines(said)
    assert "Snooze" not in reading.buttons(said)


def test_a_client_with_money_trouble_alone_does_not_offer_no_answer() -> None:
    assert "No answer" not in reading.buttons(nudge_card(card(1, "Acme", invoice()), EN))
