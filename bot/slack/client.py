"""Slack clients, made once a token: one that may try again, and one that never sends anything twice.

slack_sdk's default retry handler re-sends after a dropped connection, so that one `chat.postMessage` can become two
messages; the client for posting has none, and the outbox decides. A new TLS context costs tens of milliseconds, so
that all clients share one.
"""

import ssl
from collections.abc import Callable
from functools import lru_cache

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

TIMEOUT_SECONDS = 10
ByTeam = Callable[[str], WebClient]


def clients(token_of: Callable[[str], str], base_url: str) -> tuple[ByTeam, ByTeam]:
    """Give two look-ups of a client by team id: for reading and answering, and for posting.

    `token_of` raises LookupError where there is no token for a team, and so do both.
    """
    context = ssl.create_default_context() if base_url.startswith("https:") else None

    @lru_cache(maxsize=1024)
    def patient(token: str) -> WebClient:
        handlers = [
            ConnectionErrorRetryHandler(max_retry_count=2),
            RateLimitErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        ]
        return WebClient(token, base_url, timeout=TIMEOUT_SECONDS, ssl=context, retry_handlers=handlers)

    @lru_cache(maxsize=1024)
    def once(token: str) -> WebClient:
        return WebClient(token, base_url, timeout=TIMEOUT_SECONDS, ssl=context, retry_handlers=[])

    return (lambda team: patient(token_of(team))), (lambda team: once(token_of(team)))
