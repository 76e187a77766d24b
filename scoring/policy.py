"""The agency's limits and weights, with their defaults, units and allowed ranges.

Belongs here: every number that an agency may want to change. Never here: how the numbers are used (`scoring.signals`,
`scoring.assess`), or where an agency's own are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any


def _limit(default: float, low: float, high: float, unit: str, about: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "about": about})


def _weight(default: float, about: str) -> Any:
    return _limit(default, 0.0, 1.0, "share of risk", about)


def _false_alarms(about: str) -> Any:
    return _limit(1.0, 0.01, 52.0, "a client-year", about)


FALSE_ALARMS = "_false_alarms"
"""What the names of the fields end with that are rates of false alarms."""
FALSE_ALARM_RATES: Mapping[str, float] = MappingProxyType({"calm": 0.333, "normal": 1.0, "keen": 3.0})
"""The rates that have a word, as false alarms a client-year."""
RETIRED: Mapping[str, str] = MappingProxyType({})
"""Fields that an agency may have stored or in a file though they no longer exist, and what to use instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All limits and weights; ``Policy()`` is the default one. Each field's metadata has low, high, unit and about.

    A signal's weight is the field named after it: the share of risk, 0 to 1, that it makes alone at full severity.
    """

    red_severity: float = _limit(0.8, 0.0, 1.0, "severity", "a breach is red from here on, amber below")
    amber_risk: float = _limit(30.0, 0.0, 100.0, "risk", "a client is amber from here on")
    red_risk: float = _limit(60.0, 0.0, 100.0, "risk", "a client is red from here on")

    late_until_hour: int = _limit(
        18, 9, 23, "o'clock", "hour until which what was missed in the morning is still told that day"
    )
    late_hours: int = _limit(
        3, 0, 12, "hours", "hours that a digest may be late at least, for those who chose a late one"
    )
    news_days: int = _limit(2, 0, 30, "days", "days since something came up until it is left to the morning's digest")

    cluster_size: int = _limit(5, 2, 100, "clients", "clients that turned worse together until the leads are told so")
    cluster_days: int = _limit(7, 1, 60, "days", "days within which that counts as together")

    contact_limit_days: int = _limit(10, 1, 365, "days", "days without contact before a client is due")
    new_contact_limit_days: int = _limit(7, 1, 365, "days", "the same for a new client, if that is less")
    project_contact_limit_days: int = _limit(
        0, 0, 365, "days", "the same for clients billed by project (0: as for all)"
    )
    share_of_spend_contact_limit_days: int = _limit(
        0, 0, 365, "days", "the same for clients billed by their spend (0: as for all)"
    )
    decision_maker_days: int = _limit(45, 1, 365, "days", "days without a contact with somebody who decides")
    new_client_days: int = _limit(90, 0, 730, "days", "days from the start during which a client counts as new")
    due_soon_days: int = _limit(2, 0, 30, "days", "days ahead that something counts as due soon")
    unanswered_attempts: int = _limit(2, 1, 20, "attempts", "tries with no answer before another way is suggested")

    attempts_a_week: int = _limit(3, 1, 50, "attempts", "tries with no answer within a week before it is enough")

    invoice_latest_days: int = _limit(15, 1, 29, "days", "days past due by which any payer is late")
    invoice_red_days: int = _limit(30, 30, 180, "days", "days past due from which an invoice is red")
    invoice_worst_days: int = _limit(60, 31, 365, "days", "days past due from which an invoice has full severity")
    invoice_turned: float = _limit(
        0.3, 0.0, 1.0, "share", "extra severity for a client who used to pay on time (share of the remaining scale)"
    )
    invoice_size: float = _limit(
        0.2, 0.0, 1.0, "share", "extra severity for a very big balance (share of the remaining scale)"
    )
    invoice_big: float = _limit(3.0, 1.1, 100.0, "usual invoices", "a balance of so many counts as very big")
    invoice_distress: float = _limit(
        0.2, 0.0, 1.0, "share", "extra severity for a client who also cut its spend (share of the remaining scale)"
    )

    mood_fades_days: int = _limit(60, 1, 365, "days", "days over which a mood fades")
    complaint_red_workdays: int = _limit(
        5, 1, 60, "working days", "how long a complaint may stay open before it is red"
    )
    complaint_repeats: int = _limit(3, 2, 20, "complaints", "complaints that count as repeated, and are red")
    complaint_repeats_days: int = _limit(90, 1, 365, "days", "days within which complaints count as repeated")
    survey_low: float = _limit(6.0, 0.1, 10.0, "points of 10", "a survey score up to this is low")
    survey_fall: float = _limit(
        2.0, 0.1, 10.0, "points of 10", "how far a score may fall below the client's own average"
    )
    goodwill_fades_days: int = _limit(60, 1, 365, "days", "days over which goodwill fades")
    engagement_fall: float = _limit(0.4, 0.01, 0.99, "share", "how far opens, usage or reactions may fall")
    engagement_old_days: int = _limit(60, 1, 365, "days", "days until an engagement figure is too old to use")
    report_call_workdays: int = _limit(3, 0, 20, "working days", "how near to a report the call about it should be")
    recap_workday: int = _limit(5, 1, 20, "working days", "when in a month the recap of the last one is due")

    fee_fall: float = _limit(0.2, 0.01, 0.5, "share", "how far the fees of three months may fall")
    card_low: float = _limit(4.0, 0.1, 10.0, "points of 10", "a working-together score below this is low")
    card_old_days: int = _limit(62, 1, 365, "days", "days until such a score is too old to use")

    margin_low: float = _limit(0.2, 0.0, 0.95, "share", "lowest healthy margin, after hours and tools")
    hours_over: float = _limit(1.1, 0.5, 5.0, "share", "how much of the agreed hours may be worked")

    pause_asked_days: int = _limit(30, 1, 365, "days", "days of a pause with no return date until it is asked about")
    tenure_warn_days: int = _limit(45, 1, 365, "days", "days to warn before a point where clients tend to leave")
    tenure_losses: int = _limit(20, 10, 10_000, "clients", "lost clients it takes to find such a point")
    tenure_chance: float = _limit(0.05, 0.0001, 0.2, "chance", "accepted chance of finding one where there is none")

    deadline_ahead_days: int = _limit(
        2, 0, 60, "days", "how far our date is ahead of the client's, if theirs is unknown"
    )
    deadline_given_up_days: int = _limit(60, 1, 180, "days", "days past due until a deadline counts as forgotten")
    roadmap_late_days: int = _limit(7, 1, 180, "days", "days late after which a planned step is more urgent")
    roadmap_given_up_days: int = _limit(60, 1, 180, "days", "days late until a planned step counts as forgotten")

    pacing_tolerance: float = _limit(0.1, 0.01, 0.5, "share", "how far spend may miss its target (half at the end)")
    goal_tolerance: float = _limit(0.1, 0.01, 0.5, "share", "how far a goal may be missed")
    pacing_worst: float = _limit(0.4, 0.01, 2.0, "share", "a miss this far beyond that has full severity")
    pacing_first_days: int = _limit(3, 1, 28, "days", "days of data it takes to judge a month")
    rate_fall: float = _limit(0.25, 0.01, 0.99, "share", "how far lead quality or leads per visit may fall")
    rate_old_days: int = _limit(14, 1, 90, "days", "days without data until these are not judged")
    result_cost_up: float = _limit(0.2, 0.01, 3.0, "share", "how far the cost per conversion may rise")
    result_cost_jump: float = _limit(
        0.5, 0.01, 10.0, "share", "how far the cost of a click or conversion may jump in a day"
    )
    lead_cost_over: float = _limit(0.25, 0.01, 3.0, "share", "how far a lead may cost above its goal")
    lead_cost_worth: float = _limit(0.5, 0.0, 1.0, "exponent", "how far a client's value excuses expensive leads")
    data_given_up_days: int = _limit(30, 4, 365, "days", "days without data until none is expected")
    no_goals_days: int = _limit(30, 0, 365, "days", "days from the start by which a client should have a goal")

    spend_pacing_false_alarms: float = _false_alarms("how often a healthy client's spend may be called off pace")
    goal_pacing_false_alarms: float = _false_alarms("how often a healthy client's goal may be called behind")
    cost_per_result_false_alarms: float = _false_alarms("how often a steady cost per conversion may be called risen")
    cost_jump_false_alarms: float = _false_alarms("how often an ordinary day may be called a jump in cost")
    cost_per_lead_false_alarms: float = _false_alarms("how often leads at their price may be called dear")
    lead_quality_false_alarms: float = _false_alarms("how often steady lead quality may be called fallen")
    traffic_to_lead_false_alarms: float = _false_alarms("how often steady leads per visit may be called fallen")
    engagement_false_alarms: float = _false_alarms("how often steady engagement may be called fallen")
    fee_trend_false_alarms: float = _false_alarms("how often steady fees may be called falling")

    value_floor: float = _limit(0.5, 0.1, 1.0, "factor", "least weight of a client's value")
    value_ceiling: float = _limit(2.0, 1.0, 10.0, "factor", "most weight of a client's value")
    renewal_rate: float = _limit(0.7, 0.0, 1.0, "share", "contracts renewed, until the agency's own rate is known")
    renewal_months: int = _limit(12, 1, 60, "months", "length of a renewal")
    renewals_counted: int = _limit(3, 0, 20, "renewals", "renewals in a row that a client's value counts on")
    early_leaving: float = _limit(0.1, 0.0, 1.0, "share", "contracts left early, until the agency's own rate is known")
    projects_a_year: float = _limit(2.0, 0.0, 100.0, "projects", "projects a year from a client billed by project")
    project_years: float = _limit(2.0, 0.0, 20.0, "years", "years that a client billed by project stays")
    relationship_new: float = _limit(1.25, 1.0, 3.0, "factor", "weight of a new client")
    relationship_ease_days: int = _limit(90, 1, 730, "days", "days over which that weight then eases to 1")
    timing_most: float = _limit(1.25, 1.0, 3.0, "factor", "weight of the worst miss of a target on the last day")
    goals_first: float = _limit(1.01, 1.0, 1.2, "factor", "weight of a client with goals, ahead of one without")
    effort_quick: float = _limit(1.1, 1.0, 2.0, "factor", "weight of something quick to fix")
    effort_deep: float = _limit(0.9, 0.1, 1.0, "factor", "weight of something that takes long to fix")

    contact_gap_weight: float = _weight(0.7, "no contact for too long")
    unanswered_weight: float = _weight(0.4, "tries with no answer")
    welcome_weight: float = _weight(0.0, "a new client that nobody has greeted yet: a to-do")
    mood_weight: float = _weight(0.5, "an uneasy or unhappy mood")
    complaint_weight: float = _weight(0.6, "an open complaint")
    survey_weight: float = _weight(0.5, "a low or falling survey score")
    renewal_weight: float = _weight(0.4, "a contract that ends with no renewal on record")
    tenure_mark_weight: float = _weight(0.15, "a point where our clients have left more often than chance")
    recap_weight: float = _weight(0.2, "a monthly recap not done")
    engagement_weight: float = _weight(0.3, "email opens, usage or reactions down")
    goodwill_weight: float = _weight(0.1, "referrals, plans and praise: the most they take off the risk")
    returning_weight: float = _weight(0.3, "a paused client that was due back")
    invoice_overdue_weight: float = _weight(0.6, "an overdue invoice")
    fee_trend_weight: float = _weight(0.3, "falling fees")
    margin_weight: float = _weight(0.0, "a thin margin or too many hours (ours to fix, not theirs)")
    resource_score_weight: float = _weight(0.3, "hard to work with")
    spend_pacing_weight: float = _weight(0.5, "spend off its target")
    goal_pacing_weight: float = _weight(0.5, "leads, conversions or revenue behind their goal")
    cost_per_result_weight: float = _weight(0.4, "conversions getting more expensive")
    cost_per_lead_weight: float = _weight(0.4, "leads too expensive")
    lead_quality_weight: float = _weight(0.35, "fewer leads qualify")
    traffic_to_lead_weight: float = _weight(0.3, "fewer visits turn into leads")
    delivery_weight: float = _weight(0.5, "spend stopped, or spend without results")
    deadline_weight: float = _weight(0.4, "work not done by its day")
    roadmap_weight: float = _weight(0.15, "a planned step not taken")
    no_goals_weight: float = _weight(0.0, "no goal at all: a to-do")

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
        """Return a signal's weight, 0 to 1. Raises AttributeError for a name that is no signal."""
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
    """Return the default policy with some values replaced; a field that no longer exists is passed over.

    A rate of false alarms may be given as one of FALSE_ALARM_RATES. Raises ValueError that names the field, the value
    and what is allowed.
    """
    known = {rule.name for rule in fields(Policy)}
    values: dict[str, Any] = {}
    for name, value in overrides.items():
        if name in known:
            values[name] = _rate(name, value) if name.endswith(FALSE_ALARMS) else value
        elif name not in RETIRED:
            raise ValueError(f"{name}: no such field in the policy")
    return replace(Policy(), **values)


def _rate(name: str, value: object) -> object:
    """Return a rate of false alarms, given by its word or as a number."""
    if not isinstance(value, str):
        return value
    if value not in FALSE_ALARM_RATES:
        rule = next(rule for rule in fields(Policy) if rule.name == name)
        low, high, unit = rule.metadata["low"], rule.metadata["high"], rule.metadata["unit"]
        raise ValueError(f"{name} {value!r}: must be {', '.join(FALSE_ALARM_RATES)} or {low} to {high} {unit}")
    return FALSE_ALARM_RATES[value]


def list_retired(overrides: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields among an agency's own that no longer exist, and what to use instead."""
    return {name: RETIRED[name] for name in overrides if name in RETIRED}
