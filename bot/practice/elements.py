"""What stands inside blocks: text and option objects, buttons, selects, pickers and inputs, with Slack's limits.

Here: one table, an entry an element. Never here: what a block may hold, which is `blocks`.
"""

from typing import Any

from bot.practice.rules import Json, Report, Rule, boolean, integer, items, kinds, link, matching, one_of, shape, string

kind_name = string(40)


def plain(most: int) -> Rule:
    """A plain_text object of 1 to `most` characters."""
    return shape({"type": one_of("plain_text"), "text": string(most), "emoji": boolean}, required=("type", "text"))


def mrkdwn(most: int) -> Rule:
    """A mrkdwn object of 1 to `most` characters."""
    return shape({"type": one_of("mrkdwn"), "text": string(most), "verbatim": boolean}, required=("type", "text"))


def words(most: int) -> Rule:
    """A text object of either kind."""
    return kinds({"plain_text": plain(most), "mrkdwn": mrkdwn(most)})


def _option(text: Rule) -> Rule:
    return shape({"text": text, "value": string(150)}, required=("text", "value"))


_plain_option = _option(plain(75))
_rich_option = _option(words(75))
_option_group = shape({"label": plain(75), "options": items(_plain_option, most=100)}, required=("label", "options"))
_conversation_filter = shape(
    {
        "include": items(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)


def _element(required: tuple[str, ...] = (), then: Rule | None = None, /, **fields: Rule) -> Rule:
    return shape({"type": kind_name, "action_id": string(255), **fields}, required, then)


def _options_or_groups(value: Json, at: str, report: Report) -> None:
    if ("options" in value) == ("option_groups" in value):
        report.add("must provide either options or option_groups", at)
        return
    offered = list(value.get("options", ()))
    for group in value.get("option_groups", ()):
        offered.extend(group["options"])
    _initial_is_offered(value, offered, at, report)


def _in_options(value: Json, at: str, report: Report) -> None:
    _initial_is_offered(value, value["options"], at, report)


def _initial_is_offered(value: Json, options: list[Any], at: str, report: Report) -> None:
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    name = "initial_option" if "initial_option" in value else "initial_options"
    offered = [(option["value"], option["text"]["text"]) for option in options]
    if any((option["value"], option["text"]["text"]) not in offered for option in chosen):
        report.add("must match one of the options provided", f"{at}/{name}")


def _lengths_in_order(value: Json, at: str, report: Report) -> None:
    if value.get("min_length", 0) > value.get("max_length", 3000):
        report.add("min_length must not be more than max_length", f"{at}/min_length")


_placeholder: dict[str, Rule] = {"placeholder": plain(150)}
_typed: dict[str, Rule] = {**_placeholder, "initial_value": string(3000, least=0)}
_id = string(40)

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        ("text",),
        text=plain(75),
        value=string(2000),
        url=link(),
        style=one_of("primary", "danger"),
        accessibility_label=string(75),
    ),
    "overflow": _element(("options",), options=items(_plain_option, most=5)),
    "static_select": _element(
        (),
        _options_or_groups,
        **_placeholder,
        options=items(_plain_option, most=100),
        option_groups=items(_option_group, most=100),
        initial_option=_plain_option,
    ),
    "external_select": _element(**_placeholder, min_query_length=integer(0), initial_option=_plain_option),
    "users_select": _element(**_placeholder, initial_user=_id),
    "conversations_select": _element(**_placeholder, initial_conversation=_id, filter=_conversation_filter),
    "checkboxes": _element(
        ("options",),
        _in_options,
        options=items(_rich_option, most=10),
        initial_options=items(_rich_option, most=10),
    ),
    "radio_buttons": _element(
        ("options",), _in_options, options=items(_rich_option, most=10), initial_option=_rich_option
    ),
    "datepicker": _element(
        **_placeholder, initial_date=matching(r"\d{4}-\d\d-\d\d", "a date in the format YYYY-MM-DD")
    ),
    "timepicker": _element(
        **_placeholder, initial_time=matching(r"([01]\d|2[0-3]):[0-5]\d", "a time in the format HH:mm")
    ),
    "plain_text_input": _element(
        (),
        _lengths_in_order,
        **_typed,
        multiline=boolean,
        min_length=integer(0, 3000),
        max_length=integer(1, 3000),
    ),
    "number_input": _element(
        ("is_decimal_allowed",), **_typed, is_decimal_allowed=boolean, min_value=string(40), max_value=string(40)
    ),
}

TYPED = frozenset({"plain_text_input", "number_input"})
PRESSED = frozenset({"button", "overflow"})
CHOSEN = frozenset(ELEMENTS) - TYPED - PRESSED


def element(place: frozenset[str]) -> Rule:
    """An element that may stand in this kind of block."""
    return kinds(ELEMENTS, lambda kind, _surface: kind in place)
