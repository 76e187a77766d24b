from dataclasses import replace
from datetime import date

from bot.infra.i18n import translator
from bot.views import ids
from bot.views.digest import IN_FULL, morning_digest
from scoring.assessment import Factors, Signal
from tests.bot.views import reading, samples
from tests.bot.views.samples import card, contact_gap, goal, invoice, logged, margin, morning, no_goals, spend

EN = translator("en-US")
ACME = card(1, "Acme", contact_gap(), invoice(), temperament="choleric")
BETA = card(2, "Beta", spend(), colour="amber", last_contact_on=date(2026, 11, 20))
CARGO = card(3, "Cargo", goal(), colour="amber", last_contact_on=date(2026, 11, 22))
DELTA = card(4, "Delta", contact_gap(9), colour="green")
ECHO = card(5, "Echo", snoozed_until=date(2026, 11, 27))


def test_a_morning_reads_from_what_presses_to_what_is_well() -> None:
    said = morning_digest(morning(ACME, BETA, soon=(DELTA,), snoozed=(ECHO,), well=("Foxtrot", "Golf")), EN)
    assert reading.lines(said) == [
        "Your clients on Mon, Nov 23",
        (
            "2 clients need you today. Start with Acme (12 days since contact, invoice 9 days overdue) · "
            "6.4 days since contact on average"
        ),
        "Acme · 🔴 red",
        "• No contact for 12 days (limit 10)",
        "• €2,400 is 9 days overdue (invoice INV-14); they usually pay within 2 days of the due date",
        "Next: Call or write today. Ask when the payment will go out.",
        "Keep it short, big facts first; take nothing personally.",
        "[Contacted] [No answer] [Snooze] [Why] [Open]",
        "Beta · 🟡 amber · 3 days since contact",
        "• On course to spend €7,900 of €10,000 (21% under)",
        "Next: Raise the budget to about €420 a day from tomorrow to land on target.",
        "[Contacted] [Snooze] [Why] [Open]",
        "Coming up by Tue, Nov 24",
        "🟢 Delta · green",
        "contact due tomorrow",
        "[Contacted]",
        "Snoozed: Echo until Fri, Nov 27",
        "On track, nothing to do: Foxtrot, Golf",
    ]


def test_the_text_says_the_same_and_its_first_line_stands_alone() -> None:
    said = morning_digest(morning(ACME, BETA, CARGO, soon=(DELTA,), snoozed=(ECHO,), well=("Foxtrot",)), EN)["text"]
    first, acme, beta, *rest = said.splitlines()
    assert first == ("3 clients need you today. Start with Acme (12 days since contact, invoice 9 days overdue)")
    assert acme == (
        "Acme (red): No contact for 12 days (limit 10). €2,400 is 9 days overdue (invoice INV-14); they usually "
        "pay within 2 days of the due date. Call or write today. Ask when the payment will go out."
    )
    assert beta == (
        "Beta (amber): On course to spend €7,900 of €10,000 (21% under). "
        "Raise the budget to about €420 a day from tomorrow to land on target."
    )
    assert rest == [
        (
            "Cargo (amber): On pace for 31 of 40 leads. "
            "Find out what slowed the campaigns down; reaching the goal takes 2 a day from tomorrow."
        ),
        "Coming up by Tue, Nov 24: Delta – contact due tomorrow",
        "Snoozed: Echo until Fri, Nov 27",
        "On track, nothing to do: Foxtrot",
    ]


def test_a_contact_takes_the_place_of_the_buttons_and_what_is_still_open_stays() -> None:
    done = replace(ACME, signals=(invoice(),), logged=logged(), last_contact_on=samples.TODAY)
    said = morning_digest(morning(done, BETA), EN)
    assert reading.lines(said)[1:8] == [
        "1 client needs you today, 1 done: Beta (heading 21% under budget) · 6.4 days since contact on average",
        "Acme · 🔴 red · in touch today",
        "✓ Contacted, logged by <@U0ALICE> at 10:42\u202fAM",
        "• €2,400 is 9 days overdue (invoice INV-14); they usually pay within 2 days of the due date",
        "Next: Ask when the payment will go out.",
        "[Undo] [Add details] [Open]",
        "Beta · 🟡 amber · 3 days since contact",
    ]
    assert said["text"].startswith("1 client needs you today, 1 done: Beta (heading 21% under budget)\n")


def test_an_attempt_is_told_and_the_contact_can_still_be_logged() -> None:
    said = morning_digest(morning(replace(ACME, logged=logged("attempt", by=samples.BOB))), EN)
    assert "No answer, logged by Bob at 10:42\u202fAM" in reading.lines(said)
    assert "[Contacted] [Undo] [Add details] [Snooze] [Why] [Open]" in reading.lines(said)


def test_a_client_put_off_from_the_digest_says_until_when_and_waits_no_more() -> None:
    put_off = replace(ACME, snoozed_until=date(2026, 11, 24))
    said = morning_digest(morning(put_off, BETA), EN)
    assert reading.lines(said)[1].startswith("1 client needs you today, 1 done")
    assert "Snoozed until tomorrow" in reading.lines(said)
    assert reading.buttons(said).count("Snooze") == 1
    assert reading.primary(said) == ["Contacted Beta"]


def test_undo_is_offered_only_to_who_may() -> None:
    said = morning_digest(morning(replace(ACME, logged=logged(may_undo=False))), EN)
    assert reading.buttons(said) == ["Open"]


def test_undo_carries_the_touchpoint() -> None:
    said = morning_digest(morning(replace(ACME, logged=logged())), EN)
    undo = next(element for _, element in reading.elements(said) if element["action_id"] == ids.UNDO)
    assert ids.unpack(undo["value"]) == {"client": 1, "contact_no": 3, "surface": "digest", "touchpoint": 77}


def test_one_button_stands_out_that_of_the_first_client_not_dealt_with() -> None:
    assert reading.primary(morning_digest(morning(ACME, BETA), EN)) == ["Contacted Acme"]
    done = replace(ACME, logged=logged())
    assert reading.primary(morning_digest(morning(done, BETA, CARGO), EN)) == ["Contacted Beta"]


def test_every_button_says_whose_it_is_and_carries_it() -> None:
    said = morning_digest(morning(ACME, BETA, soon=(DELTA,)), EN)
    named = {1: "Acme", 2: "Beta", 4: "Delta"}
    for block, element in reading.elements(said):
        carried = ids.carried({**element, "block_id": block.get("block_id", "")})
        assert (carried["contact_no"], carried["surface"]) == (3, "digest")
        if element["type"] == "button":
            assert named[carried["client"]] in element["accessibility_label"]


def test_snooze_offers_what_was_promised() -> None:
    said = morning_digest(morning(ACME), EN)
    select = next(element for _, element in reading.elements(said) if element["action_id"] == ids.SNOOZE)
    assert [option["value"] for option in select["options"]] == ["1d", "3d", "1w", "date"]


def test_a_quiet_day_is_one_line_and_names_who_is_well() -> None:
    said = morning_digest(morning(well=("Foxtrot", "Golf")), EN)
    assert reading.lines(said) == [
        "✓ All clear, Mon, Nov 23: nobody needs you today · 6.4 days since contact on average",
        "On track, nothing to do: Foxtrot, Golf",
    ]
    assert said["text"].splitlines()[0] == "✓ All clear, Mon, Nov 23: nobody needs you today"


def test_a_quiet_day_looks_ahead() -> None:
    said = morning_digest(morning(soon=(DELTA,)), EN)
    assert "Coming up by Tue, Nov 24: Delta – contact due tomorrow" in said["text"]
    assert reading.buttons(said) == ["Contacted"]


def test_when_all_is_done_it_says_so() -> None:
    said = morning_digest(morning(replace(ACME, logged=logged())), EN)
    assert reading.lines(said)[1].startswith("✓ All done for today")


def test_the_first_ten_have_buttons_the_next_a_line_and_the_rest_are_behind_one() -> None:
    said = morning_digest(morning(*(card(number, f"Client {number}") for number in range(60))), EN)
    assert reading.buttons(said).count("Contacted") == IN_FULL
    assert "• 🔴 Client 10 · red · 12 days since contact" in reading.lines(said)
    assert "• 🔴 Client 19 · red · 12 days since contact" in reading.lines(said)
    assert not any("Client 20" in line for line in reading.lines(said))
    more = next(element for _, element in reading.elements(said) if element["action_id"] == ids.MORE)
    assert more["text"]["text"] == "Show 50 more clients"
    assert ids.unpack(more["value"]) == {"surface": "digest", "scope": "mine", "offset": 10}


def test_a_client_with_many_reasons_tells_the_worst_and_counts_the_rest() -> None:
    said = reading.lines(morning_digest(morning(samples.longest(1, "Acme")), EN))
    assert sum(line.startswith("• ") for line in said) == 4
    reasons = [signal for signal in samples.everything() if not signal.is_open_to_do]
    assert f"• {len(reasons) - 3} more reasons" in said


def test_who_stands_in_is_told_for_whom_and_what_happened_last() -> None:
    covered = replace(ACME, covering=True, owner=samples.BOB, last_contact_by=samples.BOB)
    said = morning_digest(morning(covered, covering=(samples.BOB,)), EN)
    assert "You're covering for Bob; their clients are on your list." in reading.lines(said)
    assert "You're covering for Bob. Last contact: Wed, Nov 11, by Bob." in reading.lines(said)
    assert "You're covering for Bob. Last contact: Wed, Nov 11, by Bob." in said["text"]


def test_what_was_held_back_says_why() -> None:
    said = reading.lines(morning_digest(morning(replace(ACME, held_because="cap")), EN))
    assert "Not sent right away: you had already had three alerts that day." in said


def test_long_lists_of_names_are_counted_at_the_end() -> None:
    said = reading.lines(morning_digest(morning(well=tuple(f"C{number}" for number in range(40))), EN))
    assert said[-1].endswith("C10, C11 and 28 more")


def test_what_is_to_be_set_right_is_told_in_a_line_of_its_own() -> None:
    stale = Signal("delivery", "soon", subject="data", evidence={"data_through": date(2026, 11, 18)}, next_step="check")
    said = morning(card(1, "Acme"), to_do=(card(2, "Dusty", stale, no_goals()), card(3, "Aimless", no_goals())))
    told = "When you have time: Dusty – data 5 days old, no goal set; Aimless – no goal set"
    assert told in reading.lines(morning_digest(said, EN))
    assert told in morning_digest(said, EN)["text"]


def test_nobody_reads_that_there_is_nothing_to_do_about_a_client_with_something_to_do() -> None:
    said = morning(well=("Aimless", "Foxtrot"), to_do=(card(3, "Aimless", no_goals()),))
    assert "On track, nothing to do: Foxtrot" in reading.lines(morning_digest(said, EN))
    only = morning(well=("Aimless",), to_do=(card(3, "Aimless", no_goals()),))
    assert "On track" not in morning_digest(only, EN)["text"]


def test_to_dos_are_gathered_in_one_line_and_stand_among_nobodys_reasons() -> None:
    busy, tidy = card(1, "Acme", contact_gap(), margin()), card(2, "Beta", margin(), colour="green")
    said = morning_digest(morning(busy, to_do=(busy, tidy)), EN)
    lines = reading.lines(said)
    assert "When you have time: Acme – margin or hours off track; Beta – margin or hours off track" in lines
    assert [line for line in lines if line.startswith("• ")] == ["• No contact for 12 days (limit 10)"]
    assert "Next: Call or write today." in lines
    assert said["text"].count("argin") == 2


def test_a_client_whose_to_dos_were_done_since_is_left_out_of_that_line() -> None:
    done = replace(card(2, "Beta", margin()), signals=())
    assert "When you have time" not in morning_digest(morning(card(), to_do=(done,)), EN)["text"]


def test_the_first_line_names_where_to_begin_and_the_reds_that_stand_lower() -> None:
    red = replace(CARGO, colour="red")
    said = morning_digest(morning(BETA, ACME, red, DELTA), EN)["text"]
    assert said.splitlines()[0] == (
        "4 clients need you today. Start with Beta (heading 21% under budget). Also red: Acme, Cargo"
    )
    done = morning_digest(morning(BETA, replace(ACME, logged=logged()), red), EN)["text"]
    assert done.splitlines()[0] == (
        "2 clients need you today, 1 done. Start with Beta (heading 21% under budget). Also red: Cargo"
    )
    many = morning_digest(morning(BETA, *(replace(ACME, name=f"C{n}") for n in range(5))), EN)["text"]
    assert many.splitlines()[0].endswith("Also red: C0, C1, C2 and 2 more")


def test_beside_each_name_stands_what_put_it_there() -> None:
    big = replace(ACME, monthly_fee=520_000, factors=Factors(1.4, 1.25, 1.0, 1.1))
    hidden = replace(BETA, sees_money=False, account_size="big", factors=Factors(1.0, 1.0, 1.2, 0.9))
    lines = reading.lines(morning_digest(morning(big, hidden), EN))
    assert "Acme · 🔴 red · €5,200 a month · new client" in lines
    assert "Beta · 🟡 amber · time is running out · a big account · 3 days since contact" in lines
