"""The rich_text block: sections, lists, quotes and their leaves.

Here: that one block's grammar. Never here: other blocks.
"""

from bot.practice.elements import kind_name
from bot.practice.rules import Rule, boolean, integer, items, kinds, link, one_of, shape, string

_style = shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean)
)


def _leaf(required: tuple[str, ...], /, **fields: Rule) -> Rule:
    return shape({"type": kind_name, "style": _style, **fields}, required)


_LEAVES: dict[str, Rule] = {
    "text": _leaf(("text",), text=string(40_000)),
    "link": _leaf(("url",), url=link(), text=string(40_000), unsafe=boolean),
    "user": _leaf(("user_id",), user_id=string(40)),
    "usergroup": _leaf(("usergroup_id",), usergroup_id=string(40)),
    "channel": _leaf(("channel_id",), channel_id=string(40)),
    "team": _leaf(("team_id",), team_id=string(40)),
    "broadcast": _leaf(("range",), range=one_of("here", "channel", "everyone")),
    "date": _leaf(
        ("timestamp", "format"),
        timestamp=integer(0),
        format=string(255),
        url=link(),
        fallback=string(255),
        timezone=string(60),
    ),
    "emoji": _leaf(("name",), name=string(100), unicode=string(100), url=link()),
    "color": _leaf(("value",), value=string(20)),
}
_leaves = items(kinds(_LEAVES, lambda _kind, _surface: True), least=0)
_part = {"type": kind_name, "elements": _leaves}
_section = shape(_part, ("elements",))

rich_text_elements: Rule = items(
    kinds(
        {
            "rich_text_section": _section,
            "rich_text_preformatted": shape({**_part, "border": integer(0, 1), "language": string(40)}, ("elements",)),
            "rich_text_quote": shape({**_part, "border": integer(0, 1)}, ("elements",)),
            "rich_text_list": shape(
                {
                    "type": kind_name,
                    "style": one_of("bullet", "ordered"),
                    "indent": integer(0, 8),
                    "offset": integer(0),
                    "border": integer(0, 1),
                    "elements": items(kinds({"rich_text_section": _section}, lambda _kind, _surface: True), least=0),
                },
                ("style", "elements"),
            ),
        },
        lambda _kind, _surface: True,
    ),
    least=0,
)
