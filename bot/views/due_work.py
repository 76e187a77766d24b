"""Deadlines that the reader is reminded of, in the morning's message."""

from collections.abc import Sequence
from datetime import date

from bot.infra.i18n import Translator
from bot.views import blocks, names
from bot.views.blocks import Json
from bot.views.data import DueWork

MOST = 8
"""Deadlines listed; the rest are counted."""


def due_work_blocks(due: Sequence[DueWork], today: date, t: Translator) -> list[Json]:
    """The deadlines as a single block; empty if there are none."""
    if not due:
        return []
    title, *items = due_work_lines(due, today, t)
    return [
        blocks.rich_text(
            blocks.rich_section(blocks.span(title, "bold")),
            blocks.bullet_list([blocks.span(line)] for line in items),
        )
    ]


def due_work_lines(due: Sequence[DueWork], today: date, t: Translator) -> list[str]:
    """The deadlines as lines of text, the first of them the title; empty if there are none."""
    if not due:
        return []
    left = len(due) - MOST
    more = [t.plural("and {count} more deadline", "and {count} more deadlines", left)] if left > 0 else []
    return [t("Deadlines for you:"), *(_line(each, today, t) for each in due[:MOST]), *more]


def _line(each: DueWork, today: date, t: Translator) -> str:
    title, client = blocks.clean(each.title, 80), names.client_name(each.client, t, 40)
    day = names.near_day(each.due_on, today, t)
    return t("“{title}” for {client} is due {day}", title=title, client=client, day=day)
