"""Whether a request over HTTP comes from Slack: its signature, checked over the raw body before anything of it is read.

Never here: what the request says. Source: Slack, "Verifying requests from Slack" (HMAC-SHA256 of
``v0:timestamp:body``, at most five minutes old).
"""

from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier

LONGEST_TIMESTAMP = 12
"""Digits; Slack sends ten."""


def is_signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Tell whether a body carries a valid signature that is not too old. An error in the check is a refusal."""
    timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        return False
    try:
        return signature.isascii() and verifier.is_valid(body, timestamp, signature)
    except (TypeError, ValueError):
        return False
