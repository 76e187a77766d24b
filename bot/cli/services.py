"""Builds the services that jobs and handlers work with from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import context

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.infra.services import Services
    from bot.infra.settings import Settings

ANY_TEAM = ""
"""Stands for whichever team the token belongs to."""


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
    token = _BotToken(settings)
    reading, posting = make_clients(token.of_team, settings.slack_api_url)
    engine = context.open_engine(settings)
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
    """The bot token from the settings, and the Slack team that it belongs to, asked for once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._team_id: str | None = None

    def of_team(self, team_id: str) -> str:
        """Return the token, for its own team or for ANY_TEAM.

        Raises:
            LookupError: when the token is not set, or belongs to another team.
        """
        if self._settings.slack_bot_token is None:
            raise LookupError("SLACK_BOT_TOKEN is not set")
        token = self._settings.slack_bot_token.get_secret_value()
        if team_id == ANY_TEAM:
            return token
        if self._team_id is None:
            self._team_id = str(_web_client(self._settings, token).auth_test()["team_id"])
        if team_id != self._team_id:
            raise LookupError(f"SLACK_BOT_TOKEN belongs to {self._team_id}, not to {team_id}")
        return token


def _web_client(settings: Settings, token: str) -> WebClient:
    from slack_sdk import WebClient

    return WebClient(token, settings.slack_api_url, timeout=10)
