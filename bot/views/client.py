"""One client on its own card, the factors behind its place, and lists of clients."""

from collections.abc import Sequence

from bot.i18n import Translator
from bot.views import blocks, ids, names, portrait, words
from bot.views.blocks import Json
from bot.views.cards import Card, Page, TeamRow
from scoring.assessment import Signal

PAGE = 12
"""Clients in one part of a list: what a phone scrolls through without getting lost."""


def client_card(card: Card, t: Translator) -> Json:
    """All that a member may know of one client, and the buttons for it."""
    value = portrait.carry(card, ids.CARD)
    label = t("Expected silence of {client}", client=names.client_name(card.name, t, portrait.NAME_IN_LABEL))
    silence = blocks.button(t("Expected silence …"), ids.SILENCE, value, label=label)
    facts = facts_lines(card, t)
    body = [portrait.paragraph(card, t), blocks.context(*facts)]
    well = _well(card, t)
    if well:
        body.append(blocks.context(*well))
    if card.status != "lost":
        body.append(portrait.buttons(card, ids.CARD, t, primary=True, extra=[silence]))
    return blocks.message([*portrait.text_lines(card, t), *facts, *well], body)


def facts_lines(card: Card, t: Translator) -> list[str]:
    """Status, health, people, dates and the fee, as far as they are known and the reader may see them."""
    people = []
    if card.owner:
        people.append(t("Owner: {name}", name=names.person_name(card.owner, t)))
    if card.backup:
        people.append(t("Backup: {name}", name=names.person_name(card.backup, t)))
    health = t("Health {health} of 100", health=t.number(100 - card.risk))
    lines = [" · ".join([names.status(card.status, t).capitalize(), *([health] if card.colour else [])])]
    if people:
        lines.append(" · ".join(people))
    dates = [_last_contact(card, t)]
    if card.started_on:
        dates.append(t("Client since {day}", day=t.full_date(card.started_on)))
    if card.renews_on:
        dates.append(t("Contract until {day}", day=t.full_date(card.renews_on)))
    lines.append(" · ".join(dates))
    if card.sees_money and card.monthly_fee is not None and card.currency:
        lines.append(t("{fee} a month", fee=t.money(card.monthly_fee, card.currency)))
    return [*lines, *portrait.small_print(card, t)]


def _last_contact(card: Card, t: Translator) -> str:
    if card.last_contact_on is None:
        return t("No contact on record")
    day = names.near_day(card.last_contact_on, card.today, t)
    if card.last_contact_by is None:
        return t("Last contact: {day}", day=day)
    return t("Last contact: {day}, by {who}", day=day, who=names.person_name(card.last_contact_by, t))


def _well(card: Card, t: Translator) -> list[str]:
    found = dict.fromkeys(names.signal_name(signal, t) for signal in card.fine)
    lines = [t("Looks well: {signals}", signals=", ".join(found))] if found else []
    if card.colour == "green" and not card.signals:
        lines.append(t("Healthy: what works needs no fiddling."))
    return lines


def why(card: Card, t: Translator) -> Json:
    """How the client came to its place: risk from its signals, times the factors, each by name and size."""
    name = names.client_name(card.name, t)
    lines = why_lines(card, t)
    return blocks.message([t("Why {client}:", client=name), *lines], why_blocks(card, t))


def why_blocks(card: Card, t: Translator) -> list[Json]:
    """The blocks of `why`, for a message and for a modal alike."""
    name = blocks.leaf(names.client_name(card.name, t), "bold")
    total = blocks.leaf("\n" + _risk(card, t))
    signals = [[blocks.leaf(_with_since(signal, card, t))] for signal in card.signals]
    factors = [[blocks.leaf(line)] for line in _factor_lines(card, t)]
    body = [blocks.rich(blocks.paragraph(name, total), *([blocks.bullets(signals)] if signals else []))]
    return [
        *body,
        blocks.rich(blocks.paragraph(blocks.leaf(_priority(card, t))), blocks.bullets(factors)),
        blocks.context(t("Risk joins the signals; priority is risk times these factors. A factor of 1 says nothing.")),
    ]


def why_lines(card: Card, t: Translator) -> list[str]:
    """The same as `why_blocks`, as text."""
    signals = [_with_since(signal, card, t) for signal in card.signals]
    return [_risk(card, t), *signals, _priority(card, t), *_factor_lines(card, t)]


def _risk(card: Card, t: Translator) -> str:
    return t(
        "Risk {risk} of 100, health {health}: {colour}",
        risk=t.number(card.risk),
        health=t.number(100 - card.risk),
        colour=f"{names.CIRCLES[card.colour]} {names.colour(card.colour, t)}",
    )


def _with_since(signal: Signal, card: Card, t: Translator) -> str:
    said = words.reason(signal, t, card.today, money=card.sees_money)
    if signal.since is None:
        return said
    return t("{reason}; since {day}", reason=said, day=t.day(signal.since))


def _priority(card: Card, t: Translator) -> str:
    return t("Priority {priority} = risk {risk} ×", priority=t.number(card.priority), risk=t.number(card.risk))


def _factor_lines(card: Card, t: Translator) -> list[str]:
    return [
        t("{factor}: × {size}", factor=name, size=t.number(getattr(card.factors, key), digits=2))
        for key, name in names.factor_names(t).items()
    ]


def ranking(cards: Sequence[Card], title: str, page: Page, t: Translator) -> Json:
    """One part of a list of clients, highest priority first, a button beside each and one for the next part."""
    if not cards:
        return blocks.message(
            [title, t("No clients here.")], [blocks.header(title), blocks.section(t("No clients here."))]
        )
    body = [blocks.header(title)]
    lines = [title]
    for rank, card in enumerate(cards, start=page.offset + 1):
        body.append(portrait.row(card, ids.LIST, t, page=page, rank=rank))
        lines.append(portrait.row_text(card, t, rank).replace("\n", ": "))
    shown = page.offset + len(cards)
    if shown < page.total:
        body.append(blocks.actions([_more(page, shown, t)]))
        lines.append(t.plural("{count} more", "{count} more", page.total - shown))
    return blocks.message(lines, body)


def _more(page: Page, shown: int, t: Translator) -> Json:
    value = ids.pack(surface=ids.LIST, scope=page.scope, member=page.member_id, offset=shown)
    said = t.plural("Show more ({count} left)", "Show more ({count} left)", page.total - shown)
    return blocks.button(said, ids.MORE, value)


def team(rows: Sequence[TeamRow], cards: Sequence[Card], title: str, page: Page, t: Translator) -> Json:
    """A lead's picture: each member's book in a line, then the clients that come first."""
    listed = ranking(cards, title, page, t)
    if not rows:
        return listed
    said = [_member_line(row, t) for row in rows]
    top, *rest = listed["blocks"]
    people = [[portrait.person(row.person, t), blocks.leaf(f": {line}")] for row, line in zip(rows, said, strict=True)]
    table = blocks.rich(blocks.bullets(people))
    lines = [f"{names.person_name(row.person, t)}: {line}" for row, line in zip(rows, said, strict=True)]
    return {"text": blocks.message([title, *lines], [])["text"], "blocks": [top, table, blocks.divider(), *rest]}


def _member_line(row: TeamRow, t: Translator) -> str:
    parts = [
        t.plural("{count} client", "{count} clients", row.clients),
        t("{circle} {count} red", circle=names.CIRCLES["red"], count=t.number(row.red)),
        t("{circle} {count} amber", circle=names.CIRCLES["amber"], count=t.number(row.amber)),
    ]
    if row.average_days_since_contact is not None:
        days = t.number(row.average_days_since_contact, digits=1)
        parts.append(t("{days} days since contact on average", days=days))
    if row.waiting:
        parts.append(t.plural("{count} red one waits for action", "{count} red ones wait for action", row.waiting))
    return " · ".join(parts)
