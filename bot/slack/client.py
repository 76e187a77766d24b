"""Slack clients: one that retries, one that never sends anything twice, and one for what a person waits for.

slack_sdk's default retry handler sends again after a dropped connection, so that one `chat.postMessage` can become two
messages; the client for posting does not retry, and the outbox decides. What a person waits for has 3 seconds: there
nothing is tried again, and nothing waited for longer than 2. Never here: where tokens come from.
"""

import ssl
import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache, lru_cache
from math import ceil
from typing import Any

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web import SlackResponse

from bot.slack.errors import UnansweredError, classify, is_passing

TIMEOUT_SECONDS = 10
PROMPT_SECONDS = 2.0
"""How long all calls of one request may take: Slack wants an answer within 3 s, and a trigger id is dead after them."""
QUICK_SECONDS = 2
"""For the call with which a process begins: what it is asked meanwhile, such as to stop, waits for it."""
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


class PromptClient(WebClient):
    """The client for one request: nothing is tried again, and all its calls together end within `seconds`.

    A timeout of the socket is one for each of its steps, so a slow network could take several times as long: each call
    runs in a thread of `pool`, and is not waited for beyond the end.
    """

    def __init__(self, client: WebClient, pool: Executor, seconds: float = PROMPT_SECONDS) -> None:
        super().__init__(
            client.token, client.base_url, timeout=ceil(seconds), ssl=client.ssl, proxy=client.proxy,
            retry_handlers=[],
        )  # fmt: skip
        self._pool, self._seconds = pool, seconds
        self._ends_at: float | None = None

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        """Call a method.

        Raises:
            UnansweredError: when there is no answer in time, or Slack asks to come back later.
            slack_sdk.errors.SlackApiError: when Slack refuses for any other reason.
        """
        now = time.monotonic()
        if self._ends_at is None:
            self._ends_at = now + self._seconds
        answer = self._pool.submit(super().api_call, api_method, **options)
        try:
            return answer.result(max(0.0, self._ends_at - now))
        except TimeoutError:
            answer.cancel()  # if it is still waiting for a thread: it must not be carried out late
            raise UnansweredError(f"{api_method}: no answer within {self._seconds:.0f} s") from None
        except Exception as error:
            if is_passing(error):
                raise UnansweredError(f"{api_method}: {classify(error).error}") from None
            raise

    def follow_up(self) -> WebClient:
        """Return the client for work after the answer, which is safe to repeat.

        It tries again after a dropped connection. It does not wait out a rate limit: others' follow-ups would wait
        with it.
        """
        handlers = [ConnectionErrorRetryHandler(max_retry_count=2), ServerErrorRetryHandler(max_retry_count=2)]
        return WebClient(
            self.token, self.base_url, timeout=TIMEOUT_SECONDS, ssl=self.ssl, proxy=self.proxy, retry_handlers=handlers
        )


def asking_once(client: WebClient, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """Return a client with the same token that never retries or waits: for whoever decides when to ask again."""
    return WebClient(client.token, client.base_url, timeout=timeout, ssl=client.ssl, retry_handlers=[])
