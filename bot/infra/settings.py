"""Settings, read once by the command line: from the environment, from `.env` and from files named by NAME_FILE.

Never here: an agency's or a member's own settings (`bot.judging.policies`, `bot.people.preferences`).
"""

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.infra.retention import Retention


class SettingsError(Exception):
    """A setting is missing or malformed; the message is one line that names it."""


class Settings(BaseSettings):
    """All settings with their defaults. Secrets are never printed."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_file_encoding="utf-8", env_ignore_empty=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: SecretStr = SecretStr("sqlite:///atrisk.db")
    port: int = Field(default=3000, ge=0, le=65535)
    host: str = "127.0.0.1"
    access: Literal["everyone", "listed"] = "everyone"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    metrics_token: SecretStr | None = None
    keep_assessments_days: int = Field(default=400, ge=35, le=3650)
    keep_messages_days: int = Field(default=90, ge=7, le=3650)
    keep_leavers_days: int = Field(default=365, ge=1, le=3650)
    keep_audit_days: int = Field(default=1095, ge=30, le=3650)
    keep_removed_workspaces_days: int = Field(default=30, ge=1, le=365)

    @property
    def retention(self) -> Retention:
        """The periods for which things are kept."""
        return Retention(
            assessments=timedelta(days=self.keep_assessments_days),
            messages=timedelta(days=self.keep_messages_days),
            leavers=timedelta(days=self.keep_leavers_days),
            audit=timedelta(days=self.keep_audit_days),
            removed_workspaces=timedelta(days=self.keep_removed_workspaces_days),
        )

    @field_validator("access", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("slack_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme not in {"https", "http"} or not address.hostname:
            raise ValueError("must start with https:// or http://")
        if address.scheme == "http" and not _is_this_machine(address.hostname):
            raise ValueError("sends the bot's token, so it must start with https:// unless it is on this machine")
        return value if value.endswith("/") else value + "/"

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _check_prefix(
            value, "xoxb-", "a bot token begins with xoxb- (OAuth & Permissions, in the app's settings)"
        )

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _check_prefix(value, "xapp-", "an app token begins with xapp- (Basic Information, App-Level Tokens)")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        try:
            address = make_url(value.get_secret_value())
            backend = address.get_backend_name()
        except (ArgumentError, ValueError):  # the latter, for a port that is no number, quotes it
            raise ValueError(
                "is not an address like sqlite:///atrisk.db or postgres://user@host/name; "
                "in a password, write @ as %40, : as %3A and / as %2F"
            ) from None
        if backend != "sqlite" and "@" in (address.host or ""):
            raise ValueError("has an @ too many: in a password, write @ as %40")
        if backend not in {"sqlite", "postgres", "postgresql"}:
            raise ValueError(f"names the database {backend!r}; sqlite and postgres are the two that work")
        return value


def read(env_file: Path = Path(".env")) -> Settings:
    """Read the settings: the environment takes precedence over `.env`; NAME_FILE names a file with NAME's value.

    Raises:
        SettingsError: with one line naming the setting and what is wrong with it.
    """
    from_files = {name: _content(name) for name in Settings.model_fields if _file_variable(name) in os.environ}
    try:
        return Settings(_env_file=env_file, **from_files)  # type: ignore[call-arg,arg-type]  # pydantic parses
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_prefix(value: SecretStr | None, prefix: str, message: str) -> SecretStr | None:
    """Check a token's prefix. The prefix alone, as in `.env.example`, is a token not filled in yet."""
    if value is not None and value.get_secret_value() == prefix:
        return None
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(message)
    return value


def _file_variable(name: str) -> str:
    return f"{name.upper()}_FILE"


def _content(name: str) -> str:
    variable = _file_variable(name)
    try:
        return Path(os.environ[variable]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}: {os.environ[variable]} cannot be read ({error})") from None
