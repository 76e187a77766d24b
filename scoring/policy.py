"""The agency's limits and weights, with their defaults, units and allowed ranges.

Belongs here: every number that an agency may want to change. Never here: how the numbers are used (`signals`,
`assess`), or where an agency's own are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


def _limit(default: float, low: float, high: float, unit: str, about: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "about": about})


def _weight(default: float, about: str) -> Any:
    return _limit(default, 0.0, 1.0, "share of risk", about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All limits and weights; ``Policy()`` is the default one. Each field's metadata tells low, high, unit, about.

    A signal's weight is the field named after it: the risk, 0..1, that it makes alone at full severity.
    """

    red_severity: float = _limit(0.8, 0.0, 1.0, "severity", "a breach is red from here, amber below")
    amber_risk: float = _limit(30.0, 0.0, 100.0, "risk", "a client is amber from here")
    red_risk: float = _limit(60.0, 0.0, 100.0, "risk", "a client is red from here")

    contact_limit_days: int = _limit(10, 1, 365, "days", "without a touchpoint before contact is due")
    new_contact_limit_days: int = _limit(7, 1, 365, "days", "the same while the relationship is new, if that is less")
    new_client_days: int = _limit(90, 0, 730, "days", "from its start that a relationship is new")
    due_soon_days: int = _limit(2, 0, 30, "days", "before a due date that it is called soon")
    unanswered_attempts: int = _limit(2, 1, 20, "attempts", "in a row with no answer before another way is suggested")

    invoice_latest_days: int = _limit(15, 1, 29, "days", "past due at which the latest of payers is late")
    invoice_red_days: int = _limit(30, 30, 180, "days", "past due at which an invoice is red")
    invoice_worst_days: int = _limit(60, 31, 365, "days", "past due at which an invoice could not be worse")
    invoice_turned: float = _limit(0.3, 0.0, 1.0, "share", "of what is left to the worst, for a good payer turned late")
    invoice_size: float = _limit(0.2, 0.0, 1.0, "share", "of what is left to the worst, for a very big balance")
    invoice_big: float = _limit(3.0, 1.1, 100.0, "usual invoices", "that make a very big balance")

    mood_fades_days: int = _limit(60, 1, 365, "days", "over which a recorded mood fades")
    complaint_red_workdays: int = _limit(5, 1, 60, "working days", "that a complaint may stay open before it is red")
    complaint_repeats: int = _limit(3, 2, 20, "complaints", "that make them repeated, and red")
    complaint_repeats_days: int = _limit(90, 1, 365, "days", "in which complaints count as repeated")
    survey_low: float = _limit(6.0, 0.1, 10.0, "points of 10", "that are a low survey score")
    survey_fall: float = _limit(2.0, 0.1, 10.0, "points of 10", "that a survey score may fall below the client's own")
    goodwill_fades_days: int = _limit(60, 1, 365, "days", "over which goodwill fades")
    engagement_fall: float = _limit(0.4, 0.01, 0.99, "share", "that opens, usage or reactions may fall")
    engagement_old_days: int = _limit(60, 1, 365, "days", "after which the last such value says nothing")
    report_call_workdays: int = _limit(3, 0, 20, "working days", "before or after a report in which it is talked about")
    recap_workday: int = _limit(5, 1, 20, "working days", "of a month by which its recap is done")

    fee_fall: float = _limit(0.2, 0.01, 0.5, "share", "that the fees of three months may fall")
    card_low: float = _limit(4.0, 0.1, 10.0, "points of 10", "that the card on working together should reach")
    card_old_days: int = _limit(62, 1, 365, "days", "after which the last such card says nothing")

    margin_low: float = _limit(0.2, 0.0, 0.95, "share", "of the fees that should be left after hours and tools")
    hours_over: float = _limit(1.1, 0.5, 5.0, "share", "of the agreed hours that may be worked")

    tenure_warn_days: int = _limit(45, 1, 365, "days", "before a tenure at which clients tend to leave")
    tenure_losses: int = _limit(20, 10, 10_000, "clients", "that must have left before such a tenure is looked for")
    tenure_chance: float = _limit(0.05, 0.0001, 0.2, "chance", "of taking a tenure for one where it is none")

    deadline_ahead_days: int = _limit(
        2, 0, 60, "days", "that our own day is ahead of the client's, if only ours is known"
    )
    deadline_given_up_days: int = _limit(60, 1, 180, "days", "after which a deadline was not kept up")
    roadmap_late_days: int = _limit(7, 1, 180, "days", "after the planned day that a step presses more")
    roadmap_given_up_days: int = _limit(60, 1, 180, "days", "after which a planned step was not kept up")

    pacing_tolerance: float = _limit(0.1, 0.01, 0.5, "share", "of its target that spend may be off, at last half of it")
    goal_tolerance: float = _limit(0.1, 0.01, 0.5, "share", "of a goal that its forecast may be under it")
    pacing_worst: float = _limit(0.4, 0.01, 2.0, "share", "of a target, beyond the tolerance, that could not be worse")
    pacing_first_days: int = _limit(3, 1, 28, "days", "of a month that must be known before it is judged")
    rate_fall: float = _limit(0.25, 0.01, 0.99, "share", "that lead quality, or leads of traffic, may fall")
    rate_old_days: int = _limit(14, 1, 90, "days", "without data after which these say nothing")
    result_cost_up: float = _limit(0.2, 0.01, 3.0, "share", "that a result may cost more than before")
    result_cost_jump: float = _limit(0.5, 0.01, 10.0, "share", "that a day's click or result may cost above its usual")
    lead_cost_over: float = _limit(0.25, 0.01, 3.0, "share", "that a lead may cost above its target")
    lead_cost_worth: float = _limit(0.5, 0.0, 1.0, "exponent", "of the value's factor, by which dear leads weigh less")
    data_given_up_days: int = _limit(30, 4, 365, "days", "without data after which none is waited for")
    no_goals_days: int = _limit(30, 0, 365, "days", "after the start that a client should have a goal")

    value_floor: float = _limit(0.5, 0.1, 1.0, "factor", "of the value, at least")
    value_ceiling: float = _limit(2.0, 1.0, 10.0, "factor", "of the value, at most")
    renewal_rate: float = _limit(0.7, 0.0, 1.0, "share", "of contracts renewed, until the agency's own is known")
    renewal_months: int = _limit(12, 1, 60, "months", "of a renewal")
    renewals_counted: int = _limit(3, 0, 20, "renewals", "in a row that a client's value counts on")
    early_leaving: float = _limit(0.1, 0.0, 1.0, "share", "of contracts left early, until the agency's own is known")
    projects_a_year: float = _limit(2.0, 0.0, 100.0, "projects", "a year from a client that pays by project")
    project_years: float = _limit(2.0, 0.0, 20.0, "years", "that a client that pays by project stays")
    relationship_new: float = _limit(1.25, 1.0, 3.0, "factor", "of a new relationship")
    relationship_ease_days: int = _limit(90, 1, 730, "days", "over which that factor then eases to 1")
    timing_most: float = _limit(1.25, 1.0, 3.0, "factor", "of the worst miss of a target on its period's last day")
    goals_first: float = _limit(1.01, 1.0, 1.2, "factor", "of a client with goals, ahead of one without")
    effort_quick: float = _limit(1.1, 1.0, 2.0, "factor", "where something can be settled quickly")
    effort_deep: float = _limit(0.9, 0.1, 1.0, "factor", "where all of it takes long")

    contact_gap_weight: float = _weight(0.7, "no contact for too long")
    unanswered_weight: float = _weight(0.4, "attempts without an answer")
    mood_weight: float = _weight(0.5, "an uneasy or unhappy mood")
    complaint_weight: float = _weight(0.6, "an open complaint")
    survey_weight: float = _weight(0.5, "a low or falling survey score")
    renewal_weight: float = _weight(0.4, "a contract that ends with no renewal recorded")
    tenure_mark_weight: float = _weight(0.15, "a tenure at which our clients have left more often than chance")
    recap_weight: float = _weight(0.2, "a month's recap not done")
    engagement_weight: float = _weight(0.3, "opens, usage or reactions falling")
    goodwill_weight: float = _weight(0.1, "referrals, plans and praise: what they take off, at most")
    returning_weight: float = _weight(0.3, "a paused client that was expected back")
    invoice_overdue_weight: float = _weight(0.6, "an invoice not paid")
    fee_trend_weight: float = _weight(0.3, "fees falling")
    margin_weight: float = _weight(0.0, "a thin margin, or too many hours: ours to mend, and no reason to leave us")
    resource_score_weight: float = _weight(0.3, "hard to work with")
    spend_pacing_weight: float = _weight(0.5, "spend off its target")
    goal_pacing_weight: float = _weight(0.5, "leads, conversions or revenue behind their target")
    cost_per_result_weight: float = _weight(0.4, "results getting dearer")
    cost_per_lead_weight: float = _weight(0.4, "leads too dear")
    lead_quality_weight: float = _weight(0.35, "fewer of the leads qualified")
    traffic_to_lead_weight: float = _weight(0.3, "fewer leads from the same traffic")
    delivery_weight: float = _weight(0.5, "spend stopped, or without a result")
    deadline_weight: float = _weight(0.4, "work that is not done by its day")
    roadmap_weight: float = _weight(0.15, "a planned step that is not taken")
    no_goals_weight: float = _weight(0.0, "no target at all: a to-do")

    def __post_init__(self) -> None:
        """Refuse a value outside its range, and limits in the wrong order, with ValueError."""
        for rule in fields(self):
            object.__setattr__(self, rule.name, _checked(rule.name, getattr(self, rule.name), rule.metadata, rule.type))
        for lower, higher in (("amber_risk", "red_risk"), ("invoice_red_days", "invoice_worst_days")):
            if getattr(self, lower) >= getattr(self, higher):
                raise ValueError(
                    f"{lower} {getattr(self, lower)!r}: must be less than {higher}, {getattr(self, higher)!r}"
                )

    def weight(self, signal: str) -> float:
        """Give a signal's weight, 0..1."""
        return getattr(self, signal + "_weight")  # type: ignore[no-any-return]


def _checked(name: str, value: object, rule: Mapping[str, Any], kind: object) -> float:
    low, high, unit = rule["low"], rule["high"], rule["unit"]
    whole = kind is int
    if isinstance(value, bool) or not isinstance(value, int | float) or (whole and value % 1):
        raise ValueError(f"{name} {value!r}: must be a {'whole ' if whole else ''}number of {unit}, {low} to {high}")
    if not low <= value <= high:
        raise ValueError(f"{name} {value!r}: must be {low} to {high} {unit}")
    return int(value) if whole else float(value)


def replace_from(overrides: Mapping[str, Any]) -> Policy:
    """Give the default policy with some values replaced.

    Raises ValueError that names the field, the value and what is allowed.
    """
    known = {rule.name for rule in fields(Policy)}
    for name in overrides:
        if name not in known:
            raise ValueError(f"{name}: no such field in the policy")
    return replace(Policy(), **overrides)
