"""The buttons of a client: the row under its paragraph, and the one next to its name in a list."""

from collections.abc import Sequence

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, ids, names
from bot.views.blocks import Json
from bot.views.data import Card, Logged, Page
from bot.views.place import placed_by
from scoring.vocabulary import CLOSED_BY_CONTACT

NAME_IN_LABEL = 40
"""Characters of a client's name in what a screen reader says of a button."""


def button_value(card: Card, surface: str, page: Page | None = None, **undone: int) -> str:
    """Pack the value of the client's buttons on this surface: in a list also which page, for Undo also of what."""
    where = {"scope": page.scope, "member": page.member_id, "offset": page.offset} if page else {}
    return ids.pack(client=card.client_id, contact_no=card.contact_no, surface=surface, **undone, **where)


def buttons(card: Card, surface: str, t: Translator, *, primary: bool = False, extra: Sequence[Json] = ()) -> Json:
    """The row under the paragraph: what can be done, or after a contact what can still be done."""
    value, name = button_value(card, surface), _label_name(card, t)
    row = [] if client_summary.is_done(card) else [_contacted(card, value, t, primary=primary)]
    row += logged_buttons(card, surface, t)
    if not client_summary.is_done(card):
        row += _while_open(card, surface, t)
    if surface != ids.CARD:
        row.append(blocks.button(t("Open"), ids.OPEN, value, label=t("Open {client}", client=name)))
    return blocks.actions([*row, *extra], block_id=value)


def logged_buttons(card: Card, surface: str, t: Translator) -> list[Json]:
    """Undo and Add details for what was just logged; empty if nothing was."""
    if card.logged is None:
        return []
    return _after_logging(card, card.logged, button_value(card, surface, touchpoint=card.logged.touchpoint_id), t)


def _while_open(card: Card, surface: str, t: Translator) -> list[Json]:
    """What can be done as long as nobody was in touch, after an attempt too."""
    value, name, row = button_value(card, surface), _label_name(card, t), []
    if _asks_for_contact(card) and not card.logged:
        label = t("No answer from {client}", client=name)
        row.append(blocks.button(t("No answer"), ids.NO_ANSWER, value, label=label))
    if card.signals and not card.snoozed_until:
        row.append(_snooze(t))
    if card.snoozed_until and card.snooze_id is not None:
        undo = button_value(card, surface, snooze=card.snooze_id)
        row.append(blocks.button(t("End snooze"), ids.UNDO, undo, label=t("End snooze for {client}", client=name)))
    return [*row, blocks.button(t("Why"), ids.WHY, value, label=t("Why {client}", client=name))]


def _after_logging(card: Card, logged: Logged, value: str, t: Translator) -> list[Json]:
    if not logged.may_undo:
        return []
    name = _label_name(card, t)
    details = blocks.button(t("Add details"), ids.DETAILS, value, label=t("Add details for {client}", client=name))
    if card.snooze_id is not None and not client_summary.is_done(card):
        return [details]  # an attempt that was put off since: first the snooze is ended
    return [blocks.button(t("Undo"), ids.UNDO, value, label=t("Undo for {client}", client=name)), details]


def _contacted(card: Card, value: str, t: Translator, *, primary: bool = False) -> Json:
    label = t("Contacted {client}", client=_label_name(card, t))
    return blocks.button(t("Contacted"), ids.CONTACTED, value, label=label, primary=primary)


def _snooze(t: Translator) -> Json:
    """The select that snoozes a client. Its options say for how long; the block's id says which client."""
    named = {"1d": t("Until tomorrow"), "3d": t("For 3 days"), "1w": t("For a week"), "date": t("Until a date…")}
    return blocks.select(ids.SNOOZE, [blocks.option(named[key], key) for key in ids.SNOOZES], t("Snooze"))


def silence_button(card: Card, surface: str, t: Translator) -> Json:
    """The button for a client that will be quiet for a while."""
    label = t("Expected silence for {client}", client=_label_name(card, t))
    return blocks.button(t("Expected silence…"), ids.SILENCE, button_value(card, surface), label=label)


def note_buttons(card: Card, surface: str, t: Translator) -> Json:
    """The buttons to note a client's mood and what working with it is like; for those who may, also to edit it."""
    name, carried = _label_name(card, t), button_value(card, surface)
    mood = blocks.button(t("Mood…"), ids.MOOD, carried, label=t("Mood of {client}", client=name))
    together = t("Working together with {client}", client=name)
    rating = blocks.button(t("Working together…"), ids.RESOURCE_CARD, carried, label=together)
    return blocks.actions([mood, rating, *([edit_button(card, surface, t)] if card.may_edit else [])])


def edit_button(card: Card, surface: str, t: Translator) -> Json:
    """The button to change a client's details."""
    label = t("Edit {client}", client=_label_name(card, t))
    return blocks.button(t("Edit…"), ids.EDIT, button_value(card, surface), label=label)


def row(card: Card, text: str, surface: str, t: Translator) -> Json:
    """A client in a list: `text`, and the one button most likely to be wanted."""
    return blocks.section(text, row_button(card, surface, t))


def row_button(card: Card, surface: str, t: Translator, page: Page | None = None) -> Json:
    """The one button of a client in a list: the one most likely to be wanted."""
    name = _label_name(card, t)
    if card.logged and card.logged.may_undo:
        undo = button_value(card, surface, page, touchpoint=card.logged.touchpoint_id)
        return blocks.button(t("Undo"), ids.UNDO, undo, label=t("Undo for {client}", client=name))
    value = button_value(card, surface, page)
    if not card.logged and _asks_for_contact(card):
        return _contacted(card, value, t)
    return blocks.button(t("Open"), ids.OPEN, value, label=t("Open {client}", client=name))


def row_text(card: Card, t: Translator, *, owner: bool = False) -> str:
    """A client in a list: colour, name, what put it there, owner if asked for.

    Below, the main reason and the days since contact.
    """
    name = f"{names.CIRCLES[card.colour]} {names.client_name(card.name, t)}"
    whose = [names.person_name(card.owner, t)] if owner and card.owner else []
    first = " · ".join([name, client_summary.colour_word(card, t), *placed_by(card, t), *whose])
    second = client_summary.logged_text(card.logged, card, t) if card.logged else client_summary.short_line(card, t)
    return f"{first}\n{second}"


def with_rank(text: str, rank: int, t: Translator) -> str:
    """A `row_text` with its rank in the list."""
    return f"{t.number(rank)}. {text}"


def _asks_for_contact(card: Card) -> bool:
    return any(signal.name in CLOSED_BY_CONTACT for signal in card.signals)


def _label_name(card: Card, t: Translator) -> str:
    return names.client_name(card.name, t, NAME_IN_LABEL)
