"""What a person may do on the page, passed on to the driver.

Here: one short function an act, from the browser's words to the driver's. Never here: what comes of it.
"""

from collections.abc import Callable

from bot.practice.form import NotOnScreenError
from bot.practice.people import Person, Reaction
from bot.practice.rules import Json
from bot.practice.screen import Message, View, interactive


def perform(person: Person, body: Json) -> Json:
    """Do one act, and give what the page is told.

    Raises:
        NotOnScreenError: when what it is about is no longer there; KeyError when a field is missing.
    """
    act = _ACTS.get(str(body.get("act")))
    if act is None:
        raise NotOnScreenError("there is no such act")
    return act(person, body)


def _command(person: Person, body: Json) -> Json:
    return _outcome(person.command(body["command"], body.get("text", ""), body["place"]))


def _say(person: Person, body: Json) -> Json:
    person.say(body["text"], body["place"])
    return {}


def _tab(person: Person, body: Json) -> Json:
    if body["tab"] == "home":
        person.open_home()
    else:
        person.open_messages()
    return {}


def _shortcut(person: Person, body: Json) -> Json:
    message = _message(person, body) if body.get("ts") else None
    return _outcome(person.shortcut(body["callback_id"], message))


def _close(person: Person, body: Json) -> Json:
    person.close(_view(person, body))
    return {}


def _submit(person: Person, body: Json) -> Json:
    view = _view(person, body)
    return _outcome(person.submit(_still_shown(view, body.get("values", {})), view))


def _suggest(person: Person, body: Json) -> Json:
    where = _where(person, body)
    return {"options": person.suggestions(where, body["action_id"], body["typed"], body["block_id"])}


def _use(person: Person, body: Json) -> Json:
    where = _where(person, body)
    reaction = person.click(
        where,
        body["action_id"],
        body.get("value"),
        block_id=body["block_id"],
        filled=_still_shown(where, body.get("values", {})),
    )
    return _outcome(reaction)


_ACTS: dict[str, Callable[[Person, Json], Json]] = {
    "command": _command,
    "say": _say,
    "tab": _tab,
    "shortcut": _shortcut,
    "close": _close,
    "submit": _submit,
    "suggest": _suggest,
    "use": _use,
}


def _still_shown(where: Message | View, typed: Json) -> Json:
    """What was typed into fields that are still there: the app may have changed the view in the meantime."""
    values: Json = {}
    for block_id, element in interactive(where.blocks):
        action_id = element["action_id"]
        if action_id in typed.get(block_id, {}):
            values.setdefault(block_id, {})[action_id] = typed[block_id][action_id]
    return values


def _where(person: Person, body: Json) -> Message | View:
    return _view(person, body) if body.get("view") else _message(person, body)


def _message(person: Person, body: Json) -> Message:
    for message in person.messages(body["place"]):
        if message.ts == body["ts"]:
            return message
    raise NotOnScreenError("the message was deleted")


def _view(person: Person, body: Json) -> View:
    home = person.home
    for view in [*person.stack, *([home] if home else [])]:
        if view.id == body["view"]:
            return view
    raise NotOnScreenError("the view was closed")


def _outcome(reaction: Reaction) -> Json:
    return {"error": reaction.error, "field_errors": reaction.field_errors}
