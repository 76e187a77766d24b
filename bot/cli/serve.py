"""`run`, `web` and `worker`: the processes that keep running until they are stopped."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from bot.cli import context, output
from bot.cli.first_meeting import ask_whose_records
from bot.cli.logs import configure_logging
from bot.cli.services import build_services
from bot.infra.shutdown import until_stopped

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from bot.infra.services import Services
    from bot.infra.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    for command in (run, web, worker):
        app.command()(command)


def run() -> None:
    """Run the whole bot in one process: Socket Mode if SLACK_APP_TOKEN is set, else HTTP on PORT, and the timers."""
    settings = _read_settings(needs_delivery=True)
    services = build_services(settings)
    if sys.stdin.isatty():
        ask_whose_records(services, typer.confirm)
    from bot import worker as timers

    with until_stopped() as stopped:
        _connect_workspace(services)
        running = timers.start(services)
        try:
            if settings.slack_app_token is not None:
                answering = _answering(services, settings)
                _run_socket_mode(_build_app(answering), answering, settings, stopped)
            elif not stopped.is_set():
                _serve_http(services, settings)
        finally:
            running.stop()


def web() -> None:
    """Answer Slack over HTTP on HOST and PORT. Any number of these may run, alongside any number of workers."""
    settings = _read_settings(needs_delivery=True)
    _signing_secret(settings)
    services = build_services(settings)
    _connect_workspace(services)
    _serve_http(services, settings)


def worker() -> None:
    """Run the timers: sweep, digest, deliver."""
    with until_stopped() as stopped:  # stoppable from the start; `timers.run` handles signals by itself
        settings = _read_settings(needs_delivery=False)
        services = build_services(settings)
        from bot import worker as timers

        _connect_workspace(services)
        if not stopped.is_set():
            timers.run(services)


def _read_settings(*, needs_delivery: bool) -> Settings:
    """Read the settings that a process needs to meet Slack, and set up its log.

    Raises:
        CommandError, SettingsError: when one is missing or malformed.
    """
    settings = context.read_settings()
    configure_logging(settings)
    if settings.slack_bot_token is None:
        raise context.CommandError("SLACK_BOT_TOKEN is missing: see OAuth & Permissions in the app's settings")
    if needs_delivery and settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise context.CommandError("SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing")
    return settings


def _signing_secret(settings: Settings) -> str:
    """Give what requests over HTTP are checked with.

    Raises:
        CommandError: when it is missing, app token or not: nothing unsigned is answered.
    """
    if settings.slack_signing_secret is None:
        raise context.CommandError("SLACK_SIGNING_SECRET is missing: over HTTP only what Slack has signed is answered")
    return settings.slack_signing_secret.get_secret_value()


def _metrics_token(settings: Settings) -> str | None:
    return None if settings.metrics_token is None else settings.metrics_token.get_secret_value()


def _connect_workspace(services: Services) -> None:
    """Connect the workspace. Where Slack cannot say which it is now, start all the same: the worker goes on asking.

    Raises:
        CommandError: when the token is dead.
    """
    from bot.infra.services import ANY_TEAM
    from bot.people import directory
    from bot.slack import errors
    from bot.slack.client import QUICK_SECONDS, asking_once

    try:
        installation = directory.sync_team(services, asking_once(services.slack(ANY_TEAM), QUICK_SECONDS))
    except errors.CALL_FAILED as error:
        refusal = errors.classify(error)
        if refusal.is_dead_token:
            raise context.CommandError(f"SLACK_BOT_TOKEN: Slack refuses it ({refusal.error})") from None
        services.slack_outage.report(refusal.error)
        output.print_error(f"Slack cannot answer yet ({refusal.error}); starting anyway, and trying again.")
    else:
        if installation.missing_scopes:
            output.print_error(
                f"SLACK_BOT_TOKEN lacks {', '.join(installation.missing_scopes)}: paste the output of "
                "`atrisk manifest` into the app's manifest and reinstall the app. Starting anyway."
            )


def _build_app(services: Services) -> App:
    from bot.app import build

    return build(services)


def _answering(services: Services, settings: Settings) -> Services:
    """Return the services for answering people: they wait for a database that is busy no longer than Slack does."""
    from bot.infra.db import ANSWER_SECONDS
    from bot.people import access

    engine = context.connect(settings, patience=ANSWER_SECONDS)
    return replace(services, engine=access.limit_to_listed(engine) if settings.access == "listed" else engine)


def _serve_http(services: Services, settings: Settings) -> None:
    import uvicorn

    from bot.web import create

    _check_address(settings)
    services = _answering(services, settings)
    with until_stopped():  # uvicorn raises the signal again once it has ended, which would kill the timers too
        uvicorn.run(
            create(_build_app(services), services, _signing_secret(settings), _metrics_token(settings)),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            proxy_headers=True,
            server_header=False,
        )


def _check_address(settings: Settings) -> None:
    """Check that HOST and PORT can be listened on.

    Raises:
        CommandError: when they are taken, or the address is not one of this machine.
    """
    try:
        with socket.create_server(
            (settings.host, settings.port), family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        ):
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise context.CommandError(f"HOST, PORT: {settings.host}:{settings.port} cannot be used ({reason})") from None


def _run_socket_mode(app: App, services: Services, settings: Settings, stopped: threading.Event) -> None:
    """Serve over Socket Mode until the process is asked to stop.

    Raises:
        CommandError: when the app token is dead.
    """
    from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
    from slack_sdk.errors import SlackApiError

    from bot.slack.socket_mode import PatientSocketModeClient

    def answer(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        send_response(client, request, run_bolt_app(app, request), started)

    assert settings.slack_app_token is not None  # noqa: S101  # `run` comes here for no other reason
    token = settings.slack_app_token.get_secret_value()
    client = PatientSocketModeClient(token, settings.slack_api_url, stopped, services.slack_outage)
    client.socket_mode_request_listeners.append(answer)
    try:
        client.connect_until_stopped()
        stopped.wait()
    except SlackApiError as error:
        raise context.CommandError(f"SLACK_APP_TOKEN: Slack refuses it ({error.response['error']})") from None
    finally:
        stopped.set()
        client.close()
