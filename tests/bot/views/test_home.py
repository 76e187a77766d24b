from bot.infra.i18n import translator
from bot.views import ids
from bot.views.data import Book
from bot.views.home import ROWS, home
from tests.bot.views import reading
from tests.bot.views.samples import ALICE, card, invoice

EN = translator("en-US")


def test_home_shows_the_book_at_a_glance() -> None:
    book = Book(ALICE, (card(1, "Acme"), card(2, "Beta", invoice(), colour="amber")), 2, 5.5)
    assert reading.lines(home(book, EN)) == [
        "Your clients",
        "2 clients · 🔴 1 red · 🟡 1 amber · 5.5 days since contact on average",
        "[Settings]",
        "1. 🔴 Acme · red",
        "12 days since contact",
        "[Contacted]",
        "2. 🟡 Beta · amber",
        "invoice 9 days overdue · 12 days since contact",
        "[Open]",
    ]


def test_its_buttons_know_where_they_stand() -> None:
    view = home(Book(ALICE, (card(1),), 1), EN)
    assert [ids.unpack(element["value"])["surface"] for _, element in reading.elements(view)] == ["home", "home"]


def test_a_book_too_big_for_the_tab_says_how_many_are_left() -> None:
    cards = tuple(card(number, f"Client {number}") for number in range(300))
    said = reading.lines(home(Book(ALICE, cards, 300), EN))
    assert said[-1] == f"and {300 - ROWS} more: type /atrisk"


def test_nobody_yet_is_said_with_what_to_do() -> None:
    assert "You have no clients yet." in reading.lines(home(Book(ALICE, (), 0), EN))[1]
