"""Slack clients, cached by token: one that retries, and one that never sends anything twice.

slack_sdk's default retry handler sends again after a dropped connection, so that one `chat.postMessage` can become two
messages; the client for posting does not retry, and the outbox decides. Never here: where tokens come from.
"""

import ssl
from collections.abc import Callable
from functools import cache, lru_cache

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

TIMEOUT_SECONDS = 10
ByTeam = Callable[[str], WebClient]


@cache
def certificates() -> ssl.SSLContext:
    """Return the TLS context that all of a process's clients share: a new one takes tens of milliseconds."""
    return ssl.create_default_context()


def make_clients(token_of: Callable[[str], str], base_url: str) -> tuple[ByTeam, ByTeam]:
    """Return two functions from team id to client: for reading and answering, and for posting.

    `token_of` raises LookupError if there is no token for a team, and so do both functions.
    """
    context = certificates() if base_url.startswith("https:") else None

    @lru_cache(maxsize=1024)
    def retrying(token: str) -> WebClient:
        handlers = [
            ConnectionErrorRetryHandler(max_retry_count=2),
            RateLimitErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        ]
        return WebClient(token, base_url, timeout=TIMEOUT_SECONDS, ssl=context, retry_handlers=handlers)

    @lru_cache(maxsize=1024)
    def non_retrying(token: str) -> WebClient:
        return WebClient(token, base_url, timeout=TIMEOUT_SECONDS, ssl=context, retry_handlers=[])

    return (lambda team: retrying(token_of(team))), (lambda team: non_retrying(token_of(team)))
