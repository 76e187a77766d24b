"""One client in short, the same in a digest, in a nudge and on its own card.

Belongs here: its paragraph, and the lines of text that say the same. Never here: the message around it, or the
buttons under it, which are in `controls`.
"""

from collections.abc import Sequence

from bot.infra.i18n import Translator
from bot.views import blocks, names, words
from bot.views.blocks import Json
from bot.views.data import Card, Logged, Person
from bot.views.place import placed_by
from scoring.assessment import Signal


def person(who: Person, t: Translator) -> Json:
    """Somebody in a rich text: a mention if they are in Slack, else their name."""
    return blocks.mention(who.slack_user_id) if who.slack_user_id else blocks.span(names.person_name(who, t))


def is_done(card: Card) -> bool:
    """Whether a contact, not just an attempt, was logged."""
    return card.logged is not None and card.logged.outcome != "attempt"


def is_dealt_with(card: Card) -> bool:
    """Whether somebody did anything about it: a contact, an attempt or a snooze."""
    return card.logged is not None or card.snoozed_until is not None


def main_signal(card: Card) -> Signal | None:
    """The signal to name if there is room for one: a to-do comes after everything else."""
    return next(iter(_told(card)), None)


def _told(card: Card) -> Sequence[Signal]:
    """What a client is shown for: the to-dos only where there is nothing else."""
    return card.reasons or card.to_dos


def colour(card: Card, t: Translator) -> str:
    """The client's colour, as a circle and as a word; a lost client has none."""
    shade = None if card.status == "lost" else card.colour
    return f"{names.CIRCLES[shade]} {colour_word(card, t)}"


def colour_word(card: Card, t: Translator) -> str:
    """The client's colour as a word."""
    return names.status("lost", t) if card.status == "lost" else names.colour(card.colour, t)


def headline(card: Card, t: Translator, *, in_list: bool = False) -> str:
    """What follows the client's name: colour, a pause, and days since contact unless a reason gives them.

    In a list also what put it there.
    """
    parts = [colour(card, t), *(placed_by(card, t) if in_list else [])]
    if card.status == "paused":
        parts.append(paused(card, t))
    elif not any(signal.key == "contact_gap" and signal.state == "breach" for signal in card.signals):
        parts.append(contact_age(card, t))
    return " · ".join(parts)


def contact_age(card: Card, t: Translator) -> str:
    """How long ago the last contact was."""
    last = card.last_contact_on
    return words.days_since_contact((card.today - last).days if last else None, t)


def paused(card: Card, t: Translator) -> str:
    """That a client is paused, and until when if known."""
    if card.returns_on is None:
        return t("paused")
    return t("paused until {day}", day=names.near_day(card.returns_on, card.today, t))


def reasons(card: Card, t: Translator, most: int | None = None) -> list[str]:
    """A sentence for each signal but the to-dos, worst first; beyond `most` only how many more there are."""
    told = _told(card)
    sentences = [words.reason(signal, t, card.today, money=card.sees_money) for signal in told[:most]]
    left = len(told) - len(sentences)
    return [*sentences, t.plural("{count} more reason", "{count} more reasons", left)] if left else sentences


def next_steps(card: Card, t: Translator, most: int | None = None) -> str:
    """What to do, each thing once, most urgent first; what is only coming up is left out while an alarm is open."""
    now = [signal for signal in card.signals if signal.is_open_alarm] or _told(card)
    steps = [words.next_step(signal, t, money=card.sees_money) for signal in now[:most]]
    return " ".join(dict.fromkeys(step for step in steps if step))


def paragraph(
    card: Card, t: Translator, *, small: Sequence[str] = (), most: int | None = None, in_list: bool = False
) -> Json:
    """The client's paragraph: name, colour, what was just logged, reasons, next step, how to talk to them."""
    title, rest = blocks.span(names.client_name(card.name, t), "bold"), headline(card, t, in_list=in_list)
    parts = [blocks.rich_section(title, blocks.span(f" · {rest}"), *_logged_line(card, t))]
    sentences = reasons(card, t, most)
    if sentences:
        parts.append(blocks.bullet_list([blocks.span(sentence)] for sentence in sentences))
    parts.extend(_advice(card, t, most))
    parts.extend(blocks.rich_section(blocks.span(line, "italic")) for line in small)
    return blocks.rich_text(*parts)


def _logged_line(card: Card, t: Translator) -> list[Json]:
    if card.logged is None:
        return []
    when = blocks.span(t.time(card.logged.at, card.zone))
    return [
        blocks.span("\n"),
        *blocks.fill_in(_logged(card.logged, t), who=person(card.logged.by, t), time=when),
    ]


def _logged(logged: Logged, t: Translator) -> str:
    if logged.outcome == "attempt":
        return t("No answer, logged by {who} at {time}")
    return t("✓ Contacted, logged by {who} at {time}")


def logged_text(logged: Logged, card: Card, t: Translator) -> str:
    """What was just logged, by whom and when."""
    return _logged(logged, t).format(who=names.person_name(logged.by, t), time=t.time(logged.at, card.zone))


def _advice(card: Card, t: Translator, most: int | None) -> list[Json]:
    """The next step if there is any, and how to talk to them unless a contact was just logged."""
    parts, step, advice = [], next_steps(card, t, most), names.temperament_advice(card.temperament, t)
    if step:
        parts.append(blocks.rich_section(blocks.span(t("Next:"), "bold"), blocks.span(f" {step}")))
    if advice and not is_done(card):
        parts.append(blocks.rich_section(blocks.span(advice, "italic")))
    return parts


def small_print(card: Card, t: Translator) -> list[str]:
    """Anything else worth knowing: cover and handover, a snooze, expected silence, why nobody was alerted."""
    lines = []
    if card.covering and card.owner:
        lines.append(_handover(card, card.owner, t))
    if card.snoozed_until:
        lines.append(_by(t("Snoozed until {day}", day=snoozed_until(card, t)), card.snoozed_by, t))
    if card.silent_until and card.silent_until >= card.today:
        silence = t("Silence expected until {day}", day=names.until_day(card.silent_until, card.today, t))
        lines.append(_by(silence, card.silent_by, t))
    held = names.held_back_reason(card.held_because, t)
    if held and not card.logged:
        lines.append(held)
    return lines


def _by(what: str, who: Person | None, t: Translator) -> str:
    """What was put off, and who did so; a name is left out where it isn't known."""
    return t("{what}, set by {who}", what=what, who=names.person_name(who, t)) if who else what


def snoozed_until(card: Card, t: Translator) -> str:
    """The day on which a snoozed client comes back."""
    if card.snoozed_until is None:
        return "–"
    return names.until_day(card.snoozed_until, card.today, t)


def _handover(card: Card, owner: Person, t: Translator) -> str:
    name = names.person_name(owner, t)
    if card.last_contact_on is None:
        return t("You're covering for {owner}. No contact on record.", owner=name)
    day = names.near_day(card.last_contact_on, card.today, t)
    if card.last_contact_by is None:
        return t("You're covering for {owner}. Last contact: {day}.", owner=name, day=day)
    by = names.person_name(card.last_contact_by, t)
    return t("You're covering for {owner}. Last contact: {day}, by {who}.", owner=name, day=day, who=by)


def text_line(card: Card, t: Translator, most: int | None = None) -> str:
    """What `paragraph` says, in one line of text."""
    name, step = names.client_name(card.name, t), next_steps(card, t, most)
    clauses = reasons(card, t, most)
    if card.logged:
        clauses.insert(0, logged_text(card.logged, card, t))
    sentences = [f"{clause}." for clause in clauses or [contact_age(card, t)]]
    parts = [*sentences, *([step] if step else []), *small_print(card, t)]
    return t("{client} ({colour}): {text}", client=name, colour=colour_word(card, t), text=" ".join(parts))


def short_line(card: Card, t: Translator) -> str:
    """The main reason and the days since contact, in a few words."""
    signal = main_signal(card)
    parts = [to_do(signal, card, t) if signal.is_open_to_do else words.short(signal, t, card.today)] if signal else []
    if card.status == "paused":
        parts.append(paused(card, t))
    elif signal is None or signal.key != "contact_gap":
        parts.append(contact_age(card, t))
    more = len(_told(card)) - 1
    if more > 0:
        parts.append(t.plural("{count} more reason", "{count} more reasons", more))
    return " · ".join(parts)


def to_do(signal: Signal, card: Card, t: Translator) -> str:
    """A to-do in a list, where it is all that there is about a client."""
    return t("when you have time: {what}", what=words.short(signal, t, card.today))


def to_do_lines(card: Card, t: Translator) -> list[str]:
    """The to-dos beside other reasons, each with its next step; empty where they stand in the reasons' place."""
    if not card.reasons:
        return []
    return [_with_step(signal, card, t) for signal in card.to_dos]


def _with_step(signal: Signal, card: Card, t: Translator) -> str:
    reason = words.reason(signal, t, card.today, money=card.sees_money)
    step = words.next_step(signal, t, money=card.sees_money)
    return t("{reason}. {step}", reason=reason, step=step) if step else reason
