from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.infra.i18n import translator
from bot.views import ids
from bot.views import ranking as view
from bot.views.data import Card, Page
from bot.views.ranking import COUNTED
from bot.views.team_data import AgencyNumbers, TeamRow
from scoring.assessment import Factors
from scoring.vocabulary import AccountSize
from tests.bot.views import reading
from tests.bot.views.samples import ALICE, BOB, card, contact_gap, invoice, logged, no_goals, spend

EN = translator("en-US")
ACME = card(1, "Acme", contact_gap(), invoice())
BETA = card(2, "Beta", spend(), colour="amber")


def ranking(cards: Sequence[Card], title: str, page: Page) -> dict[str, Any]:
    return view.ranking([view.row(each, page, EN) for each in cards], title, page, EN)


def team(
    rows: Sequence[TeamRow], cards: Sequence[Card], page: Page, agency: AgencyNumbers | None = None
) -> dict[str, Any]:
    drawn = [view.row(each, page, EN) for each in cards]
    return view.team(rows, drawn, "The team's clients", page, EN, agency=agency)


def test_a_row_has_rank_colour_name_reason_and_the_likeliest_button() -> None:
    assert reading.lines(ranking([ACME, BETA], "Your clients", Page(total=2))) == [
        "Your clients",
        "1. 🔴 Acme · red",
        "12 days since contact · 1 more reason",
        "[Contacted]",
        "2. 🟡 Beta · amber",
        "heading 21% under budget · 12 days since contact",
        "[Open]",
    ]


def test_the_text_names_each_client_in_a_line() -> None:
    said = ranking([ACME, BETA], "Your clients", Page(total=40))["text"]
    assert said.splitlines() == [
        "Your clients",
        "1. 🔴 Acme · red: 12 days since contact · 1 more reason",
        "2. 🟡 Beta · amber: heading 21% under budget · 12 days since contact",
        "and 38 more",
    ]


def test_the_next_part_is_a_click_away_and_counts_on() -> None:
    page = Page("member", member_id=8, offset=12, total=40)
    said = ranking([ACME, BETA], "Bob's clients", page)
    assert "13. 🔴 Acme · red" in reading.lines(said)
    more = next(element for _, element in reading.elements(said) if element["action_id"] == ids.MORE)
    assert more["text"]["text"] == "Show more (26 left)"
    assert ids.unpack(more["value"]) == {"surface": "list", "scope": "member", "member": 8, "offset": 14}


def test_many_more_are_told_as_many() -> None:
    said = ranking([ACME, BETA], "Your clients", Page(total=2 + COUNTED))
    assert "Show more (50 left)" in reading.buttons(said)
    said = ranking([ACME, BETA], "Your clients", Page(total=3 + COUNTED))
    assert "Show more (over 50 left)" in reading.buttons(said)
    assert said["text"].endswith("and over 50 more")


def test_the_last_part_has_no_next() -> None:
    assert reading.buttons(ranking([ACME, BETA], "Your clients", Page(offset=38, total=40))) == [
        "Contacted",
        "Open",
        "Back",
    ]


def test_a_button_in_a_list_carries_where_the_list_stands() -> None:
    said = ranking([ACME], "Your clients", Page(offset=12, total=13))
    _, contacted = next(reading.elements(said))
    assert ids.unpack(contacted["value"]) == {
        "client": 1,
        "contact_no": 3,
        "surface": "list",
        "scope": "mine",
        "offset": 12,
    }


def test_a_client_just_contacted_stays_in_its_place_with_undo() -> None:
    said = ranking([replace(ACME, logged=logged())], "Your clients", Page(total=1))
    assert reading.lines(said)[2:] == ["✓ Contacted, logged by Alice at 10:42\u202fAM", "[Undo]"]


def test_an_empty_list_says_what_to_do() -> None:
    assert "You have no clients yet." in ranking([], "Your clients", Page())["text"]
    assert "No clients here." in ranking([], "The team's clients", Page("team"))["text"]


def test_a_lead_sees_each_book_and_whose_client_is_whose() -> None:
    rows = [TeamRow(ALICE, 12, 2, 3, 6.44, waiting=2), TeamRow(BOB, 1, 0, 0, None)]
    said = team(rows, [replace(BETA, owner=BOB)], Page("team", total=1))
    title, alice, bob, first, *_ = reading.lines(said)
    assert title == "The team's clients"
    assert alice.startswith("• <@U0ALICE>: 12 clients · 🔴 2 red · 🟡 3 amber · 6.4 days since contact on average · ")
    assert alice.endswith(" · 2 red, nobody acted yet")
    assert bob == "• Bob: 1 client"
    assert first == "1. 🟡 Beta · amber · Bob"
    assert "Alice: 12 clients · 🔴 2 red" in said["text"]


def test_a_lead_sees_the_agencys_numbers_above_as_far_as_they_are_known() -> None:
    page = Page("team", total=1)
    known = AgencyNumbers(6.3, 0.92, {"EUR": 4_304_730, "USD": 310_000})
    said = team([], [BETA], page, known)
    kept = "6.3 days since contact on average · 92% of clients kept over a year"
    line = f"{kept} · a typical client is worth €43,000, $3,100"
    assert reading.lines(said)[1] == line
    assert line in said["text"]
    young = team([], [BETA], page, AgencyNumbers(6.3))
    assert reading.lines(young)[1] == "6.3 days since contact on average"
    assert reading.lines(team([], [BETA], page, AgencyNumbers()))[1].startswith("1. ")


def test_a_client_with_nothing_but_a_to_do_says_that_it_can_wait() -> None:
    row = view.row(card(1, "Acme", no_goals(), colour="green"), Page(), EN)
    assert row.text.splitlines()[1] == "when you have time: no goal set · 12 days since contact"
    busy = view.row(card(1, "Acme", contact_gap(), no_goals()), Page(), EN)
    assert busy.text.splitlines()[1] == "12 days since contact"


def test_a_row_says_what_put_it_there_and_keeps_to_words_where_money_is_not_for_the_reader() -> None:
    big = replace(ACME, monthly_fee=520_000, factors=Factors(1.4, 1.0, 1.0, 1.1))
    assert view.row(big, Page(), EN).text.splitlines()[0] == "🔴 Acme · red · €5,200 a month"
    small = replace(big, factors=Factors(0.8, 1.2, 1.0, 1.1))
    assert view.row(small, Page(scope="team"), EN).text.splitlines()[0] == "🔴 Acme · red · new client · Alice"


@pytest.mark.parametrize(("size", "said"), [("big", " · a big account"), ("typical", ""), ("small", ""), (None, "")])
def test_who_may_not_see_money_reads_how_big_an_account_is_where_that_put_it_there(
    size: AccountSize | None, said: str
) -> None:
    words = replace(ACME, sees_money=False, monthly_fee=None, factors=Factors(1.0, 1.0, 1.0, 1.1), account_size=size)
    assert view.row(words, Page(), EN).text.splitlines()[0] == f"🔴 Acme · red{said}"
