"""The words that facts, signals and assessments are made of, each list once.

Belongs here: closed lists of stored words, and what the words themselves say about each other (order, grouping). Never
here: labels that people read (they stand in the views, keyed by these words), limits and weights (`scoring.policy`), or
what a word counts for in a judgement.
"""

from typing import Literal, get_args

STATUSES = ("onboarding", "active", "paused", "lost")
"""A client's status."""
FULLY_WATCHED = frozenset({"onboarding", "active"})
"""Statuses in which everything is watched. For a paused client it is money and its return, for a lost one nothing."""

BILLING_KINDS = ("retainer", "project", "share_of_spend")
"""How a client pays the agency."""
LOST_REASONS = ("price", "results", "service", "in_house", "closed", "other")
"""Why a client left: too dear, too little achieved, badly served, does it itself, has closed down, or another."""
COMPLEXITIES = ("simple", "complex")
"""How complicated a client is to work for."""
REPORTING_PERIODS = ("month", "quarter")
"""The period over which a client's targets are read."""
TEMPERAMENTS = ("choleric", "sanguine", "melancholic", "phlegmatic")
"""Ways of working with a client."""
MOODS = ("pleased", "neutral", "uneasy", "unhappy")
"""A client's mood, best to worst."""

CHANNELS = ("call", "email", "sms", "meeting", "chat", "other")
"""How a contact took place."""
WRITTEN_CHANNELS = ("email", "sms", "chat")
"""Those that are certainly not a call."""
DIRECTIONS = ("in", "out")
"""From the client to the agency, and from the agency to the client."""
OUTCOMES = ("reached", "attempt")
"""A contact took place, or got no answer."""

INVOICE_STATUSES = ("open", "paid", "void", "draft", "written_off", "disputed")
"""An invoice's status. A disputed one is owed as far as the agency is concerned, and is not asked for."""
BILLED_STATUSES = ("open", "paid", "disputed")
"""Statuses in which an invoice counts as billed."""

METRICS = ("spend", "impressions", "clicks", "sessions", "leads", "qualified_leads", "conversions", "revenue")
"""Daily values of a client's campaigns, down the funnel."""
MONEY_METRICS = frozenset({"spend", "revenue"})
"""Those in minor units of a currency; the others are counts."""
RESULT_METRICS = ("leads", "qualified_leads", "conversions", "revenue")
"""What comes of the money spent, often days later."""
GOAL_METRICS = ("leads", "conversions", "revenue")
"""Those of which falling short of the target is a miss, and exceeding it never is."""

GOODWILL_KINDS = ("referral", "future_talk", "praise")
"""Kinds of observation that show goodwill."""
RECAP_KINDS = ("recap_call", "recap_mail")
"""Kinds that together make a month's recap: told in a call, confirmed in writing."""
ENGAGEMENT_KINDS = ("email_engagement", "usage", "social")
"""Kinds that measure how much the client takes part."""
OBSERVATION_KINDS = (
    *("complaint", "survey", "mood"),
    *GOODWILL_KINDS,
    "renewal",
    *RECAP_KINDS,
    "report",
    *ENGAGEMENT_KINDS,
    *("budget_change", "resource_card", "our_mistake", "campaign_pause"),
)
"""Kinds of observation: dated remarks on a client."""
LASTING_KINDS = ("survey", "renewal")
"""Kinds that are known whatever their age, as an open complaint is: the last one stands until there is another."""
STEP_KINDS = ("check_in", "service", "offer")
"""Kinds of step planned with a client."""

AccountSize = Literal["small", "typical", "big"]
"""How big an account is, in a word, for readers who may not see its amounts."""
Colour = Literal["green", "amber", "red"]
"""A client's colour, by its risk."""
COLOURS: tuple[Colour, ...] = get_args(Colour)
"""Best to worst."""
Level = Literal["amber", "red"]
"""A breach's level, by its severity."""
State = Literal["ok", "soon", "breach", "unknown"]
"""A signal's state: within its limit, about to cross it, beyond it, or without enough data to tell."""
Kind = Literal["alarm", "to_do"]
"""What a breach is: an alarm (the client may be lost, or money is), or something of ours to tidy."""
Effort = Literal["quick", "deep"]
"""What a signal's next step takes."""

RELATIONSHIP_SIGNALS = (
    *("contact_gap", "unanswered", "welcome", "mood", "complaint", "survey"),
    *("renewal", "tenure_mark", "recap", "engagement", "goodwill"),
)
MONEY_SIGNALS = ("invoice_overdue", "fee_trend", "margin", "resource_score")
RESULT_SIGNALS = (
    *("spend_pacing", "goal_pacing", "cost_per_result", "cost_per_lead"),
    *("lead_quality", "traffic_to_lead", "delivery", "no_goals"),
)
WORK_SIGNALS = ("deadline", "roadmap")
SIGNALS = (*RELATIONSHIP_SIGNALS, *MONEY_SIGNALS, *RESULT_SIGNALS, *WORK_SIGNALS)
"""What is watched of a client in one of the FULLY_WATCHED statuses."""
PAUSED_SIGNALS = ("invoice_overdue", "returning")
"""What is watched of a paused client: it still owes what it owes, while fees that fall are expected."""
ALARM_SIGNALS = frozenset(
    {
        *("contact_gap", "unanswered", "mood", "complaint", "survey", "renewal", "tenure_mark", "recap", "engagement"),
        *("invoice_overdue", "fee_trend", "spend_pacing", "goal_pacing", "cost_per_result", "cost_per_lead"),
        *("lead_quality", "traffic_to_lead", "delivery", "deadline"),
    }
)
"""Signals whose breach is an alarm, unless it says otherwise of itself; that of any other is a to-do."""
NOISY_SIGNALS = frozenset(
    {
        *("spend_pacing", "goal_pacing", "cost_per_result", "cost_per_lead"),
        *("lead_quality", "traffic_to_lead", "engagement", "fee_trend"),
    }
)
"""Signals that read noisy figures; whether they are open already is one of their facts."""
PACING_SIGNALS = frozenset({"spend_pacing", "goal_pacing"})
"""Signals that count for more as the month, or the quarter, runs out."""
AMOUNT_SIGNALS = frozenset(
    {("spend_pacing", ""), ("goal_pacing", "revenue"), ("cost_per_result", ""), ("cost_per_lead", "")}
)
"""Signals, with their subjects, that judge amounts of the daily metrics or their targets."""
CLOSED_BY_CONTACT = frozenset({"contact_gap", "unanswered", "welcome"})
"""Signals that a touchpoint can close. Every other signal ends when its own facts change."""


def is_worse(colour: str | None, than: str | None) -> bool:
    """Return whether a client's colour is worse than another; False where either is no colour, such as None."""
    return colour in COLOURS and than in COLOURS and COLOURS.index(colour) > COLOURS.index(than)
