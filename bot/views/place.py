"""The few words beside a client's name that say what put it where it is in a list, besides its risk.

Never here: the factors by name and size, for a reader who asks why (`client`).
"""

from dataclasses import replace

from bot.infra.i18n import Translator
from bot.views import names
from bot.views.data import Card
from scoring.assessment import Factors

MATTERS = 1.05
"""A factor that multiplies the risk by less than this has put nobody anywhere."""
MOST = 2
"""Words shown: the biggest factors first."""


def placed_by(card: Card, t: Translator) -> list[str]:
    """What moved the client up: its fee (for who may not see it that it is a big account), being new, time."""
    if card.sees_money:
        return of_factors(card.factors, fee(card.monthly_fee, card.currency, t), t)
    size = names.account_size("big", t) if card.account_size == "big" else None
    return of_factors(replace(card.factors, value=MATTERS), size, t)


def fee(amount: int | None, currency: str, t: Translator) -> str | None:
    """What a client pays a month; None where it is unknown."""
    return t("{fee} a month", fee=t.money(amount, currency)) if amount is not None and currency else None


def of_factors(factors: Factors, account: str | None, t: Translator) -> list[str]:
    """The words for the biggest factors that matter; for its value, how big the account is."""
    known = [
        (factors.value, account),
        (factors.relationship, t("new client")),
        (factors.timing, t("time is running out")),
    ]
    moved = [(size, said) for size, said in known if said and size >= MATTERS]
    return [said for _, said in sorted(moved, key=lambda each: -each[0])[:MOST]]
