"""Handlers: what Slack sends comes in, our answers go out. This is the whole routing table.

There are only a few Bolt listeners, because every request pays for each listener that Bolt has to check. Never here:
rules, queries, or the text of answers.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse

from bot.slack.errors import UnansweredError
from bot.slack.response_urls import ResponseUrl
from bot.views import ids, texts
from handlers import buttons, client_details, commands, events, feedback, home, modals, settings, shortcuts
from handlers.context import REFUSALS, Click, reader_of, refusal, run_later, send_answer
from handlers.modals import Form

log = logging.getLogger(__name__)

ANY = re.compile("")

ACTIONS: Mapping[str, Callable[[Click], None]] = {
    ids.CONTACTED: buttons.nudge_contacted,
    ids.NO_ANSWER: buttons.nudge_no_answer,
    ids.UNDO: buttons.nudge_undo,
    ids.DETAILS: buttons.nudge_details,
    ids.SNOOZE: buttons.nudge_snooze,
    ids.WHY: buttons.nudge_why,
    ids.OPEN: buttons.client_open,
    ids.SILENCE: buttons.client_silence,
    ids.EDIT: client_details.client_edit,
    ids.MOOD: feedback.client_mood,
    ids.RESOURCE_CARD: feedback.client_resource_card,
    ids.MORE: buttons.list_more,
    ids.PREVIOUS: buttons.list_back,
    ids.SETTINGS: settings.settings_open,
}
FORMS: Mapping[str, Callable[[Form], None]] = {
    ids.TOUCHPOINT_FORM: modals.touchpoint_form,
    ids.SNOOZE_FORM: modals.snooze_form,
    ids.SILENCE_FORM: modals.silence_form,
    ids.MOOD_FORM: feedback.mood_form,
    ids.RESOURCE_CARD_FORM: feedback.resource_card_form,
    ids.SETTINGS_FORM: settings.settings_form,
    ids.CLIENT_FORM: client_details.client_form,
}
INPUTS: Mapping[str, Callable[[dict[str, Any], dict[str, Any], BoltContext], None]] = {
    ids.STATUS: client_details.client_status,
}
"""Inputs that change which other fields their form has."""
SHORTCUTS = {
    "touchpoint.log": shortcuts.touchpoint_log,
    "touchpoint.log_message": shortcuts.touchpoint_log_message,
}
EVENTS = {
    "app_home_opened": home.app_home_opened,
    "user_change": events.user_change,
    "app_uninstalled": events.app_uninstalled,
    "tokens_revoked": events.tokens_revoked,
}


def register(app: App) -> None:
    """Register the listeners. Anything that is not in the tables above is acknowledged and ignored."""
    app.command("/atrisk")(commands.atrisk)
    app.action(ANY)(_act)
    app.view(ANY)(_submit)
    app.options(ids.VALUE)(modals.client_options)
    app.shortcut(ANY)(_shortcut)
    app.event(ANY)(_event)


def _act(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> BoltResponse | None:
    ack()
    update_form = INPUTS.get(action["action_id"])
    if update_form is not None and body.get("view"):
        update_form(action, body["view"], context)
        return None
    listener = ACTIONS.get(action["action_id"])
    if listener is None:
        return None  # a link or a form's input, for which Slack also sends an action
    click = Click.from_action(action, body, context)
    try:
        if click.is_readable:
            listener(click)
        else:
            click.answer(texts.too_old(click.t))
    except REFUSALS as error:
        return click.refuse(error)
    return None


def _submit(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    listener = FORMS.get(view["callback_id"])
    if listener is None:
        ack()
        return
    form = Form.from_submission(ack, view, context)
    try:
        listener(form)
    except UnansweredError as error:
        log.warning("a form could not be saved: %s", error)
        form.refuse(next(iter(form.values), ""), str(refusal(error, form.t)["text"]))
    except REFUSALS as error:
        form.show(str(refusal(error, form.t)["text"]))


def _shortcut(ack: Ack, shortcut: dict[str, Any], context: BoltContext) -> BoltResponse | None:
    ack()
    listener = SHORTCUTS.get(shortcut["callback_id"])
    if listener is None:
        return None
    try:
        listener(shortcut, context)
    except UnansweredError as error:
        log.warning("the form of a shortcut could not be opened: %s", error)
        reader = reader_of(context)
        respond = ResponseUrl.of(shortcut.get("response_url"), reader.slack)
        if respond is None:
            return BoltResponse(status=503, body="")  # for which Slack shows a sentence of its own
        run_later(reader.services, send_answer, respond, refusal(error, reader.t))
    return None


def _event(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    listener = EVENTS.get(event["type"])
    if listener is not None:
        listener(event, body.get("event_id", ""), context)
