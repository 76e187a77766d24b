"""What is said of what a lead costs, and of the shares of visits and leads that come to something."""

from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said


def _one_in(seen: Seen, period: str) -> str | None:
    """How many it takes for one to come to something; None where none did."""
    part, whole = seen.number(f"{period}_part"), seen.number(f"{period}_whole")
    if not part or not whole:
        return None
    return seen.t.number(whole / part, digits=0 if whole / part >= 10 else 1)


def _lead_quality(seen: Seen) -> str:
    t, lately, before = seen.t, _one_in(seen, "recent"), _one_in(seen, "before")
    if before is None:
        return t("Too few leads to tell their quality")
    if lately is None:
        return t("No lead was qualified lately, 1 in {before} before", before=before)
    return t("1 in {lately} leads was qualified lately, 1 in {before} before", lately=lately, before=before)


def _traffic_to_lead(seen: Seen) -> str:
    t, lately, before = seen.t, _one_in(seen, "recent"), _one_in(seen, "before")
    if before is None:
        return t("Too few visits to tell")
    if lately is None:
        return t("No visit became a lead lately, 1 in {before} before", before=before)
    return t("1 in {lately} visits became a lead lately, 1 in {before} before", lately=lately, before=before)


def _too_dear(seen: Seen) -> str | None:
    """By how much a lead costs more than it should."""
    cost, target = seen.number("cost"), seen.number("target") or seen.number("usual")
    return seen.t.percent(cost / target - 1) if cost and target and cost > target else None


def _cost_per_lead(seen: Seen) -> str:
    t, cost, target, more = seen.t, seen.amount("cost"), seen.amount("target"), _too_dear(seen)
    usual = seen.amount("usual")
    if seen.count("leads") == 0:
        return t("Money is spent this month, and no lead has come yet")
    if cost and target:
        return t("A lead costs {cost} this month, the goal is {target}", cost=cost, target=target)
    if cost and usual:
        return t("A lead costs {cost} this month, {usual} is usual in this industry", cost=cost, usual=usual)
    if more:
        return t("A lead costs {share} more this month than it should", share=more)
    return (
        t("What a lead costs is within bounds") if seen.signal.state == "ok" else t("A lead costs more than it should")
    )


def _short_cost_per_lead(seen: Seen) -> str:
    more = _too_dear(seen)
    return seen.t("leads cost {share} more", share=more) if more else seen.t("leads cost too much")


SAID = {
    "cost_per_lead": Said(
        lambda seen: seen.t("Cost of a lead"),
        _cost_per_lead,
        _short_cost_per_lead,
        lambda seen: seen.t("Look for what makes the leads dear."),
    ),
    "lead_quality": Said(
        lambda seen: seen.t("Quality of the leads"),
        _lead_quality,
        lambda seen: seen.t("fewer leads qualified"),
        lambda seen: seen.t("Look at where the unqualified leads come from."),
    ),
    "traffic_to_lead": Said(
        lambda seen: seen.t("Leads from the traffic"),
        _traffic_to_lead,
        lambda seen: seen.t("fewer visits become leads"),
        lambda seen: seen.t("Look at the landing pages and the forms."),
    ),
}
