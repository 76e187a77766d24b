"""Slack's refusals, as exceptions that carry the answer's body, and a call's arguments, whose reading may raise one.

Never here: what a method does.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.practice.rules import Json


class SlackError(Exception):
    """An answer with `ok: false`; `extra` joins the body, `status` and `headers` the HTTP answer."""

    def __init__(
        self, error: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = dict(headers or {})
        self.extra = extra

    def body(self) -> Json:
        """The JSON that Slack would send."""
        return {"ok": False, "error": self.error, **self.extra}


def invalid(error: str, problems: list[str]) -> SlackError:
    """A refusal that points at the places."""
    return SlackError(
        error,
        errors=problems,
        response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
    )


class Args:
    """A call's arguments, whether they came as a form, as JSON or in the query."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """A string, empty when it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """A string that must be there; Slack says `invalid_arguments` otherwise."""
        value = self.text(name)
        if not value:
            raise invalid("invalid_arguments", [f"missing required field: {name} [json-pointer:/{name}]"])
        return value

    def flag(self, name: str) -> bool:
        """A boolean in any of its spellings; False when it is missing."""
        return str(self.values.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number; `invalid_limit` for anything else."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except ValueError as error:
            raise SlackError("invalid_limit") from error

    def json(self, name: str, refusal: str = "invalid_arguments") -> Any:
        """A structure, decoded when it came as text; None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(refusal) from error
