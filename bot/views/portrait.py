"""One client as it looks in a digest, in a nudge and on its own card alike.

The paragraph, the buttons, the row of a list, and the lines of text that say the same. Nothing in here knows the
message around it.
"""

from collections.abc import Sequence

from bot.i18n import Translator
from bot.views import blocks, ids, names, words
from bot.views.blocks import Json
from bot.views.cards import Card, Logged, Page, Person
from scoring.assessment import Signal

CONTACT_SIGNALS = frozenset({"contact_gap", "unanswered"})
NAME_IN_LABEL = 40


def carry(card: Card, surface: str, page: Page | None = None, touchpoint_id: int | None = None) -> str:
    """What the client's buttons carry on this surface; in a list also which part of which list it is."""
    where = {"scope": page.scope, "member": page.member_id, "offset": page.offset} if page else {}
    return ids.pack(
        client=card.client_id, contact_no=card.contact_no, surface=surface, touchpoint=touchpoint_id, **where
    )


def person(who: Person, t: Translator) -> Json:
    """Somebody in a rich text: a mention where Slack knows them."""
    return blocks.mention(who.slack_user_id) if who.slack_user_id else blocks.leaf(names.person_name(who, t))


def headline(card: Card, t: Translator) -> str:
    """What follows the client's name: colour, and the age of the last contact where no reason tells it."""
    told = any(signal.name == "contact_gap" for signal in card.signals)
    parts = [f"{names.CIRCLES[card.colour]} {names.colour(card.colour, t)}"]
    if card.status == "paused":
        parts.append(paused(card, t))
    if not told:
        parts.append(contact_age(card, t))
    return " · ".join(parts)


def contact_age(card: Card, t: Translator) -> str:
    """How long ago the last contact was."""
    last = card.last_contact_on
    return words.days_since_contact((card.today - last).days if last else None, t)


def paused(card: Card, t: Translator) -> str:
    """That a client is paused, and until when."""
    if card.returns_on is None:
        return t("paused")
    return t("paused, back on {day}", day=names.near_day(card.returns_on, card.today, t))


def reasons(card: Card, t: Translator) -> list[str]:
    """A sentence for each signal, worst first."""
    return [words.reason(signal, t, card.today, money=card.sees_money) for signal in card.signals]


def next_steps(card: Card, t: Translator) -> str:
    """What to do, each thing once, the most pressing first; what only comes up soon waits for what is there now."""
    now = [signal for signal in card.signals if signal.state == "breach"] or list(card.signals)
    steps = [words.next_step(signal, t, money=card.sees_money) for signal in now]
    return " ".join(dict.fromkeys(step for step in steps if step))


def main_signal(card: Card) -> Signal | None:
    """The signal to name when there is room for one: a to-do stands behind everything else."""
    return next((signal for signal in card.signals if signal.severity > 0), card.signals[0] if card.signals else None)


def paragraph(card: Card, t: Translator, *, small: Sequence[str] = ()) -> Json:
    """The client's paragraph: name, colour, what was just logged, reasons, next step, and how to talk to them."""
    title = blocks.leaf(names.client_name(card.name, t), "bold")
    parts = [blocks.paragraph(title, blocks.leaf(f" · {headline(card, t)}"), *_logged_line(card.logged, card, t))]
    said = reasons(card, t)
    if said:
        parts.append(blocks.bullets([blocks.leaf(reason)] for reason in said))
    parts.extend(_advice(card, t))
    parts.extend(blocks.paragraph(blocks.leaf(line, "italic")) for line in small)
    return blocks.rich(*parts)


def _logged_line(logged: Logged | None, card: Card, t: Translator) -> list[Json]:
    if logged is None:
        return []
    return [blocks.leaf("\n"), *blocks.fill(_logged_sentence(logged, t), **_logged_values(logged, card, t))]


def _logged_sentence(logged: Logged, t: Translator) -> str:
    if logged.outcome == "attempt":
        return t("✓ No answer, logged by {who} at {time}")
    return t("✓ Contacted, logged by {who} at {time}")


def _logged_values(logged: Logged, card: Card, t: Translator) -> dict[str, Json]:
    return {"who": person(logged.by, t), "time": blocks.leaf(t.time(logged.at, card.zone))}


def _advice(card: Card, t: Translator) -> list[Json]:
    if card.logged and card.logged.outcome != "attempt":
        return []
    parts, step, manner = [], next_steps(card, t), names.temperament(card.temperament, t)
    if step:
        parts.append(blocks.paragraph(blocks.leaf(t("Next:"), "bold"), blocks.leaf(f" {step}")))
    if manner:
        parts.append(blocks.paragraph(blocks.leaf(manner, "italic")))
    return parts


def small_print(card: Card, t: Translator) -> list[str]:
    """What else is worth knowing, most of the time nothing: cover and handover, a snooze, silence, why it waited."""
    lines = []
    if card.covering and card.owner:
        lines.append(_handover(card, card.owner, t))
    if card.snoozed_until:
        until = names.near_day(card.snoozed_until.astimezone(card.zone).date(), card.today, t)
        lines.append(t("Snoozed until {day}", day=until))
    if card.silent_until and card.silent_until >= card.today:
        lines.append(t("Silence expected until {day}", day=names.near_day(card.silent_until, card.today, t)))
    held = names.held_back(card.held_because, t)
    if held and not card.logged:
        lines.append(held)
    return lines


def _handover(card: Card, owner: Person, t: Translator) -> str:
    name = names.person_name(owner, t)
    if card.last_contact_on is None:
        return t("You are covering for {owner}. No contact is on record.", owner=name)
    day = names.near_day(card.last_contact_on, card.today, t)
    if card.last_contact_by is None:
        return t("You are covering for {owner}. Last contact: {day}.", owner=name, day=day)
    by = names.person_name(card.last_contact_by, t)
    return t("You are covering for {owner}. Last contact: {day}, by {who}.", owner=name, day=day, who=by)


def text_lines(card: Card, t: Translator) -> list[str]:
    """The same as `paragraph`, in a line or two of text."""
    name = names.client_name(card.name, t)
    if card.logged:
        who = {"who": names.person_name(card.logged.by, t), "time": t.time(card.logged.at, card.zone)}
        said = [_logged_sentence(card.logged, t).format(**who), *reasons(card, t)]
        return [t("{client}: {text}", client=name, text=". ".join(said))]
    said = reasons(card, t) or [contact_age(card, t)]
    line = t(
        "{client} ({colour}): {reasons}.", client=name, colour=names.colour(card.colour, t), reasons=". ".join(said)
    )
    step = next_steps(card, t)
    return [f"{line} {step}".rstrip()]


def buttons(card: Card, surface: str, t: Translator, *, primary: bool = False, extra: Sequence[Json] = ()) -> Json:
    """The row under the paragraph: what can be done about it, or, once it was done, what can still be."""
    value = carry(card, surface)
    label = names.client_name(card.name, t, NAME_IN_LABEL)
    done = card.logged is not None and card.logged.outcome != "attempt"
    row = [] if done else [contacted(card, value, t, primary=primary)]
    if card.logged:
        row.extend(_after_logging(card, card.logged, surface, t))
    else:
        if any(signal.name in CONTACT_SIGNALS for signal in card.signals):
            row.append(
                blocks.button(t("No answer"), ids.NO_ANSWER, value, label=t("No answer from {client}", client=label))
            )
        if card.signals and not card.snoozed_until:
            row.append(snooze(t))
        row.append(blocks.button(t("Why"), ids.WHY, value, label=t("Why {client}", client=label)))
    if surface != ids.CARD:
        row.append(blocks.button(t("Open"), ids.OPEN, value, label=t("Open {client}", client=label)))
    return blocks.actions([*row, *extra], block_id=value)


def _after_logging(card: Card, logged: Logged, surface: str, t: Translator) -> list[Json]:
    if not logged.may_undo:
        return []
    value = carry(card, surface, touchpoint_id=logged.touchpoint_id)
    label = names.client_name(card.name, t, NAME_IN_LABEL)
    return [
        blocks.button(t("Undo"), ids.UNDO, value, label=t("Undo for {client}", client=label)),
        blocks.button(t("Add details"), ids.DETAILS, value, label=t("Add details for {client}", client=label)),
    ]


def contacted(card: Card, value: str, t: Translator, *, primary: bool = False) -> Json:
    """The button that logs a contact."""
    label = t("Contacted {client}", client=names.client_name(card.name, t, NAME_IN_LABEL))
    return blocks.button(t("Contacted"), ids.CONTACTED, value, label=label, primary=primary)


def snooze(t: Translator) -> Json:
    """The select that puts a client off. Its options say only for how long; the block's id says which client."""
    named = {"1d": t("Until tomorrow"), "3d": t("For 3 days"), "1w": t("For a week"), "date": t("Until a date …")}
    return blocks.select(ids.SNOOZE, [blocks.option(named[key], key) for key in ids.SNOOZES], t("Snooze"))


def row(card: Card, surface: str, t: Translator, *, page: Page | None = None, rank: int | None = None) -> Json:
    """A client in a list: two short lines and one button."""
    value = carry(card, surface, page)
    if card.logged and card.logged.may_undo:
        undo = carry(card, surface, page, card.logged.touchpoint_id)
        label = t("Undo for {client}", client=names.client_name(card.name, t, NAME_IN_LABEL))
        return blocks.section(row_text(card, t, rank), blocks.button(t("Undo"), ids.UNDO, undo, label=label))
    if not card.logged and any(signal.name in CONTACT_SIGNALS for signal in card.signals):
        return blocks.section(row_text(card, t, rank), contacted(card, value, t))
    label = t("Open {client}", client=names.client_name(card.name, t, NAME_IN_LABEL))
    return blocks.section(row_text(card, t, rank), blocks.button(t("Open"), ids.OPEN, value, label=label))


def row_text(card: Card, t: Translator, rank: int | None = None) -> str:
    """A client in a list, as text: rank, colour, name; the main reason and the age of the last contact."""
    first = f"{names.CIRCLES[card.colour]} {names.client_name(card.name, t)} · {names.colour(card.colour, t)}"
    if rank is not None:
        first = f"{t.number(rank)}. {first}"
    if card.logged:
        said = {"who": names.person_name(card.logged.by, t), "time": t.time(card.logged.at, card.zone)}
        return f"{first}\n{_logged_sentence(card.logged, t).format(**said)}"
    return f"{first}\n{summary(card, t)}"


def summary(card: Card, t: Translator) -> str:
    """The main reason and the age of the last contact, in a few words."""
    signal = main_signal(card)
    parts = [words.short(signal, t, card.today)] if signal else []
    if card.status == "paused":
        parts.insert(0, paused(card, t))
    if signal is None or signal.name != "contact_gap":
        parts.append(contact_age(card, t))
    if len(card.signals) > 1:
        parts.append(t.plural("{count} more", "{count} more", len(card.signals) - 1))
    return " · ".join(parts)
