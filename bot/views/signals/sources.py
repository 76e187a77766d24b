"""Which spreadsheets each signal reads, and what in them: what to import if a signal has no data.

Kinds and columns are named as in the files, in every language. Belongs here: what each signal reads. Never here: how
a spreadsheet is read (`bot.importing.parsing`).
"""

from collections.abc import Iterable, Mapping

from scoring.assessment import Signal
from scoring.vocabulary import ENGAGEMENT_KINDS, GOAL_METRICS, GOODWILL_KINDS, RECAP_KINDS

Sources = Mapping[str, tuple[str, ...]]
"""By kind of spreadsheet, what is read in it: columns, kinds of observation or metrics; empty means all of it."""


def _observed(*kinds: str) -> Sources:
    return {"observations": kinds}


def _measured(*metrics: str) -> Sources:
    return {"metrics": metrics}


SOURCES: Mapping[str, Sources] = {
    "contact_gap": {"touchpoints": ()},
    "contact_gap:call": {"touchpoints": ()},
    "contact_gap:decision_maker": {"touchpoints": (), "contacts": ("decision_maker",)},
    "welcome": {"clients": ("started_on",)},
    "unanswered": {"touchpoints": ()},
    "mood": _observed("mood"),
    "complaint": _observed("complaint"),
    "survey": _observed("survey"),
    "renewal": {"clients": ("renews_on",)},
    "tenure_mark": {"clients": ("started_on", "lost_on")},
    "recap": _observed(*RECAP_KINDS, "report"),
    "recap:report": {**_observed("report"), "touchpoints": ()},
    "engagement": _observed(*ENGAGEMENT_KINDS),
    "goodwill": _observed(*GOODWILL_KINDS),
    "returning": {"clients": ("returns_on",)},
    "invoice_overdue": {"invoices": ()},
    "fee_trend": {"invoices": ()},
    "margin": {"effort": ("hours", "hours_budget", "hourly_cost"), "clients": ("monthly_fee",)},
    "resource_score": _observed("resource_card"),
    "spend_pacing": {"targets": ("spend",), **_measured("spend")},
    "goal_pacing": {"targets": GOAL_METRICS, **_measured(*GOAL_METRICS)},
    "goal_pacing:leads": {"targets": ("leads",), **_measured("leads")},
    "goal_pacing:conversions": {"targets": ("conversions",), **_measured("conversions")},
    "goal_pacing:revenue": {"targets": ("revenue",), **_measured("revenue")},
    "cost_per_result": _measured("spend", "conversions"),
    "cost_per_result:click": _measured("spend", "clicks"),
    "cost_per_lead": {**_measured("spend", "leads"), "targets": ("spend", "leads")},
    "lead_quality": _measured("leads", "qualified_leads"),
    "traffic_to_lead": _measured("sessions", "leads"),
    "delivery": _measured("spend"),
    "delivery:no_result": _measured("leads", "conversions"),
    "no_goals": {"clients": ("started_on",)},
    "deadline": {"deadlines": ()},
    "roadmap": {"roadmap": ()},
}
"""By the signal's key, or by its name if all its subjects read the same."""


def sources_of(signal: Signal) -> Sources:
    """What a signal reads; empty for an unknown one."""
    return SOURCES.get(signal.key, SOURCES.get(signal.name, {}))


def sheet_name(kind: str, read: Iterable[str]) -> str:
    """A kind of spreadsheet with what is read in it: `metrics (spend, clicks)`."""
    columns = ", ".join(dict.fromkeys(read))
    return f"{kind} ({columns})" if columns else kind
