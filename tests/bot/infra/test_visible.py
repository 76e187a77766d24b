"""Names without what cannot be seen; texts that a terminal and a log only show."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.infra.visible import clean_name, for_json, for_log, for_terminal


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Acme", "Acme"),
        ("  Acme \t Corp\n", "Acme Corp"),
        ("Ac\u200bme", "Acme"),
        ("Ac\u200dme", "Acme"),
        ("Acme\ufe0f", "Acme"),
        ("\ufeffAcme\u00ad", "Acme"),
        ("Ac\u2060me\U000e0041", "Acme"),
        ("\u3164", ""),
        ("Acme \u202eevil", "Acme evil"),
        ("\x1b[2J\x1b]0;x\x07Acme", "[2J ]0;x Acme"),
        ("\x9b31mAcme", "31mAcme"),
        ("Orzeł Łódź", "Orzeł Łódź"),
        ("👩‍👩‍👧‍👦 Family", "👩‍👩‍👧‍👦 Family"),
        ("❤️‍🔥 1️⃣", "❤️‍🔥 1️⃣"),
        ("می‌خواهم", "می‌خواهم"),
        ("क्‍ष", "क्‍ष"),
    ],
)
def test_a_name_is_what_can_be_seen_of_it(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@given(st.text())
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name
    assert not any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in name)


@given(st.text(st.characters(min_codepoint=0, max_codepoint=0x2100)))
def test_a_terminal_is_given_nothing_to_act_upon(text: str) -> None:
    for shown in (for_terminal(text), for_log(text)):
        assert not any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in shown)
    assert "\n" not in for_log(text)
    assert json.loads(for_json(json.dumps(text, ensure_ascii=False))) == text
