"""What stands inside blocks: text and option objects, buttons, selects, pickers and inputs, with Slack's limits.

Here: one table, an entry an element. Never here: what a block may hold, which is `blocks`.
"""

from typing import Any

from bot.practice.rules import (
    Json,
    Report,
    Rule,
    anything,
    boolean,
    either,
    integer,
    items,
    kinds,
    link,
    matching,
    one_of,
    shape,
    string,
)

kind_name = string(40)


def plain(most: int) -> Rule:
    """A plain_text object of 1 to `most` characters."""
    return shape({"type": one_of("plain_text"), "text": string(most), "emoji": boolean}, required=("type", "text"))


def mrkdwn(most: int) -> Rule:
    """A mrkdwn object of 1 to `most` characters."""
    return shape({"type": one_of("mrkdwn"), "text": string(most), "verbatim": boolean}, required=("type", "text"))


def words(most: int) -> Rule:
    """A text object of either kind."""
    return kinds({"plain_text": plain(most), "mrkdwn": mrkdwn(most)}, lambda _kind, _surface: True)


def _option(text: Rule, *, with_link: bool = False) -> Rule:
    fields: dict[str, Rule] = {"text": text, "value": string(150), "description": text}
    if with_link:
        fields["url"] = link()
    return shape(fields, required=("text", "value"))


option = _option(plain(75))
rich_option = _option(words(75))
option_group = shape({"label": plain(75), "options": items(option, most=100)}, required=("label", "options"))
confirm = shape(
    {
        "title": plain(100),
        "text": words(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)
conversation_filter = shape(
    {
        "include": items(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
dispatch_config = shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"))},
    required=("trigger_actions_on",),
)
slack_file = either(shape({"id": string(255)}, ("id",)), shape({"url": link()}, ("url",)))
image_fields: dict[str, Rule] = {
    "type": kind_name,
    "image_url": link(),
    "slack_file": slack_file,
    "alt_text": string(2000),
}


def one_picture(value: Json, at: str, report: Report) -> None:
    """An image comes from an address or from a file, never from both or none."""
    if ("image_url" in value) == ("slack_file" in value):
        report.add("must provide either image_url or slack_file", at)


image = shape(image_fields, required=("alt_text",), then=one_picture)


def _element(required: tuple[str, ...] = (), then: Rule | None = None, /, **fields: Rule) -> Rule:
    common: dict[str, Rule] = {"type": kind_name, "action_id": string(255), "confirm": confirm}
    return shape({**common, **fields}, required, then)


def _options_or_groups(value: Json, at: str, report: Report) -> None:
    if ("options" in value) == ("option_groups" in value):
        report.add("must provide either options or option_groups", at)
        return
    known = list(value.get("options", ()))
    for group in value.get("option_groups", ()):
        known.extend(group["options"])
    _chosen_is_known(value, known, at, report)


def _chosen_is_known(value: Json, known: list[Any], at: str, report: Report) -> None:
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    name = "initial_option" if "initial_option" in value else "initial_options"
    offered = [(option["value"], option["text"]["text"]) for option in known]
    if any((option["value"], option["text"]["text"]) not in offered for option in chosen):
        report.add("must match one of the options provided", f"{at}/{name}")


def _in_options(value: Json, at: str, report: Report) -> None:
    _chosen_is_known(value, value["options"], at, report)


_select: dict[str, Rule] = {"placeholder": plain(150), "focus_on_load": boolean}
_many: dict[str, Rule] = {**_select, "max_selected_items": integer(1)}
_lists: dict[str, Rule] = {"options": items(option, most=100), "option_groups": items(option_group, most=100)}
_id = string(40)
_written: dict[str, Rule] = {
    "placeholder": plain(150),
    "initial_value": string(3000, least=0),
    "focus_on_load": boolean,
    "dispatch_action_config": dispatch_config,
}
_date = matching(r"\d{4}-\d\d-\d\d", "a date in the format YYYY-MM-DD")
_conversations: dict[str, Rule] = {
    "default_to_current_conversation": boolean,
    "filter": conversation_filter,
}


def _lengths_in_order(value: Json, at: str, report: Report) -> None:
    if value.get("min_length", 0) > value.get("max_length", 3000):
        report.add("min_length must not be more than max_length", f"{at}/min_length")


ELEMENTS: dict[str, Rule] = {
    "button": _element(
        ("text",),
        text=plain(75),
        value=string(2000),
        url=link(),
        style=one_of("primary", "danger"),
        accessibility_label=string(75),
        agent_prompt=string(4000),
        visible_to_user_ids=items(_id),
    ),
    "overflow": _element(("options",), options=items(_option(plain(75), with_link=True), most=5)),
    "static_select": _element((), _options_or_groups, **_select, **_lists, initial_option=option),
    "multi_static_select": _element((), _options_or_groups, **_many, **_lists, initial_options=items(option, most=100)),
    "external_select": _element(**_select, min_query_length=integer(0), initial_option=option),
    "multi_external_select": _element(**_many, min_query_length=integer(0), initial_options=items(option, most=100)),
    "users_select": _element(**_select, initial_user=_id),
    "multi_users_select": _element(**_many, initial_users=items(_id)),
    "conversations_select": _element(
        **_select, **_conversations, initial_conversation=_id, response_url_enabled=boolean
    ),
    "multi_conversations_select": _element(**_many, **_conversations, initial_conversations=items(_id)),
    "channels_select": _element(**_select, initial_channel=_id, response_url_enabled=boolean),
    "multi_channels_select": _element(**_many, initial_channels=items(_id)),
    "checkboxes": _element(
        ("options",),
        _in_options,
        options=items(rich_option, most=10),
        initial_options=items(rich_option, most=10),
        focus_on_load=boolean,
    ),
    "radio_buttons": _element(
        ("options",),
        _in_options,
        options=items(rich_option, most=10),
        initial_option=rich_option,
        focus_on_load=boolean,
    ),
    "datepicker": _element(**_select, initial_date=_date),
    "timepicker": _element(
        **_select,
        initial_time=matching(r"([01]\d|2[0-3]):[0-5]\d", "a time in the format HH:mm"),
        timezone=string(60),
    ),
    "datetimepicker": _element(initial_date_time=integer(1_000_000_000, 9_999_999_999), focus_on_load=boolean),
    "plain_text_input": _element(
        (),
        _lengths_in_order,
        **_written,
        multiline=boolean,
        min_length=integer(0, 3000),
        max_length=integer(1, 3000),
    ),
    "email_text_input": _element(**_written),
    "url_text_input": _element(**_written),
    "number_input": _element(
        ("is_decimal_allowed",),
        **_written,
        is_decimal_allowed=boolean,
        min_value=string(40),
        max_value=string(40),
    ),
    "rich_text_input": _element(
        placeholder=plain(150),
        initial_value=anything,
        focus_on_load=boolean,
        dispatch_action_config=dispatch_config,
        min_lines=integer(1, 100),
        max_lines=integer(1, 100),
    ),
    "file_input": _element(filetypes=items(string(20)), max_files=integer(1, 10)),
    "workflow_button": _element(
        ("text", "workflow"),
        text=plain(75),
        workflow=anything,
        style=one_of("primary", "danger"),
        accessibility_label=string(75),
    ),
    "feedback_buttons": _element(
        ("positive_button", "negative_button"),
        **{
            side: shape(
                {"text": plain(75), "value": string(2000), "accessibility_label": string(75)},
                ("text", "value"),
            )
            for side in ("positive_button", "negative_button")
        },
    ),
    "icon_button": _element(
        ("icon", "text"),
        icon=one_of("trash"),
        text=plain(75),
        value=string(2000),
        accessibility_label=string(75),
        visible_to_user_ids=items(_id),
    ),
    "image": image,
}

_SELECTS = frozenset(
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
)
_PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"})
_PRESSED = frozenset({"button", "overflow", "workflow_button"})
_WRITTEN = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})

IN_SECTION = _SELECTS | _PICKERS | _PRESSED | {"image"}
IN_ACTIONS = _SELECTS | _PICKERS | _PRESSED
IN_INPUT = _SELECTS | _PICKERS | _WRITTEN | {"rich_text_input", "file_input"}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})

_NOT_ON = {
    "home": frozenset({"datetimepicker", "file_input"}),
    "message": frozenset({"file_input", "rich_text_input"}),
    "modal": frozenset[str](),
}


def element(place: frozenset[str]) -> Rule:
    """An element that may stand in this kind of block, on the surface at hand."""
    return kinds(ELEMENTS, lambda kind, surface: kind in place and kind not in _NOT_ON[surface])
