import pytest

from bot.infra.i18n import translator
from bot.views import ids, texts
from bot.views.data import Page, Person
from tests.bot.views import reading

EN = translator("en-US")


def test_help_tells_all_that_can_be_typed() -> None:
    said = texts.help_text(EN)
    assert [line.split(" – ")[0] for line in said["text"].splitlines()[1:-1]] == [
        "/atrisk",
        "/atrisk team",
        "/atrisk @\u2060person",
        "/atrisk CLIENT",
        "/atrisk log CLIENT",
        "/atrisk away until DATE cover @\u2060person",
        "/atrisk back",
        "/atrisk settings",
        "/atrisk help",
    ]
    assert "• /atrisk @person – a colleague's clients" in reading.lines(said)


@pytest.mark.parametrize("why", ["guest", "stranger", "not_yours", "not_in_charge", "only_leads", "else"])
def test_a_refusal_is_polite_and_says_that_nothing_was_changed(why: str) -> None:
    assert texts.refused(why, EN)["text"].endswith("Nothing was changed.")


def test_several_that_fit_are_offered_by_name() -> None:
    said = texts.choose_client("ac", [(1, "Acme"), (2, "Acorn")], EN)
    assert reading.lines(said) == ["Which client do you mean by “ac”?", "Acme", "[Open]", "Acorn", "[Open]"]
    assert [ids.unpack(element["value"])["client"] for _, element in reading.elements(said)] == [1, 2]


def test_too_many_that_fit_ask_for_more_of_the_name() -> None:
    said = texts.choose_client("a", [(number, f"A{number}") for number in range(25)], EN)
    assert len(reading.buttons(said)) == texts.MOST_CHOICES
    assert said["text"].endswith("There are more; type more of the name.")


def test_what_was_typed_is_said_back_harmlessly() -> None:
    assert "&lt;!channel&gt;" in texts.no_such_client("<!channel>", EN)["text"]
    assert texts.no_such_client(" ", EN)["text"].startswith("Which client?")


def test_a_list_is_called_by_whose_it_is() -> None:
    assert texts.list_title(Page("mine"), EN) == "Your clients"
    assert texts.list_title(Page("team"), EN) == "The team's clients"
    assert texts.list_title(Page("member", 8), EN, Person("Bob")) == "Bob's clients"
