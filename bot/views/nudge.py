"""The message that interrupts: one client that just turned red."""

from bot.i18n import Translator
from bot.views import blocks, ids, names, portrait
from bot.views.blocks import Json
from bot.views.cards import Card


def nudge_card(card: Card, t: Translator) -> Json:
    """One client, why now, what to do, and the buttons that close it; after a click, who did what and when."""
    body = [portrait.paragraph(card, t)]
    small = [line for line in (since(card, t), *portrait.small_print(card, t)) if line]
    if small:
        body.append(blocks.context(*small))
    body.append(portrait.buttons(card, ids.NUDGE, t, primary=True))
    first, *rest = portrait.text_lines(card, t)
    manner = names.temperament(card.temperament, t)
    return blocks.message([first, *rest, *small, *([manner] if manner else [])], body)


def since(card: Card, t: Translator) -> str | None:
    """From when on the worst breach has been open, where that was before today."""
    worst = next((signal for signal in card.signals if signal.state == "breach"), None)
    if worst is None or worst.since is None or worst.since >= card.today:
        return None
    return t("Open since {day}", day=t.day(worst.since))
