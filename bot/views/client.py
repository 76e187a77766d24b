"""One client on its own card, and why it is where it is in the list."""

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, controls, ids, names, words
from bot.views.blocks import Json
from bot.views.data import Card
from bot.views.remedies import act, remedy
from bot.views.signals import sources
from scoring.assessment import Signal

MOST_REMEDIES = 5
"""Remedies shown in Why."""


def client_card(card: Card, t: Translator) -> Json:
    """All that a member may know about one client, and its buttons."""
    facts, checks = _facts(card, t), _checks(card, t)
    to_dos = _to_dos(card, t)
    body = [client_summary.paragraph(card, t)]
    body += [blocks.rich_text(*_titled(to_dos))] if to_dos else []
    body.append(blocks.context(*facts, *checks))
    if card.status != "lost":
        silence = controls.silence_button(card, ids.CARD, t)
        body.append(controls.buttons(card, ids.CARD, t, primary=True, extra=[silence]))
        body.append(controls.note_buttons(card, ids.CARD, t))
    else:
        row = controls.logged_buttons(card, ids.CARD, t)
        row += [controls.edit_button(card, ids.CARD, t)] if card.may_edit else []
        body += [blocks.actions(row)] if row else []
    return blocks.message([client_summary.text_line(card, t), *to_dos, *facts, *checks], body)


def _to_dos(card: Card, t: Translator) -> list[str]:
    """What is to be tidied beside what is more urgent, under a title; empty if nothing is."""
    lines = client_summary.to_do_lines(card, t)
    return [t("When you have time:"), *lines] if lines else []


def _facts(card: Card, t: Translator) -> list[str]:
    """Status, health, people, dates and the fee, as far as they are known and the reader may see them."""
    word = names.status(card.status, t)
    status = [word[:1].upper() + word[1:]]
    if card.colour and card.status != "lost" and card.sees_money:
        status.append(t("health {health} of 100", health=t.number(health(card))))
    if card.monthly_fee is not None and card.sees_money and card.currency:
        status.append(t("{fee} a month", fee=t.money(card.monthly_fee, card.currency)))
    size = names.account_size(card.account_size, t)
    if size:
        status.append(size)
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


def _checks(card: Card, t: Translator) -> list[str]:
    """Which checks were fine, and which have no data."""
    lines = []
    if card.colour == "green" and not card.signals and card.status != "lost":
        lines.append(t("On track, nothing to do."))
    fine = dict.fromkeys(words.name(signal, t) for signal in card.fine if not _is_not_asked_yet(signal))
    if fine:
        lines.append(t("✓ Fine: {checks}", checks=", ".join(fine)))
    unknown = dict.fromkeys(words.name(_of_key(key), t) for key in card.unknown)
    if unknown:
        lines.append(t("Not watched yet: {checks}", checks=", ".join(unknown)))
    return lines


def _is_not_asked_yet(signal: Signal) -> bool:
    """Whether it is in order only because nobody asks yet: a client without goals in its first weeks."""
    return signal.name == "no_goals" and bool(signal.evidence)


def _of_key(key: str) -> Signal:
    name, _, subject = key.partition(":")
    return Signal(name, "unknown", subject=subject)


def risk(card: Card) -> int:
    """The risk in whole points, rounded down, so that it never looks a colour worse than it is."""
    return int(card.risk)


def health(card: Card) -> int:
    """What the risk leaves of 100."""
    return 100 - risk(card)


def why_blocks(card: Card, t: Translator) -> list[Json]:
    """Why the client is where it is: its risk from its signals, times the factors, each by name and size.

    Who may not see the client's money reads words alone: each number here would help to work out the fee.
    """
    name = blocks.span(names.client_name(card.name, t), "bold")
    reasons = [*(_reason(signal, card, t) for signal in card.signals), *_goodwill(card, t)]
    risk_part = [blocks.rich_section(name, blocks.span(f"\n{_risk(card, t)}"))]
    if reasons:
        risk_part.append(_bullets(reasons))
    return [
        blocks.rich_text(*risk_part),
        blocks.rich_text(*_titled([_priority(card, t), *_factors(card, t)])),
        *([blocks.rich_text(*_titled(remedies))] if (remedies := _remedies(card, t)) else []),
        *([blocks.rich_text(*_titled(unwatched))] if (unwatched := _unwatched(card, t)) else []),
        blocks.context(*_notes(card, t)),
    ]


def _titled(lines: list[str]) -> tuple[Json, Json]:
    """A line, and the others as bullets under it."""
    title, *items = lines
    return blocks.rich_section(blocks.span(title)), _bullets(items)


def _bullets(lines: list[str]) -> Json:
    return blocks.bullet_list([blocks.span(line)] for line in lines)


def _risk(card: Card, t: Translator) -> str:
    known = {"risk": t.number(risk(card)), "health": t.number(health(card)), "colour": client_summary.colour(card, t)}
    if not card.sees_money:
        return t("{colour}, because of:", **known) if card.signals else t("{colour}: nothing stands out.", **known)
    if not card.signals:
        return t("{colour}: risk {risk} of 100, health {health}. Nothing stands out.", **known)
    return t("{colour}: risk {risk} of 100, health {health}. It comes from:", **known)


def _reason(signal: Signal, card: Card, t: Translator) -> str:
    """One signal: the reason, since when, and how much risk it makes by itself."""
    reason = words.reason(signal, t, card.today, money=card.sees_money, in_full=True)
    if signal.since is not None and signal.since <= card.today and t.day(signal.since) not in reason:
        reason = t("{reason} – since {day}", reason=reason, day=names.near_day(signal.since, card.today, t))
    weight = card.weights.get(signal.name)
    if weight is None or not signal.severity or not card.sees_money:
        return reason
    return t("{reason}: {size} of 100 on its own", reason=reason, size=t.number(100 * weight * signal.severity))


def _goodwill(card: Card, t: Translator) -> list[str]:
    """The goodwill that lowers the risk, and by how much; empty if there is none."""
    goodwill = next((signal for signal in card.fine if signal.name == "goodwill"), None)
    freshness = goodwill.evidence.get("freshness") if goodwill else None
    eased = round(card.weights.get("goodwill", 0.0) * freshness, 2) if isinstance(freshness, int | float) else 0.0
    if goodwill is None or not card.signals or not eased:
        return []
    reason = words.reason(goodwill, t, card.today)
    if not card.sees_money:
        return [t("{reason}: takes some of it off", reason=reason)]
    return [t("{reason}: takes {share} off the risk", reason=reason, share=t.percent(eased))]


def _priority(card: Card, t: Translator) -> str:
    if not card.sees_money:
        return t("What else decides its place in the owner's list:")
    return t("Priority {priority} is the risk multiplied by:", priority=t.number(card.priority))


def _factors(card: Card, t: Translator) -> list[str]:
    """The factors of the priority; without their sizes for who may not see the client's money."""
    if not card.sees_money:
        size = names.account_size(card.account_size, t) or t("not known")
        _, *others = names.factors(card.factors, t)
        known = [(t("account size"), size), *((name, meaning) for name, _, meaning in others)]
        return [t("{factor}: {meaning}", factor=name, meaning=meaning) for name, meaning in known]
    return [
        t("× {size} {factor}: {meaning}", factor=name, size=t.number(size, digits=2), meaning=meaning)
        for name, size, meaning in names.factors(card.factors, t)
    ]


def _remedies(card: Card, t: Translator) -> list[str]:
    """What would lower the priority, the most effective first, under a title; empty if nothing would."""
    if not card.remedies:
        return []
    title = t("What would help most, and the place it would lead to in the owner's list:")
    if card.owner is None:
        title = t("What would help most, and the place it would lead to in the team's list:")
    if not card.sees_money:
        return [t("What would help most:"), *(act(each, t) for each in card.remedies[:MOST_REMEDIES])]
    return [title, *(remedy(each, card.place, t) for each in card.remedies[:MOST_REMEDIES])]


def _unwatched(card: Card, t: Translator) -> list[str]:
    """Which spreadsheets would bring data for the signals that have none, under a title; empty if all have some."""
    sheets: dict[str, tuple[list[str], list[str]]] = {}
    for signal in map(_of_key, card.unknown):
        for kind, columns in sources.sources_of(signal).items():
            read, checks = sheets.setdefault(kind, ([], []))
            read.extend(columns)
            checks.append(words.name(signal, t))
    if not sheets:
        return []
    lines = [
        t("{checks}: import {sheet}", sheet=sources.sheet_name(kind, read), checks=", ".join(dict.fromkeys(checks)))
        for kind, (read, checks) in sheets.items()
    ]
    return [t("Not watched yet, for lack of data:"), *lines]


def _notes(card: Card, t: Translator) -> list[str]:
    """How to read the numbers."""
    if not card.sees_money:
        return [t("What is not watched counts neither for nor against the client.")]
    lines = [t("× 1 changes nothing. What is not watched counts neither for nor against the client.")]
    if card.weights and len(card.signals) > 1:
        lines.insert(0, t("Together they add up to less than their sum: each takes its share of what is left of 100."))
    return lines
