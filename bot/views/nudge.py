"""The alert: one client that just turned red."""

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, controls, ids, names
from bot.views.blocks import Json
from bot.views.data import Card


def nudge_card(card: Card, t: Translator) -> Json:
    """One client, why now, what to do, and the buttons for it; after a click, who did what and when."""
    small = [line for line in (_since(card, t), *client_summary.small_print(card, t)) if line]
    advice = None if client_summary.is_done(card) else names.temperament_advice(card.temperament, t)
    body = [
        client_summary.paragraph(card, t),
        *([blocks.context(*small)] if small else []),
        controls.buttons(card, ids.NUDGE, t, primary=True),
    ]
    return blocks.message([client_summary.text_line(card, t), *([advice] if advice else [])], body)


def _since(card: Card, t: Translator) -> str | None:
    """Since when the worst alarm has been open; None if only since today."""
    worst = next((signal for signal in card.signals if signal.is_open_alarm), None)
    if worst is None or worst.since is None or worst.since >= card.today:
        return None
    return t("Since {day}", day=t.day(worst.since))
