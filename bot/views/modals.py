"""Modals: the forms, and what is shown in the place of one."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.infra.i18n import Translator
from bot.views import blocks, client, ids, names
from bot.views.blocks import Json
from bot.views.data import Card

LONGEST_SUMMARY = 2000
"""Characters, of a contact's summary."""
LONGEST_NOTE = 300
"""Characters, of a note on a mood, or of the reason for silence."""
MOST_CHOICES = 100
"""Options that Slack takes in one select."""
APP = "Atrisk"
"""The title of a modal that has no better one."""


def touchpoint_form(
    t: Translator,
    *,
    today: date,
    metadata: str,
    client_name: str | None = None,
    choices: Sequence[tuple[int, str]] = (),
    channel: str = "call",
    direction: str = "out",
    outcome: str = "reached",
    mood: str | None = None,
    occurred_on: date | None = None,
    summary: str = "",
    logged: bool = False,
) -> Json:
    """The form to log a contact; `logged` if it was logged already and only details are added.

    The client is `client_name` if it is known. Otherwise it is chosen from `choices` (id and name), at most 100 of
    them, or searched by typing if there are none.
    """
    written: Json = {
        "type": "plain_text_input",
        "action_id": ids.VALUE,
        "multiline": True,
        "max_length": LONGEST_SUMMARY,
        "placeholder": blocks.plain(t("What was said, and what comes next"), 150),
    }
    if summary:
        written["initial_value"] = blocks.clip(summary, LONGEST_SUMMARY)
    cut = ""
    if len(summary) > LONGEST_SUMMARY:
        counts = {"count": t.number(len(summary)), "most": t.number(LONGEST_SUMMARY)}
        cut = t("The message has {count} characters; only the first {most} fit.", **counts)
    moods = blocks.select(ids.VALUE, blocks.options(_moods(t)), t("Leave empty if you can't tell"), mood)
    questions = [
        _client(client_name, choices, t),
        blocks.input_block("summary", t("Summary"), written, optional=True, hint=cut),
        blocks.input_block(
            "channel", t("How"), blocks.select(ids.VALUE, blocks.options(_channels(t)), t("Channel"), channel)
        ),
        blocks.input_block(
            "direction",
            t("Who got in touch"),
            blocks.radio_buttons(ids.VALUE, blocks.options(_directions(t)), direction),
        ),
        blocks.input_block(
            "outcome", t("Outcome"), blocks.radio_buttons(ids.VALUE, blocks.options(_outcomes(t)), outcome)
        ),
        blocks.input_block("occurred_on", t("Date"), blocks.date_picker(ids.VALUE, occurred_on or today)),
        blocks.input_block("mood", t("Their mood"), moods, optional=True),
    ]
    title = t("Add details") if logged else t("Log a contact")
    return blocks.form(blocks.modal(ids.TOUCHPOINT_FORM, title, t("Cancel"), questions), t("Save"), metadata)


def _client(name: str | None, choices: Sequence[tuple[int, str]], t: Translator) -> Json:
    if name is not None:
        return {**blocks.section(names.client_name(name, t)), "block_id": "client"}
    if choices:
        options = [blocks.option(names.client_name(label, t, 75), str(key)) for key, label in choices[:MOST_CHOICES]]
        return blocks.input_block("client", t("Client"), blocks.select(ids.VALUE, options, t("Choose a client")))
    search = {
        "type": "external_select",
        "action_id": ids.VALUE,
        "min_query_length": 1,
        "placeholder": blocks.plain(t("Type part of the name"), 150),
    }
    return blocks.input_block("client", t("Client"), search)


def _channels(t: Translator) -> dict[str, str]:
    return {
        "call": t("Call"),
        "email": t("Email"),
        "meeting": t("Meeting"),
        "chat": t("Chat"),
        "sms": t("Text message"),
        "other": t("Other"),
    }


def _directions(t: Translator) -> dict[str, str]:
    return {"out": t("We contacted them"), "in": t("They contacted us")}


def _outcomes(t: Translator) -> dict[str, str]:
    return {"reached": t("We were in touch"), "attempt": t("No answer")}


def _moods(t: Translator) -> dict[str, str]:
    return {
        "pleased": t("Pleased"),
        "neutral": t("Neutral"),
        "uneasy": t("Uneasy"),
        "unhappy": t("Unhappy"),
    }


def snooze_form(name: str, t: Translator, *, until: date, metadata: str) -> Json:
    """The form to snooze a client until a day."""
    intro = t("{client} comes back that morning, or sooner if it gets worse.", client=names.client_name(name, t))
    body = [blocks.section(intro), blocks.input_block("until", t("Until"), blocks.date_picker(ids.VALUE, until))]
    return blocks.form(blocks.modal(ids.SNOOZE_FORM, t("Snooze"), t("Cancel"), body), t("Snooze"), metadata)


def silence_form(name: str, t: Translator, *, until: date | None, metadata: str, reason: str = "") -> Json:
    """The form to say until which day a client will be quiet."""
    intro = t(
        "Until then nobody is asked to contact {client}. Money and results are still watched.",
        client=names.client_name(name, t),
    )
    written: Json = {"type": "plain_text_input", "action_id": ids.VALUE, "max_length": LONGEST_NOTE}
    if reason:
        written["initial_value"] = blocks.clip(reason, LONGEST_NOTE)
    body = [
        blocks.section(intro),
        blocks.input_block("until", t("Until"), blocks.date_picker(ids.VALUE, until)),
        blocks.input_block(
            "reason", t("Reason"), written, optional=True, hint=t("Holidays, a trade fair, an office move…")
        ),
    ]
    return blocks.form(blocks.modal(ids.SILENCE_FORM, t("Expected silence"), t("Cancel"), body), t("Save"), metadata)


def mood_form(name: str, t: Translator, *, metadata: str) -> Json:
    """The form to note how a client seems today."""
    written: Json = {"type": "plain_text_input", "action_id": ids.VALUE, "max_length": LONGEST_NOTE}
    body = [
        blocks.section(t("How does {client} seem today?", client=names.client_name(name, t))),
        blocks.input_block("mood", t("Their mood"), blocks.radio_buttons(ids.VALUE, blocks.options(_moods(t)), "")),
        blocks.input_block("note", t("What makes you say so"), written, optional=True),
    ]
    return blocks.form(blocks.modal(ids.MOOD_FORM, t("Mood"), t("Cancel"), body), t("Save"), metadata)


def resource_card_form(
    name: str, t: Translator, *, month: date, metadata: str, given: Mapping[str, int] | None = None
) -> Json:
    """The form to rate working with a client in a month: five questions; `given` are the points given before."""
    intro = t("How was it working with {client} in {month}?", client=names.client_name(name, t), month=t.month(month))
    answers = blocks.options({"2": t("Yes"), "1": t("Partly"), "0": t("No")})
    asked = [
        blocks.input_block(key, question, blocks.radio_buttons(ids.VALUE, answers, str((given or {}).get(key, ""))))
        for key, question in _working_together(t).items()
    ]
    title, body = t("Working together"), [blocks.section(intro), *asked]
    return blocks.form(blocks.modal(ids.RESOURCE_CARD_FORM, title, t("Cancel"), body), t("Save"), metadata)


def _working_together(t: Translator) -> dict[str, str]:
    return {
        "pays": t("Pays without being chased"),
        "approves": t("Approves quickly"),
        "delivers": t("Does what was agreed"),
        "shares": t("Shares data and access"),
        "respects": t("Respects the team"),
    }


def why_view(card: Card, t: Translator) -> Json:
    """Why a client is where it is in the list, as a modal."""
    return blocks.modal(ids.NOTICE, t("Why"), t("Close"), client.why_blocks(card, t))


def client_view(card: Card, t: Translator) -> Json:
    """A client's card as a modal, for when it is opened from the Home tab."""
    title = names.client_name(card.name, t, 24)
    return blocks.modal(ids.NOTICE, title, t("Close"), client.client_card(card, t)["blocks"])


def notice(sentence: str, t: Translator) -> Json:
    """A sentence in the place of a form: what went wrong, or why not."""
    return blocks.modal(ids.NOTICE, APP, t("Close"), [blocks.section(sentence)])
