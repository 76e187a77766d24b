from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.infra.i18n import translator
from bot.practice.blocks import validate_view
from bot.reporting.client_cards import without_amounts
from bot.views import names, words
from bot.views.client import client_card, health
from bot.views.data import Person, Remedy
from bot.views.modals import why_view
from bot.views.signals import sources
from scoring.assessment import Factors, Signal
from tests.bot.views import reading
from tests.bot.views.samples import ALICE, BOB, TODAY, card, contact_gap, everything, invoice, no_goals, remedies, spend

EN = translator("en-US")
ACME = card(
    1,
    "Acme",
    contact_gap(),
    invoice(),
    backup=BOB,
    monthly_fee=500_000,
    started_on=date(2024, 3, 1),
    renews_on=date(2027, 3, 1),
    last_contact_by=ALICE,
)


def test_a_card_tells_all_that_is_known() -> None:
    known = replace(ACME, fine=(Signal("spend_pacing", "ok"),), unknown=("goal_pacing:leads",))
    assert reading.lines(client_card(known, EN)) == [
        "Acme · 🔴 red",
        "• No contact for 12 days (limit 10)",
        "• €2,400 is 9 days overdue (invoice INV-14); they usually pay within 2 days of the due date",
        "Next: Call or write today. Ask when the payment will go out.",
        "Active · health 32 of 100 · €5,000 a month",
        "Owner: Alice · backup: Bob",
        "Last contact: Wed, Nov 11, by Alice · client since Mar 1, 2024 · contract until Mar 1, 2027",
        "✓ Fine: Spend pacing",
        "Not watched yet: Leads goal",
        "[Contacted] [No answer] [Snooze] [Why] [Expected silence…]",
        "[Mood…] [Working together…]",
    ]


def test_a_snooze_and_expected_silence_say_who_set_them_and_until_when() -> None:
    until = date(2027, 1, 5)
    put_off = replace(ACME, snoozed_until=until, snoozed_by=BOB, silent_until=date(2026, 12, 11), silent_by=ALICE)
    said = reading.lines(client_card(put_off, EN))
    assert "Snoozed until Jan 5, 2027, set by Bob" in said
    assert "Silence expected until Fri, Dec 11, set by Alice" in said
    assert "set by" not in str(client_card(replace(put_off, snoozed_by=None, silent_by=None), EN))


def test_who_may_not_see_money_sees_none() -> None:
    said = client_card(replace(ACME, sees_money=False, signals=(invoice(), spend())), EN)
    assert "€" not in said["text"]
    assert not any("€" in line for line in reading.lines(said))
    assert "€" not in str(why_view(replace(ACME, sees_money=False, signals=(invoice(), spend())), EN))


def test_who_may_not_see_money_reads_words_in_the_place_of_numbers() -> None:
    told = (Remedy("contact", contact_gap(), 22.4, 11),)
    weights = {"contact_gap": 0.7, "invoice_overdue": 0.6}
    hidden = replace(ACME, sees_money=False, account_size="big", weights=weights, remedies=told, place=3)
    assert "Active · a big account" in reading.lines(client_card(replace(hidden, monthly_fee=None), EN))
    assert reading.lines(why_view(hidden, EN))[1:] == [
        "🔴 red, because of:",
        "• No contact for 12 days (limit 10) – since Sat, Nov 21",
        "• Invoice INV-14 is 9 days overdue; they usually pay within 2 days of the due date",
        "What else decides its place in the owner's list:",
        "• account size: a big account",
        "• relationship: established",
        "• time left: no goal that presses",
        "• effort: quick to fix",
        "What would help most:",
        "• A call today",
        "What is not watched counts neither for nor against the client.",
    ]
    unknown = replace(hidden, account_size=None, signals=())
    said = reading.lines(why_view(unknown, EN))
    assert "• account size: not known" in said
    assert "🔴 red: nothing stands out." in said


def test_a_healthy_client_is_named_as_such() -> None:
    well = replace(ACME, signals=(), colour="green", risk=0.0, last_contact_on=date(2026, 11, 22))
    said = reading.lines(client_card(well, EN))
    assert said[0] == "Acme · 🟢 green · 1 day since contact"
    assert "On track, nothing to do." in said
    assert said[-2:] == ["[Contacted] [Why] [Expected silence…]", "[Mood…] [Working together…]"]


def test_a_paused_client_says_until_when() -> None:
    paused = replace(ACME, status="paused", signals=(invoice(),), returns_on=date(2026, 12, 1))
    assert reading.lines(client_card(paused, EN))[0] == "Acme · 🔴 red · paused until Tue, Dec 1"


def test_a_lost_client_asks_for_nothing() -> None:
    lost = replace(ACME, status="lost", signals=(), colour="green", risk=0.0)
    said = client_card(lost, EN)
    assert reading.lines(said)[0] == "Acme · ⚪ lost · 12 days since contact"
    assert "On track" not in said["text"]
    assert reading.buttons(said) == []


def test_who_may_change_what_is_agreed_has_a_button_for_it_even_on_a_lost_clients_card() -> None:
    mine = replace(ACME, may_edit=True)
    assert reading.lines(client_card(mine, EN))[-1] == "[Mood…] [Working together…] [Edit…]"
    lost = replace(mine, status="lost", signals=(), colour="green", risk=0.0)
    assert reading.buttons(client_card(lost, EN)) == ["Edit…"]


def test_a_client_of_nobody_says_so() -> None:
    assert "No owner" in reading.lines(client_card(replace(ACME, owner=None, backup=None), EN))
    assert "Owner: (no name)" in reading.lines(client_card(replace(ACME, owner=Person(" "), backup=None), EN))


def test_why_shows_each_factor_by_name_and_size() -> None:
    assert reading.lines(why_view(replace(ACME, factors=Factors(1.214, 1.25, 1.1, 0.9)), EN)) == [
        "Acme",
        "🔴 red: risk 68 of 100, health 32. It comes from:",
        "• No contact for 12 days (limit 10) – since Sat, Nov 21",
        "• €2,400 is 9 days overdue (invoice INV-14); they usually pay within 2 days of the due date",
        "Priority 91 is the risk multiplied by:",
        "• × 1.21 account size: bigger than typical",
        "• × 1.25 relationship: new",
        "• × 1.1 time left: time is running out",
        "• × 0.9 effort: takes time",
        "× 1 changes nothing. What is not watched counts neither for nor against the client.",
    ]


def test_why_shows_what_each_signal_would_make_alone() -> None:
    weighed = replace(ACME, weights={"contact_gap": 0.7, "invoice_overdue": 0.6})
    said = reading.lines(why_view(weighed, EN))
    assert "• No contact for 12 days (limit 10) – since Sat, Nov 21: 42 of 100 on its own" in said
    assert any(line.endswith("of the due date: 30 of 100 on its own") for line in said)
    assert any(line.startswith("Together they add up to less than their sum") for line in said)


def test_why_tells_what_goodwill_takes_off_while_it_is_fresh() -> None:
    praise: dict[str, Any] = {"kind": "praise", "said_on": date(2026, 11, 20), "freshness": 0.6}
    eased = replace(ACME, fine=(Signal("goodwill", "ok", evidence=praise),), weights={"goodwill": 0.1})
    assert "• Praised our work on Fri, Nov 20: takes 6% off the risk" in reading.lines(why_view(eased, EN))
    faded = replace(eased, fine=(Signal("goodwill", "ok", evidence={**praise, "freshness": 0.0}),))
    assert "off the risk" not in str(why_view(faded, EN))
    assert "Praised" not in str(why_view(faded, EN))


def test_why_says_what_to_import_for_what_has_no_data() -> None:
    blind = replace(ACME, unknown=("mood", "survey", "spend_pacing", "fee_trend", "tenure_mark", "goal_pacing:leads"))
    said = reading.lines(why_view(blind, EN))
    at = said.index("Not watched yet, for lack of data:")
    assert said[at + 1 : at + 6] == [
        "• Mood, Survey score: import observations (mood, survey)",
        "• Spend pacing, Leads goal: import targets (spend, leads)",
        "• Spend pacing, Leads goal: import metrics (spend, leads)",
        "• Fees: import invoices",
        "• Time with us: import clients (started_on, lost_on)",
    ]


def test_why_of_a_client_of_whom_nothing_is_known_stays_within_slack_s_limits() -> None:
    everywhere = replace(ACME, unknown=tuple(sources.SOURCES), remedies=remedies(), place=3)
    assert validate_view(why_view(everywhere, EN)) == []


def test_why_tells_what_would_lower_it_most_and_to_which_place() -> None:
    told = (
        Remedy("contact", contact_gap(), 22.4, 11),
        Remedy("pay", invoice(), 80.0, 3),
        Remedy("pace", spend(), 85.0, 3),
    )
    known = replace(ACME, place=3, remedies=told)
    said = reading.lines(why_view(known, EN))
    begin = said.index("What would help most, and the place it would lead to in the owner's list:")
    assert said[begin + 1 : begin + 4] == [
        "• A call today: from 3rd to 11th (priority 22)",
        "• The overdue invoices paid today: stays 3rd (priority 80)",
        "• Spend back on target: stays 3rd (priority 85)",
    ]
    assert any("in the team's list" in line for line in reading.lines(why_view(replace(known, owner=None), EN)))


def test_a_remedy_names_the_work_that_it_is_about() -> None:
    late = Signal("deadline", "breach", 0.5, "Report", evidence={"title": "*Report* " + "x" * 200})
    said = "\n".join(reading.lines(why_view(replace(ACME, place=2, remedies=(Remedy("finish", late, 1.0, 4),)), EN)))
    assert "“*Report* xxx" in said
    assert "…” finished today: from 2nd to 4th (priority 1)" in said


def test_ranks_are_said_as_people_say_them() -> None:
    said = [names.ordinal(rank, EN) for rank in (1, 2, 3, 4, 11, 12, 13, 21, 22, 33, 111, 1102)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "33rd", "111th", "1,102nd"]


def test_a_breach_of_today_says_so_too() -> None:
    fresh = replace(ACME, signals=(replace(contact_gap(10), since=TODAY),))
    assert "• No contact for 10 days (limit 10) – since today" in reading.lines(why_view(fresh, EN))


def test_risk_and_health_never_look_a_colour_worse_than_they_are() -> None:
    almost_red = replace(ACME, risk=59.96, colour="amber")
    assert health(almost_red) == 41
    assert "🟡 amber: risk 59 of 100, health 41" in "\n".join(reading.lines(why_view(almost_red, EN)))


def test_no_evidence_of_money_reaches_who_may_not_see_it() -> None:
    for signal in everything():
        shown = without_amounts(signal)
        if signal.evidence.get("currency"):
            large = [value for value in shown.evidence.values() if isinstance(value, int) and value > 100_000]
            assert large == [], signal.key


def test_a_day_that_the_reason_tells_already_is_not_told_again() -> None:
    yesterday = TODAY - timedelta(days=1)
    complaint = Signal("complaint", "breach", 0.6, since=yesterday, evidence={"open": 1, "since": yesterday})
    said = reading.lines(why_view(replace(ACME, signals=(complaint,)), EN))
    assert f"• 1 complaint open since {EN.day(yesterday)}" in said


def test_to_dos_stand_under_the_reasons_each_with_its_step() -> None:
    said = reading.lines(client_card(card(1, "Acme", contact_gap(), no_goals()), EN))
    assert said[1:5] == [
        "• No contact for 12 days (limit 10)",
        "Next: Call or write today.",
        "When you have time:",
        f"• {words.reason(no_goals(), EN, TODAY)}. {words.next_step(no_goals(), EN)}",
    ]
    alone = reading.lines(client_card(card(1, "Acme", no_goals()), EN))
    assert f"• {words.reason(no_goals(), EN, TODAY)}" in alone
    assert "When you have time:" not in alone


def test_a_new_client_without_goals_is_not_said_to_have_them() -> None:
    fine = (Signal("spend_pacing", "ok"), Signal("no_goals", "ok", evidence={"since": date(2026, 12, 1)}))
    assert "✓ Fine: Spend pacing" in reading.lines(client_card(replace(ACME, fine=fine), EN))
    assert "✓ Fine: Goals" in reading.lines(client_card(replace(ACME, fine=(Signal("no_goals", "ok"),)), EN))
