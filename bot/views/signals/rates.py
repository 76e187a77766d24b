"""What people read about the cost per lead, and about how many visits and leads come to something."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

SMALL_SHARE = 0.1
"""A share below this is written with one decimal."""


def _share(evidence: Evidence, period: str) -> str | None:
    """The share that came to something; None if none did, or if there were none to begin with."""
    part, whole = evidence.number(f"{period}_part"), evidence.number(f"{period}_whole")
    if not part or not whole:
        return None
    return evidence.t.percent(part / whole, digits=1 if part / whole < SMALL_SHARE else 0)


def _lead_quality(evidence: Evidence) -> str:
    t, recent, before = evidence.t, _share(evidence, "recent"), _share(evidence, "before")
    if before is None:
        return t("Too few leads to tell")
    if recent is None:
        return t("No leads qualified lately; {before} did before", before=before)
    if evidence.signal.state == "breach":
        return t("Fewer leads qualify: {recent}, was {before}", recent=recent, before=before)
    return t("{recent} of leads qualify, was {before}", recent=recent, before=before)


def _traffic_to_lead(evidence: Evidence) -> str:
    t, recent, before = evidence.t, _share(evidence, "recent"), _share(evidence, "before")
    if before is None:
        return t("Too few visits to tell")
    if recent is None:
        return t("No visits turned into leads lately; {before} did before", before=before)
    if evidence.signal.state == "breach":
        return t("Fewer visits turn into leads: {recent}, was {before}", recent=recent, before=before)
    return t("{recent} of visits turn into leads, was {before}", recent=recent, before=before)


def _excess(evidence: Evidence) -> str | None:
    """By how much a lead costs more than it should."""
    cost, target = evidence.number("cost"), evidence.number("target") or evidence.number("usual")
    return evidence.t.percent(cost / target - 1) if cost and target and cost > target else None


def _cost_per_lead(evidence: Evidence) -> str:
    t, more = evidence.t, _excess(evidence)
    cost, target, usual = (evidence.amount(name, about=True) for name in ("cost", "target", "usual"))
    if evidence.count("leads") == 0:
        return t("No leads yet this month, though money is being spent")
    if cost and target:
        return t("Leads cost {cost} each this month, {target} was the goal", cost=cost, target=target)
    if cost and usual and evidence.value("is_published"):
        return t(
            "Leads cost {cost} each this month; up to {usual} is published for the industry", cost=cost, usual=usual
        )
    if cost and usual:
        return t("Leads cost {cost} each this month, {usual} is typical for the industry", cost=cost, usual=usual)
    if more:
        return t("Leads cost {share} more than they should this month", share=more)
    return t("Cost per lead on track") if evidence.signal.state == "ok" else t("Leads cost more than they should")


def _short_cost_per_lead(evidence: Evidence) -> str:
    more = _excess(evidence)
    return evidence.t("leads cost {share} too much", share=more) if more else evidence.t("leads cost too much")


PHRASINGS = {
    "cost_per_lead": Phrasing(
        lambda evidence: evidence.t("Cost per lead"),
        _cost_per_lead,
        _short_cost_per_lead,
        lambda evidence: evidence.t("Find out what makes leads expensive."),
    ),
    "lead_quality": Phrasing(
        lambda evidence: evidence.t("Lead quality"),
        _lead_quality,
        lambda evidence: evidence.t("fewer leads qualify"),
        lambda evidence: evidence.t("Check where the unqualified leads come from."),
    ),
    "traffic_to_lead": Phrasing(
        lambda evidence: evidence.t("Visits to leads"),
        _traffic_to_lead,
        lambda evidence: evidence.t("fewer visits turn into leads"),
        lambda evidence: evidence.t("Check the landing pages and the forms."),
    ),
}
