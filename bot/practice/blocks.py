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

from bot.practice.charts import MOST_CHARTS, data_visualization
from bot.practice.elements import CHOSEN, PRESSED, TYPED, element, kind_name, mrkdwn, plain, words
from bot.practice.rich_text import rich_text_elements
from bot.practice.rules import Json, Report, Rule, anything, boolean, items, kinds, link, one_of, shape, string

MESSAGE_TEXT = 40_000
VIEW_BYTES = 250 * 1024
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}


def _block(required: tuple[str, ...] = (), then: Rule | None = None, /, **fields: Rule) -> Rule:
    return shape({"type": kind_name, "block_id": string(255), **fields}, required, then)


def _one_picture(value: Json, at: str, report: Report) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        report.add("must provide either image_url or slack_file", at)


BLOCKS: dict[str, Rule] = {
    "section": _block(("text",), text=words(3000), accessory=element(CHOSEN | PRESSED)),
    "header": _block(("text",), text=plain(150)),
    "context": _block(
        ("elements",), elements=items(kinds({"plain_text": plain(3000), "mrkdwn": mrkdwn(3000)}), most=10)
    ),
    "actions": _block(("elements",), elements=items(element(CHOSEN | PRESSED), most=25)),
    "divider": _block(),
    "image": _block(
        ("alt_text",),
        _one_picture,
        image_url=link(),
        slack_file=shape({"id": string(255)}, ("id",)),
        alt_text=string(2000),
        title=plain(2000),
    ),
    "input": _block(
        ("label", "element"),
        label=plain(2000),
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
        element=element(CHOSEN | TYPED),
    ),
    "rich_text": _block(("elements",), elements=rich_text_elements),
    "data_visualization": data_visualization,
}

_any_block = kinds(BLOCKS, lambda kind, surface: kind != "data_visualization" or surface != "modal")


def validate_blocks(blocks: Any, surface: str = "message", pointer: str = "/blocks") -> list[str]:
    """What Slack would refuse in these blocks on a `message`, a `modal` or the `home` tab."""
    report = Report(surface)
    _check_blocks(blocks, pointer, report)
    return report.problems


def validate_message(payload: Json) -> list[str]:
    """What Slack would refuse in a message's `text` and `blocks` (chat.postMessage's arguments)."""
    report = Report("message")
    text, blocks = payload.get("text"), payload.get("blocks")
    if not text and not blocks:
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
}
_modal = shape(
    {**_VIEW_FIELDS, "title": plain(24), "submit": plain(24), "close": plain(24)},
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
        objects = [block for block in blocks if isinstance(block, dict)]
        _check_ids(objects, at, report)
        if sum(block.get("type") == "data_visualization" for block in objects) > MOST_CHARTS:
            report.add(f"no more than {MOST_CHARTS} data_visualization blocks allowed", at)


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


def elements_of(block: Json) -> Iterator[Json]:
    """The interactive elements of a block, wherever the block holds them."""
    for one in (block.get("accessory"), block.get("element")):
        if isinstance(one, dict):
            yield one
    many = block.get("elements", ())
    for one in many if isinstance(many, list) else ():
        if isinstance(one, dict):
            yield one


def _action_ids(block: Json) -> Iterator[str]:
    for found in elements_of(block):
        action_id = found.get("action_id")
        if isinstance(action_id, str):
            yield action_id
