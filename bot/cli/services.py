"""Makes the services from the settings, and the parts that run from the services."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.cli import context

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.infra.services import Services
    from bot.infra.settings import Settings

LATER_THREADS = 4
ANY_TEAM = ""
"""Asks for the client of whichever team the token belongs to."""


def build_services(of: Settings | None = None) -> Services:
    """Open the database and make what jobs and handlers are handed.

    Raises:
        context.Mistake, bot.infra.settings.SettingsError: in one line, what is wrong.
    """
    import httpx

    from bot.infra.services import Services
    from bot.slack.client import clients

    settings = of or context.settings()
    token = _Token(settings)
    reading, posting = clients(token.of, settings.slack_api_url)
    return Services(
        engine=context.engine(settings),
        now=context.now,
        slack=reading,
        posting=posting,
        http=context.closing.enter_context(httpx.Client(timeout=30)),
        later=context.closing.enter_context(ThreadPoolExecutor(LATER_THREADS, thread_name_prefix="later")),
    )


class _Token:
    """The one bot token of the settings, and the team that it turned out to belong to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._team_id: str | None = None

    def of(self, team_id: str) -> str:
        """Give the token, for its own team or for ANY_TEAM; ask Slack once whose it is. LookupError for another's."""
        if self._settings.slack_bot_token is None:
            raise LookupError("SLACK_BOT_TOKEN is not set")
        token = self._settings.slack_bot_token.get_secret_value()
        if team_id == ANY_TEAM:
            return token
        if self._team_id is None:
            self._team_id = str(_client(self._settings, token).auth_test()["team_id"])
        if team_id != self._team_id:
            raise LookupError(f"SLACK_BOT_TOKEN belongs to {self._team_id}, not to {team_id}")
        return token


def _client(settings: Settings, token: str) -> WebClient:
    from slack_sdk import WebClient

    return WebClient(token, settings.slack_api_url, timeout=10)


def log(settings: Settings) -> None:
    """Write the log as the settings say. Tokens never come near it: nothing logs a header, a body or a setting."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonFormatter() if settings.log_format == "json" else logging.Formatter(TEXT_FORMAT))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for chatty in ("alembic", "apscheduler", "httpx", "slack_sdk", "slack_bolt"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    # Bolt finds the token in the environment by itself, and warns that it needs none: not what an operator should read
    logging.getLogger("slack_bolt.App").addFilter(lambda record: "`token` will be unused" not in record.getMessage())


TEXT_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        import orjson

        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()
