"""The signals: one short function each, and which of them are watched in which status.

A signal is a function ``(client, ctx) -> Signal``, or a tuple of them where it looks at several subjects. Belongs
here: what is noticed about a client. Never here: what the signals amount to together (`scoring.assess`), or words.
"""

from collections.abc import Callable, Mapping

from scoring.assessment import Signal
from scoring.facts import Client
from scoring.signals.contact import contact_gap, recap, unanswered
from scoring.signals.context import Context
from scoring.signals.contract import renewal, returning, tenure_mark
from scoring.signals.costs import cost_per_result
from scoring.signals.delivery import delivery
from scoring.signals.feedback import complaint, engagement, goodwill, mood, survey
from scoring.signals.margin import margin
from scoring.signals.money import fee_trend, invoice_overdue, resource_score
from scoring.signals.rates import cost_per_lead, lead_quality, traffic_to_lead
from scoring.signals.results import goal_pacing, no_goals, spend_pacing
from scoring.signals.work import deadline, roadmap

Rule = Callable[[Client, Context], Signal | tuple[Signal, ...]]

RELATIONSHIP: tuple[Rule, ...] = (
    contact_gap,
    unanswered,
    mood,
    complaint,
    survey,
    renewal,
    tenure_mark,
    recap,
    engagement,
    goodwill,
)
MONEY: tuple[Rule, ...] = (invoice_overdue, fee_trend, margin, resource_score)
RESULTS: tuple[Rule, ...] = (
    spend_pacing,
    goal_pacing,
    cost_per_result,
    cost_per_lead,
    lead_quality,
    traffic_to_lead,
    delivery,
    no_goals,
)
WORK: tuple[Rule, ...] = (deadline, roadmap)
ALL: tuple[Rule, ...] = RELATIONSHIP + MONEY + RESULTS + WORK

WATCHED: Mapping[str, tuple[Rule, ...]] = {
    "onboarding": ALL,
    "active": ALL,
    "paused": (invoice_overdue, returning),
    "lost": (),
}
"""What is watched in each of `scoring.vocabulary.STATUSES`.

A paused client still owes what it owes; that its fees fell is expected.
"""
