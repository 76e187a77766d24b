"""Block Kit's limits: what Slack would say to a message, a modal or a Home view before it shows it.

`validate_message`, `validate_view` and `validate_blocks` are pure; each answers with a list of complaints, empty when
Slack would take the payload. Here: the blocks and the rules that span a whole payload. Never here: the elements
inside blocks (`elements`), or state of any kind.

A limit is counted in characters as the string is sent, entities included: Slack does not say which, and this is the
stricter reading.
"""

import json
from collections.abc import Iterator
from typing import Any

from bot.practice.elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
    image,
    image_fields,
    kind_name,
    mrkdwn,
    one_picture,
    plain,
    words,
)
from bot.practice.rich_text import rich_text_elements
from bot.practice.rules import (
    Json,
    Report,
    Rule,
    anything,
    boolean,
    items,
    kinds,
    link,
    one_of,
    shape,
    string,
)
from bot.practice.tables import TABLES

MESSAGE_TEXT = 40_000
VIEW_BYTES = 250 * 1024
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}


def _block(required: tuple[str, ...] = (), then: Rule | None = None, /, **fields: Rule) -> Rule:
    return shape({"type": kind_name, "block_id": string(255), **fields}, required, then)


def _text_or_fields(value: Json, at: str, report: Report) -> None:
    if "text" not in value and "fields" not in value:
        report.add("must provide text or fields", at)


def _dispatches(value: Json, at: str, report: Report) -> None:
    if value["element"]["type"] == "file_input" and value.get("dispatch_action"):
        report.add("dispatch_action is not allowed with file_input", f"{at}/dispatch_action")


def _markdown_total(value: Json, at: str, report: Report) -> None:
    report.markdown_length += len(value["text"])
    if report.markdown_length > 12_000:
        report.add("must be less than 12001 characters over all markdown blocks", f"{at}/text")


def _card_says_something(value: Json, at: str, report: Report) -> None:
    if not any(name in value for name in ("hero_image", "title", "actions", "body")):
        report.add("must provide one of hero_image, title, actions, body", at)


_card = _block(
    (),
    _card_says_something,
    hero_image=image,
    icon=image,
    slack_icon=anything,
    title=words(150),
    subtitle=words(150),
    body=words(200),
    subtext=words(200),
    actions=items(element(frozenset({"button"})), most=3),
)

BLOCKS: dict[str, Rule] = {
    "section": _block(
        (),
        _text_or_fields,
        text=words(3000),
        fields=items(words(2000), most=10),
        accessory=element(IN_SECTION),
        expand=boolean,
    ),
    "header": _block(("text",), text=plain(150)),
    "context": _block(
        ("elements",),
        elements=items(
            kinds({"image": image, "plain_text": plain(3000), "mrkdwn": mrkdwn(3000)}, lambda _kind, _on: True),
            most=10,
        ),
    ),
    "actions": _block(("elements",), elements=items(element(IN_ACTIONS), most=25)),
    "divider": _block(),
    "image": shape({**image_fields, "block_id": string(255), "title": plain(2000)}, ("alt_text",), then=one_picture),
    "input": _block(
        ("label", "element"),
        _dispatches,
        label=plain(2000),
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
        element=element(IN_INPUT),
    ),
    "rich_text": _block(("elements",), elements=rich_text_elements),
    "video": _block(
        ("alt_text", "title", "thumbnail_url", "video_url"),
        alt_text=string(2000),
        title=plain(200),
        title_url=link(),
        author_name=string(50),
        provider_name=string(50),
        provider_icon_url=link(),
        description=plain(200),
        thumbnail_url=link(),
        video_url=link(),
    ),
    "markdown": _block(("text",), _markdown_total, text=string(12_000)),
    "card": _card,
    "carousel": _block(("elements",), elements=items(_card, most=10)),
    "alert": _block(("text",), text=words(200), level=one_of("default", "info", "warning", "error", "success")),
    "context_actions": _block(("elements",), elements=items(element(IN_CONTEXT_ACTIONS), most=5)),
    "task_card": _block(
        ("task_id", "title"),
        task_id=string(255),
        title=string(255),
        status=one_of("pending", "in_progress", "complete", "error"),
        details=anything,
        output=anything,
        sources=items(anything),
    ),
    "plan": _block(("title",), title=string(255), tasks=items(anything)),
    **TABLES,
}

_EVERYWHERE = frozenset(
    {
        "actions",
        "card",
        "container",
        "context",
        "divider",
        "header",
        "image",
        "input",
        "rich_text",
        "section",
        "video",
    }
)
_NUMBERS = frozenset({"table", "data_table", "data_visualization", "carousel"})
_ON = {
    "message": _EVERYWHERE | _NUMBERS | {"markdown", "context_actions", "plan", "task_card"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | _NUMBERS,
}
_IN_CONTAINER = _EVERYWHERE - {"card", "container"} | {"table"}

BLOCKS["container"] = _block(
    ("child_blocks",),
    title=plain(150),
    rich_text_title=anything,
    subtitle=plain(150),
    width=one_of("narrow", "standard", "wide", "full"),
    is_collapsible=boolean,
    default_collapsed=boolean,
    has_header_divider=boolean,
    child_blocks=items(kinds(BLOCKS, lambda kind, _on: kind in _IN_CONTAINER), most=10),
)
_any_block = kinds(BLOCKS, lambda kind, surface: kind in _ON[surface])


def validate_blocks(blocks: Any, surface: str = "message", pointer: str = "/blocks") -> list[str]:
    """What Slack would refuse in these blocks on a `message`, a `modal` or the `home` tab."""
    report = Report(surface)
    _check_blocks(blocks, pointer, report)
    return report.problems


def validate_message(payload: Json) -> list[str]:
    """What Slack would refuse in a message's `text`, `blocks` and `metadata` (chat.postMessage's arguments)."""
    report = Report("message")
    text, blocks = payload.get("text"), payload.get("blocks")
    if not text and not blocks and not payload.get("attachments") and not payload.get("markdown_text"):
        report.add("missing required field: text", "")
    if isinstance(text, str) and len(text) > MESSAGE_TEXT:
        report.add(f"must be less than {MESSAGE_TEXT + 1} characters", "/text")
    if blocks:
        _check_blocks(blocks, "/blocks", report)
    return report.problems


_VIEW_FIELDS: dict[str, Rule] = {
    "type": one_of("modal", "home"),
    "blocks": anything,
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_modal = shape(
    {
        **_VIEW_FIELDS,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    required=("type", "title", "blocks"),
)
_home = shape(_VIEW_FIELDS, required=("type", "blocks"))


def validate_view(view: Any, pointer: str = "/view") -> list[str]:
    """What Slack would refuse in a modal or in a Home view."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return [f"unsupported type [json-pointer:{pointer}/type]"]
    report = Report(view["type"])
    (_modal if view["type"] == "modal" else _home)(view, pointer, report)
    blocks = view.get("blocks")
    _check_blocks(blocks, f"{pointer}/blocks", report)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        report.add("view must be at most 250 KB", pointer)
    if isinstance(blocks, list) and view["type"] == "modal":
        asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if asks and "submit" not in view:
            report.add("missing required field: submit", pointer)
    return report.problems


def _check_blocks(blocks: Any, at: str, report: Report) -> None:
    items(_any_block, least=0, most=MOST_BLOCKS[report.surface])(blocks, at, report)
    if isinstance(blocks, list):
        whole = [block for block in blocks if isinstance(block, dict)]
        _check_ids(whole, at, report)
        _check_counts(whole, at, report)


def _check_ids(blocks: list[Json], at: str, report: Report) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                report.add(f"block_id {block_id} is not unique", f"{at}/{index}/block_id")
            seen.add(block_id)
        actions: set[str] = set()
        for action_id in _action_ids(block):
            if action_id in actions:
                report.add(f"action_id {action_id} is not unique in its block", f"{at}/{index}")
            actions.add(action_id)


def _check_counts(blocks: list[Json], at: str, report: Report) -> None:
    charts = sum(block.get("type") == "data_visualization" for block in blocks)
    if charts > 2:
        report.add("no more than 2 data_visualization blocks allowed", at)
    if sum(block.get("type") == "table" for block in blocks) > 1:
        report.add("only one table block allowed", at)
    focused = sum(bool(found.get("focus_on_load")) for block in blocks for found in elements_of(block))
    if focused > 1:
        report.add("focus_on_load may be true for only one element", at)


def elements_of(block: Json) -> Iterator[Json]:
    """The interactive elements and images of a block, wherever the block keeps them."""
    for one in (block.get("accessory"), block.get("element")):
        if isinstance(one, dict):
            yield one
    many = block.get("elements", block.get("actions", ()))
    for one in many if isinstance(many, list) else ():
        if isinstance(one, dict):
            yield one
    children = block.get("child_blocks", ())
    for child in children if isinstance(children, list) else ():
        if isinstance(child, dict):
            yield from elements_of(child)


def _action_ids(block: Json) -> Iterator[str]:
    for found in elements_of(block):
        action_id = found.get("action_id")
        if isinstance(action_id, str):
            yield action_id
