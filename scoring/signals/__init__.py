"""The signals: one short function each, named after the signal, and which of them are watched in which status.

A signal is a function ``(client, ctx) -> Signal``, or a tuple of them where it looks at several subjects. Belongs
here: what is noticed about a client. Never here: what the signals amount to together (`scoring.assess`), or words.
"""

from collections.abc import Callable, Mapping

from scoring.assessment import Signal
from scoring.facts import Client
from scoring.signals.contact import contact_gaps, unanswered, welcome
from scoring.signals.context import Context
from scoring.signals.contract import renewal, returning, tenure_mark
from scoring.signals.costs import cost_per_result
from scoring.signals.delivery import delivery
from scoring.signals.engagement import engagement
from scoring.signals.feedback import complaint, goodwill, mood, survey
from scoring.signals.fees import fee_trend
from scoring.signals.margin import margin
from scoring.signals.money import invoice_overdue, resource_score
from scoring.signals.rates import cost_per_lead, lead_quality, traffic_to_lead
from scoring.signals.recap import recap
from scoring.signals.results import goal_pacing, no_goals, spend_pacing
from scoring.signals.work import deadline, roadmap
from scoring.vocabulary import FULLY_WATCHED, PAUSED_SIGNALS, SIGNALS

Rule = Callable[[Client, Context], Signal | tuple[Signal, ...]]

RULES: Mapping[str, Rule] = {
    "contact_gap": contact_gaps,
    "fee_trend": lambda client, ctx: ctx.once(fee_trend, client),  # `invoice_overdue` reads it too
} | {
    rule.__name__: rule
    for rule in (
        *(unanswered, welcome, recap),
        *(renewal, returning, tenure_mark),
        *(mood, complaint, survey, engagement, goodwill),
        *(invoice_overdue, resource_score, margin),
        *(spend_pacing, goal_pacing, no_goals),
        *(cost_per_result, cost_per_lead, lead_quality, traffic_to_lead, delivery),
        *(deadline, roadmap),
    )
}
"""By the signal's name."""

WATCHED: Mapping[str, tuple[Rule, ...]] = {
    **dict.fromkeys(FULLY_WATCHED, tuple(RULES[name] for name in SIGNALS)),
    "paused": tuple(RULES[name] for name in PAUSED_SIGNALS),
    "lost": (),
}
"""What is watched in each status."""
