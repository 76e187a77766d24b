"""What is said of what a result costs: its trend, what moved it, and a day out of its rhythm."""

from bot.infra.i18n import Translator
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

LONG_RUNNING_DAYS = 56
"""Without a break, after which who is to see a campaign has evidence it."""


def _name(evidence: Evidence) -> str:
    t = evidence.t
    return {"click": t("Cost of a click, last day"), "result": t("Cost of a result, last day")}.get(
        evidence.signal.subject, t("Cost of a result")
    )


def _reason(evidence: Evidence) -> str:
    if evidence.signal.subject:
        return _day(evidence)
    t, cause = evidence.t, _cause(evidence)
    said = _trend(evidence)
    said = t("{said}; {cause}", said=said, cause=cause) if cause else said
    parts = _parts(evidence)
    said = t("{said} ({parts})", said=said, parts=parts) if parts else said
    if evidence.value("budget_changed"):
        return t("{said}; the budget was changed lately", said=said)
    running = evidence.count("running_days") or 0
    if running < LONG_RUNNING_DAYS:
        return said
    return t.plural(
        "{said}; the campaigns have run for {count} day without a break, with no budget change on record",
        "{said}; the campaigns have run for {count} days without a break, with no budget change on record",
        running,
        said=said,
    )


def _parts(evidence: Evidence) -> str | None:
    """How many results a week each cause brought or took; they add up to all that came or went."""
    t, volume, price, rate = evidence.t, *(evidence.number(name) for name in ("by_volume", "by_price", "by_rate"))
    if volume is None or price is None or rate is None:
        return None
    return t(
        "results a week: {volume} by spend, {price} by the price of a click, {rate} by results from clicks",
        volume=_signed(volume, t),
        price=_signed(price, t),
        rate=_signed(rate, t),
    )


def _signed(count: float, t: Translator) -> str:
    size = t.number(abs(count), digits=1)
    return "±0" if not round(count, 1) else f"+{size}" if count > 0 else f"−{size}"


def _trend(evidence: Evidence) -> str:
    t, cost, before, more = (
        evidence.t,
        evidence.amount("cost"),
        evidence.amount("cost_before"),
        _more(evidence, "cost_before"),
    )
    if evidence.signal.state == "ok":
        return t("What a result costs holds")
    if evidence.number("results") == 0:
        return t(
            "Not one result in a week, for about {count} expected", count=t.number(evidence.number("expected") or 0)
        )
    if cost and before:
        return t("A result costs {cost}, {before} in the four weeks before", cost=cost, before=before)
    if more:
        return t("A result costs {share} more than in the four weeks before", share=more)
    return t("A result costs more than before")


def _cause(evidence: Evidence) -> str | None:
    """What took the most results away: the price of a click, or what becomes of clicks."""
    price, rate = evidence.number("by_price"), evidence.number("by_rate")
    if price is None or rate is None or min(price, rate) >= 0:
        return None
    return evidence.t("clicks got dearer") if price < rate else evidence.t("fewer clicks become results")


def _day(evidence: Evidence) -> str:
    t, day, is_click = evidence.t, evidence.weekday(evidence.day("day")), evidence.signal.subject == "click"
    cost, usual, more = evidence.amount("cost"), evidence.amount("usual"), _more(evidence, "usual")
    if evidence.signal.state != "breach":
        return t("A click cost what it usually does") if is_click else t("A result cost what it usually does")
    if cost and usual and is_click:
        return t("A click cost {cost} on {day}, {usual} usually", cost=cost, usual=usual, day=day)
    if cost and usual:
        return t("A result cost {cost} on {day}, {usual} usually", cost=cost, usual=usual, day=day)
    if more and is_click:
        return t("A click cost {share} more than usual on {day}", share=more, day=day)
    if more:
        return t("A result cost {share} more than usual on {day}", share=more, day=day)
    return t("A click cost more than usual") if is_click else t("A result cost more than usual")


def _more(evidence: Evidence, than: str) -> str | None:
    """By how much more a result, or a click, costs."""
    cost, before = evidence.number("cost"), evidence.number(than)
    return evidence.t.percent(cost / before - 1) if cost and before and cost > before else None


def _short(evidence: Evidence) -> str:
    t, subject = evidence.t, evidence.signal.subject
    more = _more(evidence, "usual" if subject else "cost_before")
    if subject == "click":
        return t("a click cost {share} more", share=more) if more else t("a click cost too much")
    return t("results cost {share} more", share=more) if more else t("results cost too much")


def _step(evidence: Evidence) -> str:
    if evidence.signal.subject:
        return evidence.t("Check what changed in the campaigns that day.")
    return evidence.t("Look for what made the results dearer.")


PHRASINGS = {"cost_per_result": Phrasing(_name, _reason, _short, _step)}
