"""Shortcuts: logging a contact from anywhere in Slack, or from a message. Never here: the submission (`modals`)."""

from datetime import UTC, date, datetime
from typing import Any

from slack_bolt import BoltContext

from bot.clients import labels
from bot.people import members
from bot.views import modals, mrkdwn
from handlers.context import Place, Reader, reader_of
from scoring.dates import local_day


def touchpoint_log(shortcut: dict[str, Any], context: BoltContext) -> None:
    """Open the empty form."""
    open_form(reader_of(context), shortcut["trigger_id"])


def touchpoint_log_message(shortcut: dict[str, Any], context: BoltContext) -> None:
    """Open the form with the message's text as the summary and its day as the date."""
    reader, message = reader_of(context), shortcut["message"]
    written_at = datetime.fromtimestamp(float(message["ts"]), UTC)
    by_reader = message.get("user") == context.user_id
    open_form(
        reader,
        shortcut["trigger_id"],
        channel="chat",
        direction="out" if by_reader else "in",
        occurred_on=local_day(written_at, reader.actor.zone),
        summary=_read_message(reader, message.get("text") or ""),
    )


def _read_message(reader: Reader, text: str) -> str:
    """Return a message as its readers see it, people by their names."""
    mentioned = mrkdwn.find_people(text)
    with reader.services.reading() as session:
        known = members.names_by_slack(session, reader.actor.workspace_id, mentioned) if mentioned else {}
    return mrkdwn.to_plain(text, known)


def open_form(reader: Reader, trigger_id: str, **known: str | date) -> None:
    """Open the form to log a contact, with what is known of it."""
    with reader.services.reading() as session:
        choices = labels.list_choices(session, reader.actor.workspace_id, modals.MOST_CHOICES)
    form = modals.touchpoint_form(
        reader.t,
        today=local_day(reader.services.now(), reader.actor.zone),
        metadata=Place("form").pack(),
        choices=choices,
        **known,  # type: ignore[arg-type]  # each is a parameter of that name
    )
    reader.slack.views_open(trigger_id=trigger_id, view=form)
