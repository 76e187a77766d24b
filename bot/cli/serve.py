"""`run`, `web` and `worker`: the processes that keep running until they are stopped."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING

from bot.cli import context
from bot.cli.services import ANY_TEAM, build_services, log
from bot.infra.shutdown import until_stopped

if TYPE_CHECKING:
    import typer
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    from bot.infra.services import Services
    from bot.infra.settings import Settings

AGAIN_SECONDS = 10.0
"""Between two tries to open the first connection."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (run, web, worker):
        app.command()(command)


def run() -> None:
    """Run the whole bot in one process: Socket Mode when SLACK_APP_TOKEN is set, else HTTP on PORT; the timers too."""
    settings = _ready(needs_delivery=True)
    services = build_services(settings)
    from bot import worker as timers

    with until_stopped() as stopped:
        _meet_slack(services, settings)
        running = timers.start(services)
        try:
            if settings.slack_app_token is not None:
                _listen_on_a_socket(_app(services, settings), settings, stopped)
            elif not stopped.is_set():
                _serve(services, settings)
        finally:
            running.stop()


def web() -> None:
    """Answer Slack over HTTP on HOST and PORT. Any number of these may run, beside any number of workers."""
    settings = _ready(needs_delivery=True)
    services = build_services(settings)
    _meet_slack(services, settings)
    _serve(services, settings)


def worker() -> None:
    """Run the timers: sweep, digest, deliver."""
    with until_stopped() as stopped:  # a request to end is heard from the start; `timers.run` listens by itself
        settings = _ready(needs_delivery=False)
        services = build_services(settings)
        from bot import worker as timers

        _meet_slack(services, settings)
        if not stopped.is_set():
            timers.run(services)


def _ready(*, needs_delivery: bool) -> Settings:
    settings = context.settings()
    log(settings)
    if settings.slack_bot_token is None:
        raise context.Mistake("SLACK_BOT_TOKEN is missing: it is under OAuth & Permissions in the app's settings")
    if needs_delivery and settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise context.Mistake("SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing")
    return settings


def _meet_slack(services: Services, settings: Settings) -> None:
    """Connect the workspace; where Slack cannot be reached just now, start all the same: the worker tries again."""
    from slack_sdk.errors import SlackApiError

    from bot.people import directory

    try:
        client = services.slack(ANY_TEAM)
        directory.match_by_email(services, client, directory.sync_team(services, client).workspace_id)
    except SlackApiError as error:
        raise context.Mistake(f"SLACK_BOT_TOKEN: Slack refuses it ({error.response['error']})") from None
    except OSError as error:
        context.warn(f"Slack cannot be reached at {settings.slack_api_url} ({error}); going on, and trying again.")


def _app(services: Services, settings: Settings) -> App:
    from bot.app import build

    secret = settings.slack_signing_secret
    return build(services, signing_secret=secret.get_secret_value() if secret else "")


def _serve(services: Services, settings: Settings) -> None:
    import uvicorn

    from bot.web import create

    _try_to_listen(settings)
    with until_stopped():  # uvicorn passes the signal on once it has ended: without us it would end the timers too
        uvicorn.run(
            create(_app(services, settings), services),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            proxy_headers=True,
        )


def _try_to_listen(settings: Settings) -> None:
    """Say in one line that an address is taken, or none of this machine's."""
    try:
        with socket.create_server(
            (settings.host, settings.port), family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        ):
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise context.Mistake(f"HOST, PORT: {settings.host}:{settings.port} cannot be used ({reason})") from None


def _listen_on_a_socket(app: App, settings: Settings, stopped: threading.Event) -> None:
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    assert settings.slack_app_token is not None  # noqa: S101  # `run` comes here for no other reason
    token = settings.slack_app_token.get_secret_value()
    handler = SocketModeHandler(app, token, web_client=WebClient(token, settings.slack_api_url))
    while not stopped.is_set() and not _connected(handler):
        stopped.wait(AGAIN_SECONDS)
    stopped.wait()
    handler.close()  # type: ignore[no-untyped-call]


def _connected(handler: SocketModeHandler) -> bool:
    """Open the first connection, False where Slack cannot be reached; the later ones are the library's to keep up."""
    from slack_sdk.errors import SlackApiError

    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        raise context.Mistake(f"SLACK_APP_TOKEN: Slack refuses it ({error.response['error']})") from None
    except OSError:
        return False
    return True
