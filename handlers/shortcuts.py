"""Shortcuts: logging a contact from anywhere in Slack, or from a message. Never here: the submission (`modals`)."""

from datetime import UTC, date, datetime
from typing import Any

from slack_bolt import BoltContext

from bot.clients import clients
from bot.views import blocks, modals
from handlers.context import Place, reader_of
from scoring.dates import local_day


def touchpoint_log(shortcut: dict[str, Any], context: BoltContext) -> None:
    """Open the empty form."""
    _open(shortcut, context)


def touchpoint_log_message(shortcut: dict[str, Any], context: BoltContext) -> None:
    """Open the form with the message's text as the summary and its day as the date."""
    message = shortcut["message"]
    written_at = datetime.fromtimestamp(float(message["ts"]), UTC)
    by_reader = message.get("user") == context.user_id
    _open(
        shortcut,
        context,
        channel="chat",
        direction="out" if by_reader else "in",
        occurred_on=local_day(written_at, context["actor"].zone),
        summary=blocks.unescape(message.get("text") or ""),
    )


def _open(shortcut: dict[str, Any], context: BoltContext, **known: str | date) -> None:
    reader = reader_of(context)
    with reader.services.reading() as session:
        choices = clients.list_choices(session, reader.actor.workspace_id, modals.MOST_CHOICES)
    form = modals.touchpoint_form(
        reader.t,
        today=local_day(reader.services.now(), reader.actor.zone),
        metadata=Place("form").pack(),
        choices=choices,
        **known,  # type: ignore[arg-type]  # each is a parameter of that name
    )
    reader.slack.views_open(trigger_id=shortcut["trigger_id"], view=form)
