"""A message as a person reads it."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def lines(view: Json) -> list[str]:
    """Everything in it, from top to bottom; a row of buttons is one line."""
    return [line for block in view["blocks"] for line in _of(block)]


def _of(block: Json) -> Iterator[str]:
    if block["type"] in {"header", "section"}:
        yield from block["text"]["text"].splitlines()
    if block["type"] == "context":
        for element in block["elements"]:
            yield from element["text"].splitlines()
    if block["type"] == "rich_text":
        for part in block["elements"]:
            yield from _of_rich_text(part)
    if block["type"] == "actions":
        yield " ".join(f"[{label(element)}]" for element in block["elements"])
    if "accessory" in block:
        yield f"[{label(block['accessory'])}]"


def _of_rich_text(part: Json) -> Iterator[str]:
    if part["type"] == "rich_text_list":
        for item in part["elements"]:
            yield "• " + _leaves(item)
    else:
        yield from _leaves(part).splitlines()


def _leaves(part: Json) -> str:
    return "".join(leaf["text"] if leaf["type"] == "text" else f"<@{leaf['user_id']}>" for leaf in part["elements"])


def label(element: Json) -> str:
    """What is written on a button or a select."""
    text: Json = element["text"] if "text" in element else element["placeholder"]
    return str(text["text"])


def elements(view: Json) -> Iterator[tuple[Json, Json]]:
    """Every button and select, with its block."""
    for block in view["blocks"]:
        if block["type"] == "actions":
            yield from ((block, element) for element in block["elements"])
        if "accessory" in block:
            yield block, block["accessory"]


def buttons(view: Json) -> list[str]:
    """What is written on each of them."""
    return [label(element) for _, element in elements(view)]


def primary(view: Json) -> list[str]:
    """What a screen reader says of the buttons that stand out."""
    return [element["accessibility_label"] for _, element in elements(view) if element.get("style") == "primary"]
