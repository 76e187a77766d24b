"""What is said of what a lead costs, and of the shares of visits and leads that come to something."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _one_in(evidence: Evidence, period: str) -> str | None:
    """How many it takes for one to come to something; None where none did."""
    part, whole = evidence.number(f"{period}_part"), evidence.number(f"{period}_whole")
    if not part or not whole:
        return None
    return evidence.t.number(whole / part, digits=0 if whole / part >= 10 else 1)


def _lead_quality(evidence: Evidence) -> str:
    t, lately, before = evidence.t, _one_in(evidence, "recent"), _one_in(evidence, "before")
    if before is None:
        return t("Too few leads to tell their quality")
    if lately is None:
        return t("No lead was qualified lately, 1 in {before} before", before=before)
    return t("1 in {lately} leads was qualified lately, 1 in {before} before", lately=lately, before=before)


def _traffic_to_lead(evidence: Evidence) -> str:
    t, lately, before = evidence.t, _one_in(evidence, "recent"), _one_in(evidence, "before")
    if before is None:
        return t("Too few visits to tell")
    if lately is None:
        return t("No visit became a lead lately, 1 in {before} before", before=before)
    return t("1 in {lately} visits became a lead lately, 1 in {before} before", lately=lately, before=before)


def _too_dear(evidence: Evidence) -> str | None:
    """By how much a lead costs more than it should."""
    cost, target = evidence.number("cost"), evidence.number("target") or evidence.number("usual")
    return evidence.t.percent(cost / target - 1) if cost and target and cost > target else None


def _cost_per_lead(evidence: Evidence) -> str:
    t, cost, target, more = evidence.t, evidence.amount("cost"), evidence.amount("target"), _too_dear(evidence)
    usual = evidence.amount("usual")
    if evidence.count("leads") == 0:
        return t("Money is spent this month, and no lead has come yet")
    if cost and target:
        return t("A lead costs {cost} this month, the goal is {target}", cost=cost, target=target)
    if cost and usual:
        return t("A lead costs {cost} this month, {usual} is usual in this industry", cost=cost, usual=usual)
    if more:
        return t("A lead costs {share} more this month than it should", share=more)
    return (
        t("What a lead costs is within bounds")
        if evidence.signal.state == "ok"
        else t("A lead costs more than it should")
    )


def _short_cost_per_lead(evidence: Evidence) -> str:
    more = _too_dear(evidence)
    return evidence.t("leads cost {share} more", share=more) if more else evidence.t("leads cost too much")


PHRASINGS = {
    "cost_per_lead": Phrasing(
        lambda evidence: evidence.t("Cost of a lead"),
        _cost_per_lead,
        _short_cost_per_lead,
        lambda evidence: evidence.t("Look for what makes the leads dear."),
    ),
    "lead_quality": Phrasing(
        lambda evidence: evidence.t("Quality of the leads"),
        _lead_quality,
        lambda evidence: evidence.t("fewer leads qualified"),
        lambda evidence: evidence.t("Look at where the unqualified leads come from."),
    ),
    "traffic_to_lead": Phrasing(
        lambda evidence: evidence.t("Leads from the traffic"),
        _traffic_to_lead,
        lambda evidence: evidence.t("fewer visits become leads"),
        lambda evidence: evidence.t("Look at the landing pages and the forms."),
    ),
}
