"""The signals: one short function each, and the list of all.

A signal is a function ``(client, ctx) -> Signal``, or a tuple of them where it looks at several subjects. Belongs
here: what is noticed about a client. Never here: what it amounts to with the others (`scoring.assess`), or words.
"""

from collections.abc import Callable, Mapping

from scoring.assessment import Signal
from scoring.facts import Client
from scoring.signals.context import Context
from scoring.signals.money import invoice_overdue
from scoring.signals.relationship import contact_gap, returning, unanswered
from scoring.signals.results import goal_pacing, no_goals, spend_pacing

Rule = Callable[[Client, Context], Signal | tuple[Signal, ...]]

RELATIONSHIP: tuple[Rule, ...] = (contact_gap, unanswered)
MONEY: tuple[Rule, ...] = (invoice_overdue,)
RESULTS: tuple[Rule, ...] = (spend_pacing, goal_pacing, no_goals)
WORK: tuple[Rule, ...] = ()
ALL: tuple[Rule, ...] = RELATIONSHIP + MONEY + RESULTS + WORK

WATCHED: Mapping[str, tuple[Rule, ...]] = {
    "onboarding": ALL,
    "active": ALL,
    "paused": (*MONEY, returning),
    "lost": (),
}
"""What is watched in each status."""
