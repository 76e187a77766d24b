"""Response URLs: the address that Slack sends along with a click or a command, for an answer to this person only.

The address is believed only where it is on Slack's own host: whoever could name another one would have the bot send
what it says anywhere. Never here: what is answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.webhook import WebhookClient

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from slack_sdk import WebClient
    from slack_sdk.webhook import WebhookResponse

TIMEOUT_SECONDS = 10
HOOKS = {"slack.com": "hooks.slack.com", "slack-gov.com": "hooks.slack-gov.com"}
"""The host of response URLs, by the host of the Web API. Source: Slack, "Handling user interaction"."""
_API = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d+)?/", re.IGNORECASE)
_PATH = "[!-~]{0,500}"
"""Printable ASCII without spaces, so that nothing can be put into the request's headers."""


def is_slacks(url: str, api_url: str) -> bool:
    """Tell whether a response URL is on the host that belongs to the Web API's address.

    For Slack itself that is its host for hooks, over https; for a practice workspace its own host, on any port.
    """
    api = _API.match(api_url)
    if api is None:
        return False
    scheme, host = api["scheme"].lower(), api["host"].lower().removeprefix("www.")
    if host in HOOKS:
        start = re.escape(f"https://{HOOKS[host]}/")
    else:
        start = re.escape(f"{scheme}://{host}") + r"(?::\d{1,5})?/"
    return re.fullmatch(start + _PATH, url) is not None


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """An address on Slack's own host at which a click or a command may be answered."""

    url: str
    ssl: ssl.SSLContext | None = None

    @classmethod
    def of(cls, url: object, slack: WebClient) -> ResponseUrl | None:
        """Return the address; None if there is none, or it is not Slack's."""
        return cls(url, slack.ssl) if isinstance(url, str) and is_slacks(url, slack.base_url) else None

    def answer(self, body: Mapping[str, Any], *, replaces_original: bool) -> WebhookResponse:
        """Answer to this person only, below the message or in its place."""
        client = WebhookClient(self.url, timeout=TIMEOUT_SECONDS, ssl=self.ssl)
        return client.send_dict({**body, "response_type": "ephemeral", "replace_original": replaces_original})
