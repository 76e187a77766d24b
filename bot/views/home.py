"""The Home tab: a member's clients at a glance."""

from bot.infra.i18n import Translator
from bot.views import blocks, controls, ids, names, settings, texts
from bot.views.blocks import Json
from bot.views.data import Book
from bot.views.unowned import unowned_line
from scoring.vocabulary import COLOURS

ROWS = 60
"""Clients listed; a Home tab holds 100 blocks."""


def home(book: Book, t: Translator) -> Json:
    """The member's clients, highest priority first, a button beside each."""
    body = [blocks.header(t("Your clients"))]
    if book.total:
        body += [blocks.section(_totals(book, t)), settings.settings_button(t), blocks.divider()]
    else:
        body += [blocks.section(texts.no_clients_yet(t)), settings.settings_button(t)]
    if book.unowned:
        body.append(blocks.context(unowned_line(book.unowned, t)))
    for rank, card in enumerate(book.cards[:ROWS], start=1):
        body.append(controls.row(card, controls.with_rank(controls.row_text(card, t), rank, t), ids.HOME, t))
    left = book.total - min(len(book.cards), ROWS)
    if left > 0:
        text = t.plural("and {count} more: type /atrisk", "and {count} more: type /atrisk", left)
        body.append(blocks.context(text))
    return {"type": "home", "blocks": body}


def refusal(sentence: str) -> Json:
    """What somebody sees who may not use the bot, and why."""
    return {"type": "home", "blocks": [blocks.section(sentence)]}


def _totals(book: Book, t: Translator) -> str:
    """How many clients, how many of each colour if all are listed, and the average days since contact."""
    parts = [t.plural("{count} client", "{count} clients", book.total)]
    if len(book.cards) == book.total:
        found = [card.colour for card in book.cards]
        shades = [shade for shade in reversed(COLOURS) if shade in found]
        parts += [f"{names.CIRCLES[shade]} {t.number(found.count(shade))} {names.colour(shade, t)}" for shade in shades]
    average = names.average(book.average_days_since_contact, t)
    return " · ".join([*parts, *([average] if average else [])])
