"""One client on its own card, and how it came to its place."""

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, controls, ids, names, words
from bot.views.blocks import Json
from bot.views.data import Card
from bot.views.remedies import remedy
from bot.views.signals import sources
from scoring.assessment import Signal

MOST_REMEDIES = 5
"""Acts told in Why: the ones that matter."""


def client_card(card: Card, t: Translator) -> Json:
    """All that a member may know of one client, and the buttons for it."""
    facts, well = _facts(card, t), _well(card, t)
    body = [client_summary.paragraph(card, t), blocks.context(*facts, *well)]
    if card.status != "lost":
        silence = controls.silence_button(card, ids.CARD, t)
        body.append(controls.buttons(card, ids.CARD, t, primary=True, extra=[silence]))
        body.append(controls.note_buttons(card, ids.CARD, t))
    elif card.may_edit:
        body.append(blocks.actions([controls.edit_button(card, ids.CARD, t)]))
    return blocks.message([client_summary.text_line(card, t), *facts, *well], body)


def _facts(card: Card, t: Translator) -> list[str]:
    """Status, health, people, dates and the fee, as far as they are known and the reader may see them."""
    word = names.status(card.status, t)
    status = [word[:1].upper() + word[1:]]
    if card.colour and card.status != "lost":
        status.append(t("health {health} of 100", health=t.number(health(card))))
    if card.monthly_fee is not None and card.sees_money and card.currency:
        status.append(t("{fee} a month", fee=t.money(card.monthly_fee, card.currency)))
    dates = [_last_contact(card, t)]
    if card.started_on:
        dates.append(t("client since {day}", day=t.full_date(card.started_on)))
    if card.renews_on:
        dates.append(t("contract until {day}", day=t.full_date(card.renews_on)))
    lines = [" · ".join(status), _people(card, t), " · ".join(dates), *client_summary.small_print(card, t)]
    return [line for line in lines if line]


def _people(card: Card, t: Translator) -> str:
    people = [t("Owner: {name}", name=names.person_name(card.owner, t))] if card.owner else [t("No owner")]
    if card.backup:
        people.append(t("backup: {name}", name=names.person_name(card.backup, t)))
    return " · ".join(people)


def _last_contact(card: Card, t: Translator) -> str:
    if card.last_contact_on is None:
        return t("No contact on record")
    day = names.near_day(card.last_contact_on, card.today, t)
    if card.last_contact_by is None:
        return t("Last contact: {day}", day=day)
    return t("Last contact: {day}, by {who}", day=day, who=names.person_name(card.last_contact_by, t))


def _well(card: Card, t: Translator) -> list[str]:
    """What was looked at and found well, and what could not be looked at."""
    lines = []
    if card.colour == "green" and not card.signals and card.status != "lost":
        lines.append(t("Healthy: what works needs no fiddling."))
    fine = dict.fromkeys(words.name(signal, t) for signal in card.fine)
    if fine:
        lines.append(t("In order: {signals}", signals=", ".join(fine)))
    unknown = dict.fromkeys(words.name(_of_key(key), t) for key in card.unknown)
    if unknown:
        lines.append(t("No data: {signals}", signals=", ".join(unknown)))
    return lines


def _of_key(key: str) -> Signal:
    name, _, subject = key.partition(":")
    return Signal(name, "unknown", subject=subject)


def risk(card: Card) -> int:
    """The risk in whole points, rounded down, so that it never looks a colour worse than it is."""
    return int(card.risk)


def health(card: Card) -> int:
    """What is left of 100."""
    return 100 - risk(card)


def why_blocks(card: Card, t: Translator) -> list[Json]:
    """How the client came to its place: its risk from its signals, times the factors, each by name and size."""
    name = blocks.span(names.client_name(card.name, t), "bold")
    signals = [
        [blocks.span(line)] for line in (*(_with_since(each, card, t) for each in card.signals), *_easing(card, t))
    ]
    factors = [[blocks.span(line)] for line in _factors(card, t)]
    title, *acts = _lowering(card, t) or [""]
    lowering = [
        blocks.rich_section(blocks.span(title)),
        blocks.bullet_list([blocks.span(line)] for line in acts),
    ]
    absent, *sheets = _missing(card, t) or [""]
    missing = [
        blocks.rich_section(blocks.span(absent)),
        blocks.bullet_list([blocks.span(line)] for line in sheets),
    ]
    return [
        blocks.rich_text(
            blocks.rich_section(name, blocks.span(f"\n{_risk(card, t)}")),
            *([blocks.bullet_list(signals)] if signals else []),
        ),
        blocks.rich_text(blocks.rich_section(blocks.span(_priority(card, t))), blocks.bullet_list(factors)),
        *([blocks.rich_text(*lowering)] if acts else []),
        *([blocks.rich_text(*missing)] if sheets else []),
        blocks.context(*_reading(card, t)),
    ]


def _lowering(card: Card, t: Translator) -> list[str]:
    """What would lower the priority, the most first, under a line that says so; nothing where nothing would."""
    if not card.remedies:
        return []
    title = t("What would lower it most, with the place in the owner's list:")
    if card.owner is None:
        title = t("What would lower it most, with the place in the team's list:")
    return [title, *(remedy(told, card.place, t) for told in card.remedies[:MOST_REMEDIES])]


def _easing(card: Card, t: Translator) -> list[str]:
    """The goodwill that eases the risk, and by how much; nothing where none does."""
    goodwill = next((signal for signal in card.fine if signal.name == "goodwill"), None)
    freshness = goodwill.evidence.get("freshness") if goodwill else None
    eased = round(card.weights.get("goodwill", 0.0) * freshness, 2) if isinstance(freshness, int | float) else 0.0
    if goodwill is None or not card.signals or not eased:
        return []
    return [t("{reason}: takes {share} off", reason=words.reason(goodwill, t, card.today), share=t.percent(eased))]


def _missing(card: Card, t: Translator) -> list[str]:
    """What would have to be fed in for the signals without data, by spreadsheet, under a line that says so."""
    sheets: dict[str, tuple[list[str], list[str]]] = {}
    for signal in map(_of_key, card.unknown):
        for kind, columns in sources.sources_of(signal).items():
            read, told = sheets.setdefault(kind, ([], []))
            read.extend(columns)
            told.append(words.name(signal, t))
    if not sheets:
        return []
    lines = [
        t("{sheet}: for {signals}", sheet=sources.sheet_name(kind, read), signals=", ".join(dict.fromkeys(told)))
        for kind, (read, told) in sheets.items()
    ]
    return [t("No data yet, or too little. What would have to be fed in:"), *lines]


def _reading(card: Card, t: Translator) -> list[str]:
    """How to read the sizes."""
    lines = [t("A factor of 1 changes nothing. What has no data counts neither for nor against.")]
    if card.weights and len(card.signals) > 1:
        lines.insert(
            0, t("Together the signals make less than their sum: each takes its share of what is left of 100.")
        )
    return lines


def _risk(card: Card, t: Translator) -> str:
    said = {"risk": t.number(risk(card)), "health": t.number(health(card)), "colour": client_summary.colour(card, t)}
    if not card.signals:
        return t("Risk {risk} of 100, health {health}: {colour}. Nothing stands out.", **said)
    return t("Risk {risk} of 100, health {health}: {colour}. It comes from:", **said)


def _with_since(signal: Signal, card: Card, t: Translator) -> str:
    said = words.reason(signal, t, card.today, money=card.sees_money)
    if signal.since is not None and signal.since <= card.today and t.day(signal.since) not in said:
        said = t("{reason} – since {day}", reason=said, day=names.near_day(signal.since, card.today, t))
    weight = card.weights.get(signal.name)
    if weight is None or not signal.severity:
        return said
    return t("{reason}: {size} of 100 by itself", reason=said, size=t.number(100 * weight * signal.severity))


def _priority(card: Card, t: Translator) -> str:
    return t("Priority {priority} is the risk times:", priority=t.number(card.priority))


def _factors(card: Card, t: Translator) -> list[str]:
    return [
        t("× {size} {factor}: {meaning}", factor=name, size=t.number(size, digits=2), meaning=meaning)
        for name, size, meaning in names.factors(card.factors, t)
    ]
