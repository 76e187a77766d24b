"""The morning's message: who needs attention and why, who will soon, and who is on track."""

from collections.abc import Iterator, Sequence

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, controls, ids, names, words
from bot.views.absence_summary import absence_blocks, absence_lines
from bot.views.blocks import Json
from bot.views.clusters import cluster_line
from bot.views.data import Card, Intervention, Morning
from bot.views.due_work import due_work_blocks, due_work_lines
from bot.views.place import placed_by
from bot.views.unowned import unowned_line

IN_FULL = 10
"""Clients shown with their buttons; each takes 3 of the 50 blocks that a message holds."""
REASONS = 3
"""Reasons shown for each of them; the card shows all."""
IN_A_LINE = 10
"""Further clients shown in one line each."""
SOON_IN_FULL = 3
INTERVENTIONS = 5
"""What colleagues put off that is told before it is counted."""
FIRST_REASONS = 2
"""Reasons told of the client to begin with."""
RED_NAMES = 3
"""Red clients that the first line names besides."""
NAMES = 12
"""Names that one line lists before it counts the rest."""


def morning_digest(morning: Morning, t: Translator) -> Json:
    """A member's list for one day; on a quiet day one line. Fits a message however many clients there are."""
    body: list[Json] = []
    if morning.attention:
        body.append(blocks.header(t("Your clients on {day}", day=t.day(morning.on))))
    body.append(blocks.section(_totals(morning, t)))
    body.extend(blocks.context(line) for line in _notes(morning, t))
    body.extend(absence_blocks(morning.missed, t))
    body.extend(due_work_blocks(morning.due, morning.on, t))
    body.extend(_attention(morning.attention, t))
    body.extend(_soon(morning, t))
    tail = list(_tail(morning, t))
    if tail:
        body.append(blocks.context(*tail))
    return blocks.message(_text(morning, t), body)


def waiting(morning: Morning) -> list[Card]:
    """The clients that need attention and on which nothing was done yet."""
    return [card for card in morning.attention if not client_summary.is_dealt_with(card)]


def _totals(morning: Morning, t: Translator) -> str:
    average = names.average(morning.average_days_since_contact, t)
    return " · ".join([_first_line(morning, t), *([average] if average else [])])


def _first_line(morning: Morning, t: Translator) -> str:
    """How many clients wait, which one to begin with and why, and the red ones that stand lower in the list."""
    count, left = _count(morning, t), waiting(morning)
    if not left:
        return count
    known = {"count": count, "client": _with_reasons(left[0], t)}
    said = t("{count}: {client}", **known) if len(left) == 1 else t("{count}. Start with {client}", **known)
    red = [names.client_name(card.name, t, 40) for card in left[1:] if card.colour == "red"]
    return t("{text}. Also red: {clients}", text=said, clients=names.listed(red, RED_NAMES, t, ", ")) if red else said


def _with_reasons(card: Card, t: Translator) -> str:
    name, why = names.client_name(card.name, t, 40), [words.short(each, t, card.today) for each in card.reasons]
    if not why:
        return name
    return t("{client} ({reasons})", client=name, reasons=", ".join(list(dict.fromkeys(why))[:FIRST_REASONS]))


def _count(morning: Morning, t: Translator) -> str:
    left = len(waiting(morning))
    done = len(morning.attention) - left
    if left == 0 and done:
        return t("✓ All done for today")
    if left == 0:
        return t("✓ All clear, {day}: nobody needs you today", day=t.day(morning.on))
    text = t.plural("{count} client needs you today", "{count} clients need you today", left)
    return t("{clients}, {done} done", clients=text, done=t.number(done)) if done else text


def _notes(morning: Morning, t: Translator) -> Iterator[str]:
    """A correction, who is covered for, and what the agency's leads have to settle."""
    if morning.told_early_on is not None:
        day = t.day(morning.told_early_on)
        yield t("You got a list for today on {day}: my clock was wrong. This is today's.", day=day)
    if morning.covering:
        listed = t.join([names.person_name(person, t) for person in morning.covering])
        yield t("You're covering for {names}; their clients are on your list.", names=listed)
    if morning.unowned:
        yield unowned_line(morning.unowned, t)
    for cluster in morning.clusters:
        yield cluster_line(cluster, t)
    if morning.guessed_country:
        country = t.country(morning.guessed_country)
        yield t("Public holidays: {country}, guessed from your time zone. Change: /atrisk settings", country=country)


def _attention(cards: Sequence[Card], t: Translator) -> Iterator[Json]:
    first = next((card for card in cards if not client_summary.is_dealt_with(card)), None)
    for card in cards[:IN_FULL]:
        yield blocks.divider()
        small = client_summary.small_print(card, t)
        yield client_summary.paragraph(card, t, small=small, most=REASONS, in_list=True)
        yield controls.buttons(card, ids.DIGEST, t, primary=card is first)
    rest = cards[IN_FULL:]
    if rest:
        yield blocks.divider()
        yield blocks.rich_text(
            blocks.rich_section(blocks.span(t("Also waiting"), "bold")),
            blocks.bullet_list([blocks.span(_in_a_line(card, t))] for card in rest[:IN_A_LINE]),
        )
        text = t.plural("Show {count} more client", "Show {count} more clients", len(rest))
        yield blocks.actions(
            [blocks.button(text, ids.MORE, ids.pack(surface=ids.DIGEST, scope="mine", offset=IN_FULL))]
        )


def _in_a_line(card: Card, t: Translator) -> str:
    text = client_summary.logged_text(card.logged, card, t) if card.logged else client_summary.short_line(card, t)
    name = names.client_name(card.name, t, 40)
    return " · ".join([f"{names.CIRCLES[card.colour]} {name}", names.colour(card.colour, t), *placed_by(card, t), text])


def _soon(morning: Morning, t: Translator) -> Iterator[Json]:
    cards = morning.soon
    if not cards:
        return
    yield blocks.divider()
    yield blocks.rich_text(blocks.rich_section(blocks.span(_coming_up(morning, t), "bold")))
    for card in cards[:SOON_IN_FULL]:
        yield controls.row(card, controls.row_text(card, t), ids.DIGEST, t)
    rest = cards[SOON_IN_FULL:]
    if rest:
        yield blocks.context(names.listed([_with_main_reason(card, t) for card in rest], NAMES, t))


def _coming_up(morning: Morning, t: Translator) -> str:
    return t("Coming up by {day}", day=t.day(morning.next_workday))


def _tail(morning: Morning, t: Translator) -> Iterator[str]:
    if morning.by_others:
        yield names.listed([_put_off(each, morning, t) for each in morning.by_others], INTERVENTIONS, t)
    if morning.snoozed:
        clients = [_snoozed(card, t) for card in morning.snoozed]
        yield t("Snoozed: {clients}", clients=names.listed(clients, NAMES, t))
    if any(card.to_dos for card in morning.to_do):
        clients = [_with_to_dos(card, t) for card in morning.to_do if card.to_dos]
        yield t("When you have time: {clients}", clients=names.listed(clients, NAMES, t))
    with_to_dos = {card.name for card in morning.to_do}
    calm = [name for name in morning.well if name not in with_to_dos]
    if calm:
        clients = [names.client_name(name, t, 40) for name in calm]
        yield t("On track, nothing to do: {clients}", clients=names.listed(clients, NAMES, t, ", "))


def _put_off(done: Intervention, morning: Morning, t: Translator) -> str:
    known = {
        "who": names.person_name(done.by, t),
        "client": names.client_name(done.client, t, 40),
        "day": names.until_day(done.until, morning.on, t),
    }
    if done.action == "snooze.set":
        return t("{who} snoozed {client} until {day}", **known)
    return t("{who} expects silence from {client} until {day}", **known)


def _snoozed(card: Card, t: Translator) -> str:
    name, day = names.client_name(card.name, t, 40), client_summary.snoozed_until(card, t)
    if card.snoozed_by is None:
        return t("{client} until {day}", client=name, day=day)
    return t("{client} until {day}, by {who}", client=name, day=day, who=names.person_name(card.snoozed_by, t))


def _with_to_dos(card: Card, t: Translator) -> str:
    name, to_dos = names.client_name(card.name, t, 40), [words.short(signal, t, card.today) for signal in card.to_dos]
    return f"{name} – {', '.join(dict.fromkeys(to_dos))}"


def _with_main_reason(card: Card, t: Translator) -> str:
    signal, name = client_summary.main_signal(card), names.client_name(card.name, t, 40)
    return f"{name} – {words.short(signal, t, card.today)}" if signal else name


def _text(morning: Morning, t: Translator) -> Iterator[str]:
    """The text. Its first line is all that a lock screen shows."""
    yield _first_line(morning, t)
    yield from _notes(morning, t)
    yield from absence_lines(morning.missed, t)
    yield from due_work_lines(morning.due, morning.on, t)
    for card in morning.attention[:IN_FULL]:
        yield client_summary.text_line(card, t, REASONS)
    rest = [_with_main_reason(card, t) for card in morning.attention[IN_FULL:]]
    if rest:
        yield t("Also waiting: {clients}", clients=names.listed(rest, NAMES, t))
    if morning.soon:
        coming = [_with_main_reason(card, t) for card in morning.soon]
        clients = names.listed(coming, NAMES, t)
        yield t("{title}: {clients}", title=_coming_up(morning, t), clients=clients)
    yield from _tail(morning, t)
