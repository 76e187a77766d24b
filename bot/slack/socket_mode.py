"""Socket Mode's client, made to wait for Slack in a way that ends when the process is asked to stop.

slack_sdk's own sleeps as long as Slack's Retry-After says, in the thread that it is closed from, and gives up at any
other refusal. Never here: what is done with what comes in.
"""

import threading

from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.web import WebClient

from bot.infra.outages import Outage
from bot.slack.errors import CALL_FAILED, classify

TIMEOUT_SECONDS = 5
"""Of a call: nothing else delays the end of the process."""
RETRY_SECONDS = 10
"""Between two attempts to connect, unless Slack says how long to wait."""


class PatientSocketModeClient(SocketModeClient):
    """Connects as soon as Slack can, and reconnects likewise; a refusal of the token itself is raised at once."""

    def __init__(self, app_token: str, base_url: str, stopped: threading.Event, outage: Outage) -> None:
        self._stopped, self._outage = stopped, outage
        web_client = WebClient(app_token, base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        super().__init__(app_token, web_client=web_client, ping_interval=10)

    def issue_new_wss_url(self) -> str:
        """Ask Slack for an address to connect to, until it gives one.

        Raises:
            slack_sdk.errors.SlackApiError: when the token is dead.
            slack_sdk.errors.SlackClientNotConnectedError: when the process is asked to stop.
        """
        while not self._stopped.is_set():
            try:
                address = str(self.web_client.apps_connections_open(app_token=self.app_token)["url"])
            except CALL_FAILED as error:
                refusal = classify(error)
                if refusal.is_dead_token:
                    raise
                self._outage.report(refusal.error)
                self._stopped.wait(refusal.wait_seconds or RETRY_SECONDS)
            else:
                self._outage.end()
                return address
        raise SlackClientNotConnectedError("the process is stopping")

    def connect_until_stopped(self) -> None:
        """Open the first connection, however long that takes; afterwards the client reconnects by itself.

        Raises:
            slack_sdk.errors.SlackApiError: when the token is dead.
        """
        while not self._stopped.is_set():
            try:
                self.connect()
            except CALL_FAILED as error:
                if classify(error).is_dead_token:
                    raise
                self.wss_uri = None  # an address serves once
                if not self._stopped.is_set():
                    self._outage.report(f"its socket cannot be opened ({error})")
                self._stopped.wait(RETRY_SECONDS)
            else:
                return
