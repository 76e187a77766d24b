"""Only what Slack has signed lately is let in, and an error in the check lets nothing in."""

import time
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.slack.signature import is_signed

SECRET = "secret"
VERIFIER = SignatureVerifier(SECRET)


def headers(body: str, timestamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = timestamp or str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body) or ""
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


@given(text=st.text())
def test_a_signed_body_is_let_in_and_a_changed_one_is_not(text: str) -> None:
    body = f"text={quote_plus(text)}"
    assert is_signed(VERIFIER, body.encode(), headers(body))
    assert not is_signed(VERIFIER, f"{body}x".encode(), headers(body))


def test_another_secret_and_an_old_signature_are_refused() -> None:
    assert not is_signed(VERIFIER, b"x=1", headers("x=1", secret="another"))
    for seconds in (-400, 400):
        assert not is_signed(VERIFIER, b"x=1", headers("x=1", str(int(time.time()) + seconds)))


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9", "١٧٦٤", "9" * 400, "1_000", " 1"])
def test_a_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    assert not is_signed(VERIFIER, b"x=1", {**headers("x=1"), "x-slack-request-timestamp": timestamp})


@pytest.mark.parametrize("signature", ["", "v0=", "v0=é", "v1=abc", "\x00"])
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    assert not is_signed(VERIFIER, b"x=1", {**headers("x=1"), "x-slack-signature": signature})


@given(body=st.binary(), timestamp=st.text(), signature=st.text())
def test_whatever_comes_the_check_answers_and_never_raises(body: bytes, timestamp: str, signature: str) -> None:
    assert not is_signed(VERIFIER, body, {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature})


def test_a_body_that_is_no_text_is_refused() -> None:
    assert not is_signed(VERIFIER, b"\xff\xfe", headers("x=1"))
