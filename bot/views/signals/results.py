"""What is said of a month's spend and goals: where they head, and what would land them on target."""

from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said

ALMOST_SURE = 0.99
"""No forecast is told as surer than that."""


def _heading(seen: Seen) -> str:
    """Where the metric heads, in numbers as far as the reader may see them."""
    t, subject, forecast, target = seen.t, seen.signal.subject, seen.measure("forecast"), seen.measure("target")
    if forecast is None or target is None:
        return _without_amounts(seen)
    known = {"forecast": forecast, "target": target, "notes": ", ".join(_notes(seen))}
    if seen.signal.name == "spend_pacing":
        return t("Spend heads for {forecast} of {target} ({notes})", **known)
    return {
        "leads": t("Leads head for {forecast} of {target} ({notes})", **known),
        "conversions": t("Conversions head for {forecast} of {target} ({notes})", **known),
        "revenue": t("Revenue heads for {forecast} of {target} ({notes})", **known),
    }.get(subject, t("Results head for {forecast} of {target} ({notes})", **known))


def _without_amounts(seen: Seen) -> str:
    t, share, is_spend = seen.t, seen.share, seen.signal.name == "spend_pacing"
    if share and is_spend:
        return t("Spend heads for {share} of its target", share=share)
    if share and seen.signal.subject == "revenue":
        return t("Revenue heads for {share} of its target", share=share)
    if is_spend and seen.is_over:
        return t("Spend heads for more than its target")
    return t("Spend heads for less than its target") if is_spend else t("Results head for less than their target")


def _notes(seen: Seen) -> list[str]:
    t, low, high = seen.t, seen.measure("low"), seen.measure("high")
    notes = [seen.share] if seen.share else []
    if low and high:
        notes.append(t("range {low} to {high}", low=low, high=high))
    chance = seen.number("chance")
    if chance is not None:
        notes.append(t("{chance} sure to miss", chance=t.percent(min(chance, ALMOST_SURE))))
    first, last, age = seen.day("period_start"), seen.day("period_end"), seen.days_since("data_through")
    if first and last and (last - first).days > 31:
        notes.append(t("this quarter"))
    if age is not None and age > 2:
        notes.append(t.plural("data {count} day old", "data {count} days old", age))
    return notes


def _short(seen: Seen) -> str:
    """The same in a few words."""
    t, share = seen.t, seen.share
    if seen.signal.name == "spend_pacing":
        return t("spend at {share} of target", share=share) if share else t("spend off target")
    if share is None:
        return t("results behind the goal")
    return {
        "leads": t("leads at {share} of goal", share=share),
        "conversions": t("conversions at {share} of goal", share=share),
        "revenue": t("revenue at {share} of goal", share=share),
    }.get(seen.signal.subject, t("results at {share} of goal", share=share))


def _adjust_budget(seen: Seen) -> str:
    """Which daily budget would land the spend on target."""
    t, amount = seen.t, seen.amount("daily_needed", about=True)
    if seen.count("days_left") == 0:
        return t("The period ends today: tell the client how it comes out.")
    if seen.is_over and seen.count("daily_needed") == 0:
        return t("The budget is used up: pause, or agree on more.")
    if amount is None:
        return t("Lower the daily budget.") if seen.is_over else t("Raise the daily budget.")
    if seen.is_over:
        return t("Lower the budget to about {amount} a day from tomorrow to land on target.", amount=amount)
    return t("Raise the budget to about {amount} a day from tomorrow to land on target.", amount=amount)


def _speed_up(seen: Seen) -> str:
    """How many a day would land a goal on target."""
    t, needed = seen.t, seen.measure("daily_needed")
    if seen.count("days_left") == 0:
        return t("The period ends today: tell the client how it comes out.")
    if not needed or not seen.count("daily_needed"):
        return t("Look for what slowed the campaigns down.")
    return t("Look for what slowed the campaigns down: {amount} a day from tomorrow land on target.", amount=needed)


def _goal_name(seen: Seen) -> str:
    t = seen.t
    return {
        "leads": t("Leads against the goal"),
        "conversions": t("Conversions against the goal"),
        "revenue": t("Revenue against the goal"),
    }.get(seen.signal.subject, t("Results against the goal"))


def _no_goals(seen: Seen) -> str:
    return seen.t("Goals are set") if seen.signal.state == "ok" else seen.t("No goals set yet")


SAID = {
    "spend_pacing": Said(lambda seen: seen.t("Spend against the target"), _heading, _short, _adjust_budget),
    "goal_pacing": Said(_goal_name, _heading, _short, _speed_up),
    "no_goals": Said(
        lambda seen: seen.t("Goals"),
        _no_goals,
        lambda seen: seen.t("no goals yet"),
        lambda seen: seen.t("Agree on a goal for the month and enter it."),
    ),
}
