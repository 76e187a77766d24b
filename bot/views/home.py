"""The Home tab: a member's book at a glance."""

from bot.i18n import Translator
from bot.views import blocks, ids, names, portrait
from bot.views.blocks import Json
from bot.views.cards import Book

ROWS = 60
"""Clients listed; a Home tab holds 100 blocks."""


def home(book: Book, t: Translator) -> Json:
    """The member's clients, highest priority first, a button beside each."""
    body = [blocks.header(t("Your clients"))]
    if not book.total:
        body.append(blocks.section(nothing_yet(t)))
    else:
        body.append(blocks.section(_totals(book, t)))
        body.append(blocks.divider())
    body.extend(portrait.row(card, ids.HOME, t, rank=rank) for rank, card in enumerate(book.cards[:ROWS], start=1))
    left = book.total - min(len(book.cards), ROWS)
    if left > 0:
        said = t.plural("and {count} more: type /atrisk", "and {count} more: type /atrisk", left)
        body.append(blocks.context(said))
    return {"type": "home", "blocks": body}


def nothing_yet(t: Translator) -> str:
    """What a member without clients is told."""
    return t("No clients are yours yet. They come with the import: the owner column holds your e-mail address.")


def _totals(book: Book, t: Translator) -> str:
    count = {shade: sum(card.colour == shade for card in book.cards) for shade in ("red", "amber", "green")}
    parts = [t.plural("{count} client", "{count} clients", book.total)]
    parts += [f"{names.CIRCLES[shade]} {t.number(count[shade])} {names.colour(shade, t)}" for shade in count]
    if book.average_days_since_contact is not None:
        days = t.number(book.average_days_since_contact, digits=1)
        parts.append(t("{days} days since contact on average", days=days))
    return " · ".join(parts)
