"""Each documented limit of Block Kit: what fits passes, one more is refused with a pointer to the place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice import validate_blocks, validate_message, validate_view

Block = dict[str, Any]
FIELDS = ["type", "text", "elements", "options", "option_groups", "element", "label", "chart", "value", "accessory"]
FIELDS += ["action_id", "initial_option", "url", "segments", "series"]
TYPES = ["section", "actions", "input", "data_visualization", "rich_text", "context", "image", "header"]


def plain(length: int = 3) -> Block:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 3) -> Block:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain(), **more}


def option(text: int = 1, value: int = 1, **more: Any) -> Block:
    return {"text": plain(text), "value": "v" * value, **more}


def select(**more: Any) -> Block:
    return {"type": "static_select", "options": [option()], **more}


def asked(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain(), "element": element, **more}


def typed(**more: Any) -> Block:
    return {"type": "plain_text_input", **more}


def chart(title: int = 1, **more: Any) -> Block:
    pie = {"type": "pie", "segments": [{"label": "a", "value": 1}], **more}
    return {"type": "data_visualization", "title": "x" * title, "chart": pie}


FITS_AND_NOT = {
    "section text 3000": (section(text=mrkdwn(3000)), section(text=mrkdwn(3001)), "/blocks/0/text/text"),
    "empty text": (section(text=mrkdwn(1)), section(text=mrkdwn(0)), "/blocks/0/text/text"),
    "section needs words": (section(), {"type": "section"}, "/blocks/0"),
    "header 150": (
        {"type": "header", "text": plain(150)},
        {"type": "header", "text": plain(151)},
        "/blocks/0/text/text",
    ),
    "header plain": ({"type": "header", "text": plain()}, {"type": "header", "text": mrkdwn()}, "/blocks/0/text/type"),
    "context 10": (
        {"type": "context", "elements": [mrkdwn()] * 10},
        {"type": "context", "elements": [mrkdwn()] * 11},
        "/blocks/0/elements",
    ),
    "actions 25": (
        actions(*[button(action_id=str(n)) for n in range(25)]),
        actions(*[button(action_id=str(n)) for n in range(26)]),
        "/blocks/0/elements",
    ),
    "button text 75": (
        actions(button(text=plain(75))),
        actions(button(text=plain(76))),
        "/blocks/0/elements/0/text/text",
    ),
    "button text plain": (actions(button()), actions(button(text=mrkdwn())), "/blocks/0/elements/0/text/type"),
    "button value 2000": (
        actions(button(value="v" * 2000)),
        actions(button(value="v" * 2001)),
        "/blocks/0/elements/0/value",
    ),
    "button label 75": (
        actions(button(accessibility_label="v" * 75)),
        actions(button(accessibility_label="v" * 76)),
        "/blocks/0/elements/0/accessibility_label",
    ),
    "button style": (
        actions(button(style="danger")),
        actions(button(style="warning")),
        "/blocks/0/elements/0/style",
    ),
    "button link 3000": (
        actions(button(url="https://" + "a" * 2992)),
        actions(button(url="https://" + "a" * 2993)),
        "/blocks/0/elements/0/url",
    ),
    "action id 255": (
        actions(button(action_id="a" * 255)),
        actions(button(action_id="a" * 256)),
        "/blocks/0/elements/0/action_id",
    ),
    "action id unique": (
        actions(button(action_id="a"), button(action_id="b")),
        actions(button(action_id="a"), button(action_id="a")),
        "/blocks/0",
    ),
    "block id 255": (section(block_id="b" * 255), section(block_id="b" * 256), "/blocks/0/block_id"),
    "options 100": (
        actions(select(options=[option()] * 100)),
        actions(select(options=[option()] * 101)),
        "/blocks/0/elements/0/options",
    ),
    "options not empty": (actions(select()), actions(select(options=[])), "/blocks/0/elements/0/options"),
    "option groups 100": (
        actions({"type": "static_select", "option_groups": [{"label": plain(), "options": [option()]}] * 100}),
        actions({"type": "static_select", "option_groups": [{"label": plain(), "options": [option()]}] * 101}),
        "/blocks/0/elements/0/option_groups",
    ),
    "option text 75": (
        actions(select(options=[option(75)])),
        actions(select(options=[option(76)])),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "option value 150": (
        actions(select(options=[option(1, 150)])),
        actions(select(options=[option(1, 151)])),
        "/blocks/0/elements/0/options/0/value",
    ),
    "placeholder 150": (
        actions(select(placeholder=plain(150))),
        actions(select(placeholder=plain(151))),
        "/blocks/0/elements/0/placeholder/text",
    ),
    "initial option known": (
        actions(select(initial_option=option())),
        actions(select(initial_option=option(2, 2))),
        "/blocks/0/elements/0/initial_option",
    ),
    "overflow 5": (
        actions({"type": "overflow", "options": [option()] * 5}),
        actions({"type": "overflow", "options": [option()] * 6}),
        "/blocks/0/elements/0/options",
    ),
    "checkboxes 10": (
        actions({"type": "checkboxes", "options": [option()] * 10}),
        actions({"type": "checkboxes", "options": [option()] * 11}),
        "/blocks/0/elements/0/options",
    ),
    "radio buttons 10": (
        actions({"type": "radio_buttons", "options": [option()] * 10}),
        actions({"type": "radio_buttons", "options": [option()] * 11}),
        "/blocks/0/elements/0/options",
    ),
    "date": (
        actions({"type": "datepicker", "initial_date": "2026-11-30"}),
        actions({"type": "datepicker", "initial_date": "30.11.2026"}),
        "/blocks/0/elements/0/initial_date",
    ),
    "time": (
        actions({"type": "timepicker", "initial_time": "09:00"}),
        actions({"type": "timepicker", "initial_time": "9 am"}),
        "/blocks/0/elements/0/initial_time",
    ),
    "picture needs words": (
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "x"},
        {"type": "image", "image_url": "https://a.example/b.png"},
        "/blocks/0",
    ),
    "picture words 2000": (
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "x" * 2000},
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "x" * 2001},
        "/blocks/0/alt_text",
    ),
    "chart title 50": (chart(50), chart(51), "/blocks/0/title"),
    "chart slice above 0": (chart(), chart(segments=[{"label": "a", "value": 0}]), "/blocks/0/chart/segments"),
    "no unknown field": (section(), section(colour="red"), "/blocks/0"),
    "no unknown block": (section(), {"type": "poem"}, "/blocks/0/type"),
    "no typing outside input": (actions(button()), actions(typed()), "/blocks/0/elements/0/type"),
    "rich text": (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "*x*"}]}],
        },
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]},
        "/blocks/0/elements/0/elements/0/text",
    ),
}


@pytest.mark.parametrize("name", FITS_AND_NOT)
def test_a_block_fits_up_to_its_limit_and_no_further(name: str) -> None:
    fits, too_much, pointer = FITS_AND_NOT[name]
    assert validate_blocks([fits]) == []
    problems = validate_blocks([too_much])
    assert problems
    assert f"[json-pointer:{pointer}]" in problems[0]


def test_the_complaint_is_in_slacks_words() -> None:
    problems = validate_blocks([section(text=mrkdwn(3001))])
    assert problems == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks(surface: str, most: int) -> None:
    divider = {"type": "divider"}
    assert validate_blocks([divider] * most, surface) == []
    assert validate_blocks([divider] * (most + 1), surface) == [
        f"no more than {most} items allowed [json-pointer:/blocks]"
    ]


def test_block_ids_are_unique_in_a_payload() -> None:
    assert validate_blocks([section(block_id="a"), section(block_id="a")])


def test_two_charts_are_the_most() -> None:
    assert validate_blocks([chart(), chart()], "home") == []
    assert validate_blocks([chart(), chart(), chart()], "home")


def test_a_message_needs_something_to_say_and_no_more_than_40000_characters() -> None:
    assert validate_message({"text": "x" * 40_000}) == []
    assert validate_message({"text": "x" * 40_001})
    assert validate_message({"blocks": [section()]}) == []
    assert validate_message({})


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain(24), "blocks": [section()], **more}


VIEWS = {
    "title 24": (modal(), modal(title=plain(25)), "/view/title/text"),
    "submit 24": (modal(submit=plain(24)), modal(submit=plain(25)), "/view/submit/text"),
    "close 24": (modal(close=plain(24)), modal(close=plain(25)), "/view/close/text"),
    "private metadata 3000": (
        modal(private_metadata="x" * 3000),
        modal(private_metadata="x" * 3001),
        "/view/private_metadata",
    ),
    "callback id 255": (modal(callback_id="x" * 255), modal(callback_id="x" * 256), "/view/callback_id"),
    "an input needs submit": (
        modal(blocks=[asked(typed())], submit=plain()),
        modal(blocks=[asked(typed())]),
        "/view",
    ),
    "input label 2000": (
        modal(blocks=[asked(typed(), label=plain(2000))], submit=plain()),
        modal(blocks=[asked(typed(), label=plain(2001))], submit=plain()),
        "/view/blocks/0/label/text",
    ),
    "typed length 3000": (
        modal(blocks=[asked(typed(max_length=3000))], submit=plain()),
        modal(blocks=[asked(typed(max_length=3001))], submit=plain()),
        "/view/blocks/0/element/max_length",
    ),
    "no chart in a modal": (modal(), modal(blocks=[chart()]), "/view/blocks/0/type"),
    "no button as an input": (
        modal(blocks=[asked(typed())], submit=plain()),
        modal(blocks=[asked(button())], submit=plain()),
        "/view/blocks/0/element/type",
    ),
    "home has no title": (
        {"type": "home", "blocks": [section()]},
        {"type": "home", "blocks": [section()], "title": plain()},
        "/view",
    ),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_fits_up_to_its_limit_and_no_further(name: str) -> None:
    fits, too_much, pointer = VIEWS[name]
    assert validate_view(fits) == []
    problems = validate_view(too_much)
    assert problems
    assert any(f"[json-pointer:{pointer}]" in problem for problem in problems)


def test_a_view_is_at_most_250_kilobytes() -> None:
    big = [section(text=mrkdwn(3000)) for _ in range(90)]
    assert "must be at most 250 KB" in validate_view(modal(blocks=big))[-1]


@pytest.mark.parametrize("nonsense", [None, [], "x", {"type": "wall"}, {"type": "modal"}])
def test_what_is_no_view_is_refused(nonsense: Any) -> None:
    assert validate_view(nonsense)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6), st.sampled_from(TYPES))
def test_no_nonsense_breaks_the_validator(block: Block, kind: str) -> None:
    block = {**block, "type": kind}
    assert isinstance(validate_blocks([block]), list)
    assert isinstance(validate_view(modal(blocks=[block, {"type": "actions", "elements": [block]}])), list)
