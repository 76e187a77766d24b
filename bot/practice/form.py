"""What a person chose or typed, in Slack's own shapes, and what Slack's client checks before it sends a form.

Here: one element's value as state, a view's `state.values`, the client's own complaints. Never here: deliveries.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.practice.rules import Json
from bot.practice.screen import interactive

REQUIRED = "Please complete this required field."
_FIELD = {
    "plain_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}
"""The field of an element's state that holds what was chosen or typed."""
_STATELESS = frozenset({"button", "overflow"})
_OF_A_BUTTON = ("text", "value", "url", "style")


class NotOnScreenError(LookupError):
    """The person tried to use something that the screen does not show."""


def holds_a_value(element: Json) -> bool:
    """Say whether what was chosen in the element stays there, to be sent along with later acts."""
    return element["type"] not in _STATELESS


def action_of(element: Json, block_id: str, value: Any) -> Json:
    """The entry of `actions` for an element in which the person chose `value`, or which they pressed."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    if element["type"] == "button":
        return action | {name: element[name] for name in _OF_A_BUTTON if name in element}
    placeholder = {"placeholder": element["placeholder"]} if "placeholder" in element else {}
    return {**action, **element_state(element, value), **placeholder}


def element_state(element: Json, value: Any) -> Json:
    """The element's state once the person has chosen `value` (an option by its `value`, or in full)."""
    kind = element["type"]
    name = _FIELD[kind]
    if name == "selected_option":
        value = _option(element, value)
    elif name == "selected_options":
        value = [_option(element, one) for one in value or ()]
    return {"type": kind, name: value}


def _option(element: Json, value: Any) -> Json | None:
    if value is None or isinstance(value, dict):
        return value
    groups = element.get("option_groups", ())
    for option in (*element.get("options", ()), *(option for group in groups for option in group["options"])):
        if option["value"] == str(value):
            found: Json = option
            return found
    if element["type"] == "external_select":
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    raise NotOnScreenError(f"{element['action_id']} has no option {value!r}")


def initial_state(element: Json) -> Json:
    """The element's state before anybody touches it."""
    kind = element["type"]
    name = _FIELD[kind]
    initial = "initial_value" if name == "value" else name.replace("selected_", "initial_")
    return {"type": kind, name: element.get(initial, [] if name == "selected_options" else None)}


def state_values(blocks: list[Json], given: Mapping[str, Any]) -> Json:
    """`state.values` of a view or a message: what was given by block id (or by action id), else the initial values.

    Raises:
        NotOnScreenError: when something was given for a block that is not there.
    """
    values: Json = {}
    left = dict(given)
    for block_id, element in interactive(blocks):
        if not holds_a_value(element):
            continue
        action_id = element["action_id"]
        name = block_id if block_id in given else action_id
        chosen = given.get(name)
        left.pop(name, None)
        if isinstance(chosen, dict) and action_id in chosen:
            chosen = chosen[action_id]
        state = element_state(element, chosen) if name in given else initial_state(element)
        values.setdefault(block_id, {})[action_id] = state
    if left:
        raise NotOnScreenError(f"the screen has no field {', '.join(sorted(left))}")
    return values


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client says at the fields before it sends anything, by block id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            state = values[block["block_id"]][element["action_id"]]
            for complaint in _complaints(block, element, state[_FIELD[element["type"]]]):
                found.setdefault(block["block_id"], complaint)
    return found


def _complaints(block: Json, element: Json, value: Any) -> Iterator[str]:
    if value in (None, "", []):
        if not block.get("optional"):
            yield REQUIRED
    elif element["type"] == "plain_text_input":
        yield from _length(element, str(value))
    elif element["type"] == "number_input":
        yield from _number(element, str(value))


def _length(element: Json, value: str) -> Iterator[str]:
    if len(value) < element.get("min_length", 0):
        yield f"This must have at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        yield f"This must have at most {element.get('max_length', 3000)} characters."


def _number(element: Json, value: str) -> Iterator[str]:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", value):
        yield "Please enter a valid number."
    elif "min_value" in element and float(value) < float(element["min_value"]):
        yield f"This must be at least {element['min_value']}."
    elif "max_value" in element and float(value) > float(element["max_value"]):
        yield f"This must be at most {element['max_value']}."
