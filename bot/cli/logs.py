"""How the processes log: plain text or JSON on stderr.

Tokens never come near the log: nothing logs a header, a body or a setting. What people sent is written so that it
stays on its own line, and a terminal does not act upon it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.infra.visible import for_log

if TYPE_CHECKING:
    from bot.infra.settings import Settings

TEXT_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
CHATTY_LOGGERS = ("alembic", "apscheduler", "httpx", "slack_sdk", "slack_bolt")
"""Libraries of which only warnings and errors are logged."""


def configure_logging(settings: Settings) -> None:
    """Set up the root logger with the level and the format that the settings name."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonFormatter() if settings.log_format == "json" else _TextFormatter(TEXT_FORMAT))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    # Bolt reads SLACK_BOT_TOKEN by itself and warns that it does not need it: of no use to an operator
    logging.getLogger("slack_bolt.App").addFilter(lambda record: "`token` will be unused" not in record.getMessage())


class _TextFormatter(logging.Formatter):
    """Writes each message on one line, so that what people sent cannot pass for another line of the log."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the standard library's name
        """Return the line, with line feeds and control characters written as escapes."""
        return for_log(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # likewise
        """Return the traceback, indented: an error's text may have lines of its own."""
        return "\n".join(f"    {for_log(line)}" for line in super().formatException(ei).splitlines())


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
