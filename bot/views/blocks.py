"""The few Block Kit elements that we use, and the only place that cleans, cuts and escapes text.

Everything shown is a `plain_text` object or a text in `rich_text`. In neither does Slack look for mentions, links or
asterisks, so a client called ``<!channel>`` or ``*x*`` is just a name. The one string that Slack does parse is a
message's top-level text, and `message` escapes it. Never here: words, which come from the translator.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time
from string import Formatter
from typing import Any

from bot.infra.visible import clean_name

Json = dict[str, Any]

TEXT_BYTES = 3500
"""Of a message's top-level text: most of Slack's methods take 4,000 characters, the strictest 4,000 bytes."""

_PROBE = 24
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_JOINER = "\u200d"
_LINKABLE = re.compile(r"(?<=[@#])(?=\w)|(?<=\w:)(?=//)")
_WORD_JOINER = "\u2060"


def clean(text: str, limit: int = 80) -> str:
    """Make typed text fit to show: one line of what can be seen, at most `limit` characters.

    Right-to-left text is isolated, so that numbers after it stay in their place. Empty if nothing visible is left.
    """
    if text.isascii() and text.isprintable():
        return clip(" ".join(text.split()), limit)  # most names; anything else is looked at character by character
    line = clean_name(text)
    if not any(character.isprintable() and unicodedata.category(character) not in {"Mn", "Cf"} for character in line):
        return ""
    if not _runs_from_the_right(line):
        return clip(line, limit)
    short = clip(line, limit - 2)
    return _FIRST_STRONG + short + _POP if _runs_from_the_right(short) else short


def _runs_from_the_right(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def clip(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, the last an ellipsis, never between a letter and its marks."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > max(0, limit - _PROBE) and _inside_a_character(text, cut):
        cut -= 1
    return text[:cut].rstrip() + "…"


def _inside_a_character(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    flags = 0
    while at - 1 - flags >= 0 and "\U0001f1e6" <= text[at - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return (
        unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or _JOINER in {before, after}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or ("\U0001f1e6" <= after <= "\U0001f1ff" and flags % 2 == 1)
    )


def escape(text: str) -> str:
    """Escape a text for the one place where Slack parses it: a message's top-level text."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LINKABLE.sub(_WORD_JOINER, safe) if "@" in safe or "#" in safe or "//" in safe else safe


def unescape(text: str) -> str:
    """Give back what a person typed, from the escaped text that Slack sends."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def message(lines: Iterable[str], blocks: Sequence[Json]) -> Json:
    """A message: the blocks, and lines that say the same to a screen reader and on a lock screen.

    As many whole lines are used as fit, but always the first: it is all that a phone's lock screen shows.
    """
    kept: list[str] = []
    room = TEXT_BYTES - len("\n…".encode())
    for line in lines:
        escaped = escape(line)
        room -= len(escaped.encode()) + 1
        if room < 0:
            kept.append("…" if kept else escape(clip(line, TEXT_BYTES // 5)))
            break
        kept.append(escaped)
    return {"text": "\n".join(kept) or "…", "blocks": list(blocks)}


def plain(text: str, limit: int) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": clip(text.strip(), limit) or "–", "emoji": False}


def header(text: str) -> Json:
    """A heading."""
    return {"type": "header", "text": plain(text, 150)}


def section(text: str, accessory: Json | None = None) -> Json:
    """A paragraph, with a button next to it or without."""
    block: Json = {"type": "section", "text": plain(text, 3000)}
    if accessory:
        block["accessory"] = accessory
    return block


def context(*lines: str) -> Json:
    """Small print, one line each."""
    return {"type": "context", "elements": [plain("\n".join(lines), 2000)]}


def divider() -> Json:
    """A thin line."""
    return {"type": "divider"}


def actions(elements: Sequence[Json], block_id: str | None = None) -> Json:
    """A row of buttons and selects."""
    block: Json = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def button(text: str, action_id: str, value: str, *, label: str = "", primary: bool = False) -> Json:
    """A button. `label` is what a screen reader says, for a button that is there for several clients."""
    element: Json = {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": value}
    if label:
        element["accessibility_label"] = clip(label, 75)
    if primary:
        element["style"] = "primary"
    return element


def option(text: str, value: str) -> Json:
    """One option of a select or of radio buttons."""
    return {"text": plain(text, 75), "value": value}


def options(named: Mapping[str, str]) -> list[Json]:
    """Options from their values and labels."""
    return [option(label, value) for value, label in named.items()]


def select(action_id: str, options: Sequence[Json], placeholder: str, chosen: str | None = None) -> Json:
    """A select with its options; `chosen` is the value of the one selected at first."""
    return _with_initial(
        {
            "type": "static_select",
            "action_id": action_id,
            "options": list(options),
            "placeholder": plain(placeholder, 150),
        },
        chosen,
    )


def radio_buttons(action_id: str, options: Sequence[Json], chosen: str) -> Json:
    """Radio buttons."""
    return _with_initial({"type": "radio_buttons", "action_id": action_id, "options": list(options)}, chosen)


def grouped_select(
    action_id: str, groups: Mapping[str, Sequence[Json]], placeholder: str, chosen: str | None = None
) -> Json:
    """A select with more options than fit in one list: at most 100 groups by label, of at most 100 options each."""
    element = {
        "type": "static_select",
        "action_id": action_id,
        "option_groups": [{"label": plain(label, 75), "options": list(group)} for label, group in groups.items()],
        "placeholder": plain(placeholder, 150),
    }
    return _with_initial(element, chosen)


def checkboxes(action_id: str, options: Sequence[Json], chosen: Collection[str]) -> Json:
    """Checkboxes, at most 10; `chosen` are the values of those ticked at first."""
    element: Json = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    ticked = [option for option in options if option["value"] in chosen]
    return {**element, "initial_options": ticked} if ticked else element


def date_picker(action_id: str, on: date | None) -> Json:
    """A date picker."""
    picker: Json = {"type": "datepicker", "action_id": action_id}
    return {**picker, "initial_date": on.isoformat()} if on else picker


def time_picker(action_id: str, at: time) -> Json:
    """A time picker."""
    return {"type": "timepicker", "action_id": action_id, "initial_time": f"{at:%H:%M}"}


def number_input(action_id: str, value: str, *, decimals: bool = False, placeholder: str = "") -> Json:
    """A number input; `value` is what it holds at first, empty for none."""
    element: Json = {"type": "number_input", "action_id": action_id, "is_decimal_allowed": decimals}
    if value:
        element["initial_value"] = value
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element


def user_select(action_id: str, slack_user_id: str | None, placeholder: str) -> Json:
    """A select of colleagues from Slack's own list of people."""
    element: Json = {"type": "users_select", "action_id": action_id, "placeholder": plain(placeholder, 150)}
    return {**element, "initial_user": slack_user_id} if slack_user_id else element


def _with_initial(element: Json, chosen: str | None) -> Json:
    lists = [group["options"] for group in element.get("option_groups", ())] or [element["options"]]
    found = [option for options in lists for option in options if option["value"] == chosen]
    return {**element, "initial_option": found[0]} if found else element


def input_block(block_id: str, label: str, element: Json, *, optional: bool = False, hint: str = "") -> Json:
    """An input of a form."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def modal(callback_id: str, title: str, close: str, body: Sequence[Json]) -> Json:
    """A modal to read."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": list(body),
    }


def form(modal: Json, submit: str, metadata: str) -> Json:
    """A modal to fill in; `metadata` comes back with it."""
    return {**modal, "submit": plain(submit, 24), "private_metadata": metadata}


def rich_text(*parts: Json) -> Json:
    """A rich text of `rich_section` and `bullet_list`."""
    return {"type": "rich_text", "elements": list(parts)}


def rich_section(*spans: Json) -> Json:
    """A run of spans in a rich text."""
    return {"type": "rich_text_section", "elements": list(spans)}


def bullet_list(items: Iterable[Sequence[Json]]) -> Json:
    """A bulleted list in a rich text; each item is a run of spans."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [rich_section(*item) for item in items]}


def span(text: str, *styles: str) -> Json:
    """A run of text in a rich text; styles are bold, italic, code."""
    found: Json = {"type": "text", "text": text or "–"}
    if styles:
        found["style"] = dict.fromkeys(styles, True)
    return found


def mention(slack_user_id: str) -> Json:
    """A mention of somebody in Slack, in a rich text."""
    return {"type": "user", "user_id": slack_user_id}


def fill_in(sentence: str, **spans: Json) -> list[Json]:
    """Put spans into a translated sentence's ``{names}``, and give the run of spans."""
    run: list[Json] = []
    for literal, field, _, _ in Formatter().parse(sentence):
        if literal:
            run.append(span(literal))
        if field:
            run.append(spans[field])
    return run
