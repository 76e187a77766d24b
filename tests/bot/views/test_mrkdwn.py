"""Slack's markup, as its readers see it."""

import time

import pytest

from bot.views import mrkdwn


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<https://x.test>", "https://x.test"),
        ("<https://x.test|x.test>", "https://x.test"),
        ("<https://x.test/a|the plan>", "the plan (https://x.test/a)"),
        ("<mailto:a@x.test|a@x.test>", "a@x.test"),
        ("<tel:+4930|+49 30>", "+49 30 (+4930)"),
        ("<@U1> and <@U2|bob> and <@U3>", "@Ann and @bob and @someone"),
        ("<#C1|general> <#C2>", "#general #channel"),
        ("<!here> <!date^1^{date}|3 May> <!subteam^S1|@sales>", "@here 3 May @sales"),
        ("2 < 3 and <unclosed", "2 < 3 and <unclosed"),
    ],
)
def test_markup_is_read(marked: str, plain: str) -> None:
    assert mrkdwn.to_plain(marked, {"U1": "Ann"}) == plain


def test_people_are_found() -> None:
    assert mrkdwn.find_people("<@U1> <@W2|x> @U3 <#C1>") == {"U1", "W2"}


def test_a_long_message_takes_no_longer_than_its_length() -> None:
    began = time.process_time()
    mrkdwn.to_plain("<" * 40_000, {})
    assert time.process_time() - began < 1
