"""The morning's message: who needs attention and why, who soon will, and whom to leave be."""

from collections.abc import Iterator, Sequence

from bot.i18n import Translator
from bot.views import blocks, ids, names, portrait, words
from bot.views.blocks import Json
from bot.views.cards import Card, Morning

WITH_BUTTONS = 10
"""Clients shown in full: each takes 3 blocks, of the 50 that a message holds."""

IN_A_LINE = 10
"""Clients after those, in one line each."""

SOON_WITH_BUTTONS = 3
NAMES = 12
"""Names that a single line lists before it counts the rest."""


def morning_digest(morning: Morning, t: Translator) -> Json:
    """A member's list for one day; a quiet day is one line. Fits a message whatever the size of the book."""
    body = [blocks.header(t("Your clients, {day}", day=t.day(morning.on))), blocks.section(_totals(morning, t))]
    body.extend(blocks.context(line) for line in _covering(morning, t))
    body.extend(_attention(morning.attention, t))
    body.extend(_soon(morning.soon, t))
    tail = list(_tail(morning, t))
    if tail:
        body += [blocks.divider(), blocks.context(*tail)]
    return blocks.message(_text(morning, t), body)


def waiting(morning: Morning) -> list[Card]:
    """The clients in need of attention on which nothing was done yet."""
    return [card for card in morning.attention if card.logged is None]


def _totals(morning: Morning, t: Translator) -> str:
    parts = [_count(morning, t)]
    if morning.average_days_since_contact is not None:
        days = t.number(morning.average_days_since_contact, digits=1)
        parts.append(t("{days} days since contact on average", days=days))
    return " · ".join(parts)


def _count(morning: Morning, t: Translator) -> str:
    left = len(waiting(morning))
    done = len(morning.attention) - left
    if left == 0 and done:
        return t("All done for today, well done")
    if left == 0:
        return t("All clear: nobody needs you today")
    said = t.plural("{count} client needs you today", "{count} clients need you today", left)
    return t("{clients} ({done} done)", clients=said, done=t.number(done)) if done else said


def _covering(morning: Morning, t: Translator) -> Iterator[str]:
    if morning.covering:
        listed = t.join([names.person_name(person, t) for person in morning.covering])
        yield t("You are covering for {names}: their clients are listed with yours.", names=listed)


def _attention(cards: Sequence[Card], t: Translator) -> Iterator[Json]:
    first = next((card for card in cards if card.logged is None), None)
    for card in cards[:WITH_BUTTONS]:
        yield blocks.divider()
        yield portrait.paragraph(card, t, small=portrait.small_print(card, t))
        yield portrait.buttons(card, ids.DIGEST, t, primary=card is first)
    rest = cards[WITH_BUTTONS:]
    if rest:
        yield blocks.divider()
        yield blocks.section("\n\n".join(portrait.row_text(card, t) for card in rest[:IN_A_LINE]))
        more = ids.pack(surface=ids.DIGEST, scope="mine", offset=WITH_BUTTONS)
        said = t.plural("Show {count} more", "Show {count} more", len(rest))
        yield blocks.actions([blocks.button(said, ids.MORE, more)])


def _soon(cards: Sequence[Card], t: Translator) -> Iterator[Json]:
    if cards:
        yield blocks.divider()
        yield blocks.rich(blocks.paragraph(blocks.leaf(t("Coming up"), "bold")))
    for card in cards[:SOON_WITH_BUTTONS]:
        yield portrait.row(card, ids.DIGEST, t)
    rest = cards[SOON_WITH_BUTTONS:]
    if rest:
        yield blocks.context("; ".join(_with_summary(card, t) for card in rest[:NAMES]) + _and_more(len(rest), t))


def _tail(morning: Morning, t: Translator) -> Iterator[str]:
    if morning.snoozed:
        listed = [_snoozed(card, t) for card in morning.snoozed[:NAMES]]
        yield t("Snoozed: {clients}", clients="; ".join(listed) + _and_more(len(morning.snoozed), t))
    if morning.well:
        listed = [names.client_name(name, t, 40) for name in morning.well[:NAMES]]
        yield t("Going well, leave them be: {clients}", clients=", ".join(listed) + _and_more(len(morning.well), t))


def _snoozed(card: Card, t: Translator) -> str:
    name = names.client_name(card.name, t, 40)
    if card.snoozed_until is None:
        return name
    day = names.near_day(card.snoozed_until.astimezone(card.zone).date(), card.today, t)
    return t("{client} until {day}", client=name, day=day)


def _and_more(count: int, t: Translator) -> str:
    return " " + t.plural("and {count} more", "and {count} more", count - NAMES) if count > NAMES else ""


def _with_summary(card: Card, t: Translator) -> str:
    return t("{client}: {text}", client=names.client_name(card.name, t, 40), text=portrait.summary(card, t))


def _text(morning: Morning, t: Translator) -> Iterator[str]:
    """The first line stands alone on a lock screen: how many, and the first three with their main reason."""
    named = [_with_main_reason(card, t) for card in waiting(morning)[:3]]
    yield t("{count}: {clients}", count=_count(morning, t), clients="; ".join(named)) if named else _count(morning, t)
    yield from _covering(morning, t)
    for card in morning.attention:
        yield from portrait.text_lines(card, t)
    if morning.soon:
        named = [_with_summary(card, t) for card in morning.soon[:NAMES]]
        yield t("Coming up: {clients}", clients="; ".join(named) + _and_more(len(morning.soon), t))
    yield from _tail(morning, t)


def _with_main_reason(card: Card, t: Translator) -> str:
    signal = portrait.main_signal(card)
    name = names.client_name(card.name, t, 40)
    return f"{name} – {words.short(signal, t, card.today)}" if signal else name
