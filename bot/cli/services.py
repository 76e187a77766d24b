"""Builds the services that jobs and handlers work with from the settings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.cli import context

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from sqlalchemy import Engine

    from bot.infra.services import Services
    from bot.infra.settings import Settings

BELIEVED_SECONDS = 30.0
"""How long the only connected workspace is taken for the token's own before looking again."""


def build_services(settings: Settings | None = None) -> Services:
    """Open the database, the HTTP client and the thread pool, and hand them out with Slack clients and the clock.

    `context.resources` closes what is opened here.

    Raises:
        CommandError, SettingsError: when the database or a setting is wrong; one line says what.
    """
    import httpx

    from bot.infra.capacity import FollowUps
    from bot.infra.services import Services
    from bot.people import access
    from bot.slack.client import make_clients

    settings = settings or context.read_settings()
    engine = context.open_engine(settings)
    reading, posting = make_clients(_BotToken(settings, engine).of_team, settings.slack_api_url)
    return Services(
        engine=access.limit_to_listed(engine) if settings.access == "listed" else engine,
        now=context.now,
        slack=reading,
        posting=posting,
        http=context.resources.enter_context(httpx.Client(timeout=30)),
        later=context.resources.enter_context(FollowUps()),
        retention=settings.retention,
    )


class _BotToken:
    """The bot token from the settings, and the Slack team that it belongs to.

    Slack says which team that is. Nobody waits for that answer, though, while the database has one connected workspace:
    its team is the token's, unless somebody has just put in another team's token, and then the process has asked at its
    start, and a second workspace is connected.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._team_id: str | None = None
        self._believed: tuple[float, str | None] = (-BELIEVED_SECONDS, None)

    def of_team(self, team_id: str) -> str:
        """Return the token, for its own team or for ANY_TEAM.

        Raises:
            LookupError: when the token is not set, or belongs to another team.
            bot.slack.errors.CALL_FAILED: when only Slack could say, and cannot.
        """
        from bot.infra.services import ANY_TEAM

        if self._settings.slack_bot_token is None:
            raise LookupError("SLACK_BOT_TOKEN is not set")
        token = self._settings.slack_bot_token.get_secret_value()
        if team_id == ANY_TEAM:
            return token
        if self._team_id is None and team_id == self._only_connected_team():
            return token
        if self._team_id is None:
            self._team_id = str(_web_client(self._settings, token).auth_test()["team_id"])
        if team_id != self._team_id:
            raise LookupError(f"SLACK_BOT_TOKEN belongs to {self._team_id}, not to {team_id}")
        return token

    def _only_connected_team(self) -> str | None:
        from sqlalchemy.exc import SQLAlchemyError

        from bot.infra.db import reading
        from bot.people import workspaces

        since, team_id = self._believed
        if time.monotonic() - since < BELIEVED_SECONDS:
            return team_id
        try:
            with reading(self._engine) as session:
                team_id = workspaces.only_connected_team(session)
        except SQLAlchemyError:  # while the database is away, it is what it was; whoever needs more says so
            return team_id
        self._believed = (time.monotonic() if team_id else -BELIEVED_SECONDS, team_id)
        return team_id


def _web_client(settings: Settings, token: str) -> WebClient:
    from slack_sdk import WebClient

    from bot.slack.client import QUICK_SECONDS

    return WebClient(token, settings.slack_api_url, timeout=QUICK_SECONDS, retry_handlers=[])
