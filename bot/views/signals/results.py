"""What people read about the month's spend and goals: where they are heading, and what would bring them back."""

from datetime import timedelta

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

ALMOST_SURE = 0.99
"""No forecast is called surer than this."""


def _spend(evidence: Evidence) -> str:
    """Where the spend is heading, in amounts if the reader may see them."""
    t, miss, notes = evidence.t, evidence.miss, _notes(evidence)
    special = _launch(evidence) or _used_up(evidence)
    if special:
        return special
    forecast, target = evidence.amount("forecast", about=True), evidence.amount("target")
    if forecast is None or target is None:
        return _spend_without_amounts(evidence)
    if miss:
        notes.insert(0, t("{share} over", share=miss) if evidence.is_over else t("{share} under", share=miss))
    if not notes:
        return t("On course to spend {forecast} of {target}", forecast=forecast, target=target)
    note = ", ".join(notes)
    return t("On course to spend {forecast} of {target} ({notes})", forecast=forecast, target=target, notes=note)


def _launch(evidence: Evidence) -> str | None:
    """What is said before the campaigns begin."""
    day = evidence.day("launches_on")
    return evidence.t("Campaigns start on {day}", day=evidence.weekday(day)) if day else None


def _used_up(evidence: Evidence) -> str | None:
    """What is said of a budget that is gone while days are left."""
    t, day, idle = evidence.t, evidence.day("used_up_on"), evidence.days_since("dark_since")
    if day is None or idle is None:
        return None
    gone = t("The month's budget was used up on {day}", day=evidence.weekday(day))
    if target := evidence.amount("target"):
        gone = t("The month's {target} was used up on {day}", target=target, day=evidence.weekday(day))
    return t.plural(
        "{gone}; nothing has run for {count} day", "{gone}; nothing has run for {count} days", idle, gone=gone
    )


def _spend_without_amounts(evidence: Evidence) -> str:
    t, miss = evidence.t, evidence.miss
    if miss and evidence.is_over:
        return t("On course to overspend by {share}", share=miss)
    if miss:
        return t("On course to underspend by {share}", share=miss)
    if evidence.signal.state != "breach":
        return t("Spend on course")
    return t("On course to overspend") if evidence.is_over else t("On course to underspend")


def _goal(evidence: Evidence) -> str:
    """Where leads, conversions or revenue are heading."""
    t, forecast, target = evidence.t, evidence.measure("forecast", about=True), evidence.measure("target")
    special = _launch(evidence)
    if special:
        return special
    if forecast is None or target is None:
        return _goal_without_amounts(evidence)
    known = {"forecast": forecast, "target": target}
    reason = {
        "leads": t("On pace for {forecast} of {target} leads", **known),
        "conversions": t("On pace for {forecast} of {target} conversions", **known),
        "revenue": t("On pace for {forecast} of {target} in revenue", **known),
    }.get(evidence.signal.subject, t("On pace for {forecast} of {target}", **known))
    notes = ", ".join(_notes(evidence))
    return t("{reason} ({notes})", reason=reason, notes=notes) if notes else reason


def _goal_without_amounts(evidence: Evidence) -> str:
    t, miss, is_revenue = evidence.t, evidence.miss, evidence.signal.subject == "revenue"
    if evidence.signal.state != "breach":
        return t("Revenue on pace") if is_revenue else t("Results on pace")
    if miss and is_revenue:
        return t("Revenue on pace to miss the goal by {share}", share=miss)
    return t("Results on pace to miss the goal")


def _notes(evidence: Evidence) -> list[str]:
    """What qualifies a forecast; the range and how sure it is only for a reader who asked why."""
    t, notes = evidence.t, []
    low, high = evidence.measure("low", about=True), evidence.measure("high", about=True)
    if evidence.in_full and low and high:
        notes.append(t("between {low} and {high}", low=low, high=high))
    chance = evidence.number("chance")
    if evidence.in_full and chance is not None:
        notes.append(t("{chance} likely to miss", chance=t.percent(min(chance, ALMOST_SURE))))
    if evidence.in_full and evidence.value("is_early"):
        notes.append(t("too early to say how likely"))
    if evidence.in_full and evidence.value("is_uneven"):
        notes.append(t("uneven weeks, so the range is wide"))
    first, last = evidence.day("period_start"), evidence.day("period_end")
    began = evidence.day("begins_on")
    if began:
        notes.append(t("its share of the month since {day}", day=evidence.weekday(began)))
    if first and last and (last - first).days > 31:
        notes.append(t("this quarter"))
    age = evidence.days_since("data_through")
    if age is not None and age > 2:
        notes.append(t.plural("data {count} day old", "data {count} days old", age))
    return notes


def _short_spend(evidence: Evidence) -> str:
    t, miss = evidence.t, evidence.miss
    if evidence.day("used_up_on"):
        return t("budget used up")
    if miss is None:
        return t("spend off course")
    if evidence.is_over:
        return t("heading {share} over budget", share=miss)
    return t("heading {share} under budget", share=miss)


def _short_goal(evidence: Evidence) -> str:
    t, miss = evidence.t, evidence.miss
    if miss is None:
        return t("results behind goal")
    return {
        "leads": t("leads {share} behind goal", share=miss),
        "conversions": t("conversions {share} behind goal", share=miss),
        "revenue": t("revenue {share} behind goal", share=miss),
    }.get(evidence.signal.subject, t("results {share} behind goal", share=miss))


def _adjust_budget(evidence: Evidence) -> str:
    """Which daily budget would bring the spend back to its target."""
    t, amount = evidence.t, evidence.amount("daily_needed", about=True)
    last = evidence.day("period_end")
    if evidence.signal.next_step == "ask_for_budget" and last:
        return t("Pause until {month}, or get a yes for more.", month=t.month(last + timedelta(days=1)))
    if evidence.count("days_left") == 0:
        return t("Today is the last day: tell the client how it came out.")
    if evidence.signal.next_step == "tell_client" and last:
        return _tell_the_client(evidence, t.month(last))
    if evidence.is_over and evidence.count("daily_needed") == 0:
        return t("The budget is used up: pause, or get a yes for more.")
    if amount is None:
        return t("Lower the daily budget.") if evidence.is_over else t("Raise the daily budget.")
    return _change_budget(evidence, amount)


def _change_budget(evidence: Evidence, amount: str) -> str:
    """The daily budget, and whether raising it is safe."""
    t = evidence.t
    if evidence.is_over:
        return t("Lower the budget to about {amount} a day from tomorrow to land on target.", amount=amount)
    raised = t("Raise the budget to about {amount} a day from tomorrow to land on target.", amount=amount)
    return {
        "safe": t("{raised} That is safe: results cost no more than before.", raised=raised),
        "dear": t("{raised} It will cost: results are dearer than before already.", raised=raised),
    }.get(str(evidence.value("raising")), raised)


def _tell_the_client(evidence: Evidence, month: str) -> str:
    """What to say where no change of the daily budget would still bring the month back."""
    t, forecast, target = evidence.t, evidence.amount("forecast", about=True), evidence.amount("target")
    if not forecast or not target:
        return t("Tell the client today where {month} will close.", month=month)
    closes = t("{month} will close near {forecast} of {target}.", month=month, forecast=forecast, target=target)
    if evidence.is_over:
        return t("{closes} Tell the client today: pause, or get a yes for more.", closes=closes)
    rest = (evidence.count("target") or 0) - (evidence.count("forecast") or 0)
    over = t.money(rest, str(evidence.value("currency")), about=True)
    return t("{closes} Tell the client today; carry {amount} over or drop it.", closes=closes, amount=over)


def _speed_up(evidence: Evidence) -> str:
    """How many a day would still reach a goal."""
    t, needed = evidence.t, evidence.measure("daily_needed", about=True)
    if evidence.count("days_left") == 0:
        return t("Today is the last day: tell the client how it came out.")
    if not needed or not evidence.count("daily_needed"):
        return t("Find out what slowed the campaigns down.")
    return t(
        "Find out what slowed the campaigns down; reaching the goal takes {amount} a day from tomorrow.", amount=needed
    )


def _goal_name(evidence: Evidence) -> str:
    t = evidence.t
    return {
        "leads": t("Leads goal"),
        "conversions": t("Conversions goal"),
        "revenue": t("Revenue goal"),
    }.get(evidence.signal.subject, t("Results goal"))


def _no_goals(evidence: Evidence) -> str:
    t, asked_from = evidence.t, evidence.day("since")
    if evidence.signal.state != "ok":
        return t("No goal set yet")
    if asked_from is None:
        return t("Goals set")
    return t("No goal set yet, asked for from {day}", day=evidence.weekday(asked_from))


PHRASINGS = {
    "spend_pacing": Phrasing(lambda evidence: evidence.t("Spend pacing"), _spend, _short_spend, _adjust_budget),
    "goal_pacing": Phrasing(_goal_name, _goal, _short_goal, _speed_up),
    "no_goals": Phrasing(
        lambda evidence: evidence.t("Goals"),
        _no_goals,
        lambda evidence: evidence.t("no goal set"),
        lambda evidence: evidence.t("Agree on a goal for the month and get it added."),
    ),
}
