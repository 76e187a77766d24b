import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.infra.i18n import translator
from bot.practice.blocks import validate_message
from bot.views import blocks
from bot.views.digest import morning_digest
from bot.views.nudge import nudge_card
from tests.bot.views.samples import card, morning

FAMILY = "👩‍👩‍👧‍👦"


@given(st.text(), st.integers(4, 100))
def test_a_cleaned_text_is_one_short_line_without_control_characters(text: str, limit: int) -> None:
    said = blocks.clean(text, limit)
    assert len(said) <= limit
    assert said == said.strip()
    assert not any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in said)


@example("00؛", 4)
@given(st.text(min_size=1), st.integers(4, 100))
def test_cleaning_twice_changes_nothing_more(text: str, limit: int) -> None:
    once = blocks.clean(text, limit)
    assert blocks.clean(once, limit) == once


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u200b\u200d", "\u202e", "\u0301"])
def test_a_text_with_nothing_to_see_is_empty(blank: str) -> None:
    assert blocks.clean(blank) == ""


def test_a_text_from_right_to_left_is_isolated_and_its_own_controls_are_dropped() -> None:
    assert blocks.clean("شركة") == "\u2068شركة\u2069"
    assert blocks.clean("Acme \u202eevil") == "Acme evil"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Acme", 4, "Acme"),
        ("Acme Corp", 6, "Acme…"),
        (FAMILY * 3, 16, FAMILY * 2 + "…"),
        (FAMILY * 3, 12, FAMILY + "…"),
        ("🇵🇱🇩🇪🇪🇸", 4, "🇵🇱…"),
        ("👍🏽👍🏽", 3, "👍🏽…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
    ],
)
def test_a_cut_never_goes_through_a_sign(text: str, limit: int, cut: str) -> None:
    assert blocks.clip(text, limit) == cut


@given(st.text())
def test_what_slack_parses_is_escaped_so_that_nothing_is_linked_or_called(text: str) -> None:
    said = blocks.message([text], [])["text"]
    assert "<" not in said
    assert ">" not in said
    assert "@here" not in said
    assert "@channel" not in said
    assert "://" not in said


def test_what_slack_escaped_comes_back() -> None:
    assert blocks.unescape("a &lt;b&gt; &amp;lt;") == "a <b> &lt;"


def test_a_first_line_too_long_for_slack_is_cut_and_later_ones_are_left_out() -> None:
    long = blocks.message(["ж" * 9000, "more"], [])["text"]
    assert 600 < len(long) < 800
    many = blocks.message([f"line {number}" for number in range(9000)], [])["text"]
    assert len(many.encode()) <= blocks.TEXT_BYTES
    assert many.endswith("\n…")
    assert all(line.startswith("line ") for line in many.splitlines()[:-1])


@given(st.text(max_size=300))
def test_any_name_at_all_makes_messages_that_slack_takes(name: str) -> None:
    t = translator("en-US")
    assert validate_message(nudge_card(card(1, name), t)) == []
    assert validate_message(morning_digest(morning(card(1, name), well=(name,)), t)) == []


def test_no_shape_is_ever_parsed_for_mentions_or_asterisks() -> None:
    said = nudge_card(card(1, "<!channel> *x*"), translator("en-US"))
    assert "mrkdwn" not in str(said["blocks"])
    assert "'emoji': True" not in str(said["blocks"])


def test_leaves_are_put_into_a_sentence_in_the_order_of_its_language() -> None:
    who, when = blocks.mention("U1"), blocks.span("10:42")
    assert blocks.fill_in("At {when} by {who}.", who=who, when=when) == [
        blocks.span("At "),
        when,
        blocks.span(" by "),
        who,
        blocks.span("."),
    ]
