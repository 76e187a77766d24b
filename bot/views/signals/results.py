"""What is said of a month's spend and goals: where they head, and what would land them on target."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

ALMOST_SURE = 0.99
"""No forecast is told as surer than that."""


def _heading(evidence: Evidence) -> str:
    """Where the metric heads, in numbers as far as the reader may see them."""
    t, subject, forecast, target = (
        evidence.t,
        evidence.signal.subject,
        evidence.measure("forecast"),
        evidence.measure("target"),
    )
    if forecast is None or target is None:
        return _without_amounts(evidence)
    known = {"forecast": forecast, "target": target, "notes": ", ".join(_notes(evidence))}
    if evidence.signal.name == "spend_pacing":
        return t("Spend heads for {forecast} of {target} ({notes})", **known)
    return {
        "leads": t("Leads head for {forecast} of {target} ({notes})", **known),
        "conversions": t("Conversions head for {forecast} of {target} ({notes})", **known),
        "revenue": t("Revenue heads for {forecast} of {target} ({notes})", **known),
    }.get(subject, t("Results head for {forecast} of {target} ({notes})", **known))


def _without_amounts(evidence: Evidence) -> str:
    t, share, is_spend = evidence.t, evidence.share, evidence.signal.name == "spend_pacing"
    if share and is_spend:
        return t("Spend heads for {share} of its target", share=share)
    if share and evidence.signal.subject == "revenue":
        return t("Revenue heads for {share} of its target", share=share)
    if is_spend and evidence.is_over:
        return t("Spend heads for more than its target")
    return t("Spend heads for less than its target") if is_spend else t("Results head for less than their target")


def _notes(evidence: Evidence) -> list[str]:
    t, low, high = evidence.t, evidence.measure("low"), evidence.measure("high")
    notes = [evidence.share] if evidence.share else []
    if low and high:
        notes.append(t("range {low} to {high}", low=low, high=high))
    chance = evidence.number("chance")
    if chance is not None:
        notes.append(t("{chance} sure to miss", chance=t.percent(min(chance, ALMOST_SURE))))
    first, last, age = evidence.day("period_start"), evidence.day("period_end"), evidence.days_since("data_through")
    if first and last and (last - first).days > 31:
        notes.append(t("this quarter"))
    if age is not None and age > 2:
        notes.append(t.plural("data {count} day old", "data {count} days old", age))
    return notes


def _short(evidence: Evidence) -> str:
    """The same in a few words."""
    t, share = evidence.t, evidence.share
    if evidence.signal.name == "spend_pacing":
        return t("spend at {share} of target", share=share) if share else t("spend off target")
    if share is None:
        return t("results behind the goal")
    return {
        "leads": t("leads at {share} of goal", share=share),
        "conversions": t("conversions at {share} of goal", share=share),
        "revenue": t("revenue at {share} of goal", share=share),
    }.get(evidence.signal.subject, t("results at {share} of goal", share=share))


def _adjust_budget(evidence: Evidence) -> str:
    """Which daily budget would land the spend on target."""
    t, amount = evidence.t, evidence.amount("daily_needed", about=True)
    if evidence.count("days_left") == 0:
        return t("The period ends today: tell the client how it comes out.")
    if evidence.is_over and evidence.count("daily_needed") == 0:
        return t("The budget is used up: pause, or agree on more.")
    if amount is None:
        return t("Lower the daily budget.") if evidence.is_over else t("Raise the daily budget.")
    if evidence.is_over:
        return t("Lower the budget to about {amount} a day from tomorrow to land on target.", amount=amount)
    return t("Raise the budget to about {amount} a day from tomorrow to land on target.", amount=amount)


def _speed_up(evidence: Evidence) -> str:
    """How many a day would land a goal on target."""
    t, needed = evidence.t, evidence.measure("daily_needed")
    if evidence.count("days_left") == 0:
        return t("The period ends today: tell the client how it comes out.")
    if not needed or not evidence.count("daily_needed"):
        return t("Look for what slowed the campaigns down.")
    return t("Look for what slowed the campaigns down: {amount} a day from tomorrow land on target.", amount=needed)


def _goal_name(evidence: Evidence) -> str:
    t = evidence.t
    return {
        "leads": t("Leads against the goal"),
        "conversions": t("Conversions against the goal"),
        "revenue": t("Revenue against the goal"),
    }.get(evidence.signal.subject, t("Results against the goal"))


def _no_goals(evidence: Evidence) -> str:
    return evidence.t("Goals are set") if evidence.signal.state == "ok" else evidence.t("No goals set yet")


PHRASINGS = {
    "spend_pacing": Phrasing(lambda evidence: evidence.t("Spend against the target"), _heading, _short, _adjust_budget),
    "goal_pacing": Phrasing(_goal_name, _heading, _short, _speed_up),
    "no_goals": Phrasing(
        lambda evidence: evidence.t("Goals"),
        _no_goals,
        lambda evidence: evidence.t("no goals yet"),
        lambda evidence: evidence.t("Agree on a goal for the month and enter it."),
    ),
}
