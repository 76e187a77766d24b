"""The rich_text block: its sections, lists and leaves.

Here: that one block's grammar. Never here: other blocks.
"""

from bot.practice.elements import kind_name
from bot.practice.rules import Rule, boolean, integer, items, kinds, link, one_of, shape, string

_style = shape(dict.fromkeys(("bold", "italic", "strike", "code"), boolean))


def _leaf(required: tuple[str, ...], /, **fields: Rule) -> Rule:
    return shape({"type": kind_name, "style": _style, **fields}, required)


_leaves = items(
    kinds(
        {
            "text": _leaf(("text",), text=string(40_000)),
            "link": _leaf(("url",), url=link(), text=string(40_000)),
            "user": _leaf(("user_id",), user_id=string(40)),
            "channel": _leaf(("channel_id",), channel_id=string(40)),
        }
    ),
    least=0,
)
_section = shape({"type": kind_name, "elements": _leaves}, ("elements",))
_list = shape(
    {
        "type": kind_name,
        "style": one_of("bullet", "ordered"),
        "indent": integer(0, 8),
        "elements": items(kinds({"rich_text_section": _section}), least=0),
    },
    ("style", "elements"),
)

rich_text_elements: Rule = items(kinds({"rich_text_section": _section, "rich_text_list": _list}), least=0)
