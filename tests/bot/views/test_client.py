from dataclasses import replace
from datetime import date

from bot.cards import without_amounts
from bot.i18n import translator
from bot.views.cards import Person
from bot.views.client import client_card, health, why
from scoring.assessment import Factors, Signal
from tests.bot.views import reading
from tests.bot.views.samples import ALICE, BOB, card, contact_gap, everything, invoice, spend

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
        "• Invoice INV-14 (€2,400) is 9 days late; this client usually pays within 2 days",
        "Next: Call or write today. Ask when the payment will go out.",
        "Active · health 32 of 100 · €5,000 a month",
        "Owner: Alice · backup: Bob",
        "Last contact: Wed, Nov 11, by Alice · client since Mar 1, 2024 · contract until Mar 1, 2027",
        "In order: Spend against the target",
        "No data: Leads against the goal",
        "[Contacted] [No answer] [Snooze] [Why] [Expected silence …]",
    ]


def test_who_may_not_see_money_sees_none() -> None:
    said = client_card(replace(ACME, sees_money=False, signals=(invoice(), spend())), EN)
    assert "€" not in said["text"]
    assert not any("€" in line for line in reading.lines(said))
    assert "€" not in why(replace(ACME, sees_money=False, signals=(invoice(), spend())), EN)["text"]


def test_a_healthy_client_is_named_as_such() -> None:
    well = replace(ACME, signals=(), colour="green", risk=0.0, last_contact_on=date(2026, 11, 22))
    said = reading.lines(client_card(well, EN))
    assert said[0] == "Acme · 🟢 green · 1 day since contact"
    assert "Healthy: what works needs no fiddling." in said
    assert said[-1] == "[Contacted] [Why] [Expected silence …]"


def test_a_paused_client_says_until_when() -> None:
    paused = replace(ACME, status="paused", signals=(invoice(),), returns_on=date(2026, 12, 1))
    assert reading.lines(client_card(paused, EN))[0] == "Acme · 🔴 red · paused until Tue, Dec 1"


def test_a_lost_client_asks_for_nothing() -> None:
    lost = replace(ACME, status="lost", signals=(), colour="green", risk=0.0)
    said = client_card(lost, EN)
    assert reading.lines(said)[0] == "Acme · ⚪ lost · 12 days since contact"
    assert reading.buttons(said) == []


def test_a_client_of_nobody_says_so() -> None:
    assert "No owner" in reading.lines(client_card(replace(ACME, owner=None, backup=None), EN))
    assert "Owner: (no name)" in reading.lines(client_card(replace(ACME, owner=Person(" "), backup=None), EN))


def test_why_shows_each_factor_by_name_and_size() -> None:
    assert reading.lines(why(replace(ACME, factors=Factors(1.214, 1.25, 1.1, 0.9)), EN)) == [
        "Acme",
        "Risk 68 of 100, health 32: 🔴 red. It comes from:",
        "• No contact for 12 days (limit 10) – since Sat, Nov 21",
        "• Invoice INV-14 (€2,400) is 9 days late; this client usually pays within 2 days",
        "Priority 91 is the risk times:",
        "• × 1.21 value of the client: above the agency's median",
        "• × 1.25 relationship: new",
        "• × 1.1 time left: the period is running out",
        "• × 0.9 effort: takes a while",
        "A factor of 1 changes nothing. What has no data counts neither for nor against.",
    ]


def test_why_shows_what_each_signal_would_make_alone() -> None:
    weighed = replace(ACME, weights={"contact_gap": 0.7, "invoice_overdue": 0.6})
    said = reading.lines(why(weighed, EN))
    assert "• No contact for 12 days (limit 10) – since Sat, Nov 21: 42 of 100 by itself" in said
    assert any(line.endswith("within 2 days: 30 of 100 by itself") for line in said)
    assert any(line.startswith("Together the signals make less than their sum") for line in said)


def test_risk_and_health_never_look_a_colour_worse_than_they_are() -> None:
    almost_red = replace(ACME, risk=59.96, colour="amber")
    assert health(almost_red) == 41
    assert "Risk 59 of 100, health 41: 🟡 amber" in why(almost_red, EN)["text"]


def test_no_evidence_of_money_reaches_who_may_not_see_it() -> None:
    for signal in everything():
        shown = without_amounts(signal)
        if signal.evidence.get("currency"):
            large = [value for value in shown.evidence.values() if isinstance(value, int) and value > 100_000]
            assert large == [], signal.key
