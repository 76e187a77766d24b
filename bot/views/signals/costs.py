"""What is said of what a result costs: its trend, what moved it, and a day out of its rhythm."""

from bot.infra.i18n import Translator
from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said

LONG_RUNNING_DAYS = 56
"""Without a break, after which who is to see a campaign has seen it."""


def _name(seen: Seen) -> str:
    t = seen.t
    return {"click": t("Cost of a click, last day"), "result": t("Cost of a result, last day")}.get(
        seen.signal.subject, t("Cost of a result")
    )


def _reason(seen: Seen) -> str:
    if seen.signal.subject:
        return _day(seen)
    t, cause = seen.t, _cause(seen)
    said = _trend(seen)
    said = t("{said}; {cause}", said=said, cause=cause) if cause else said
    parts = _parts(seen)
    said = t("{said} ({parts})", said=said, parts=parts) if parts else said
    if seen.signal.evidence.get("budget_changed"):
        return t("{said}; the budget was changed lately", said=said)
    running = seen.count("running_days") or 0
    if running < LONG_RUNNING_DAYS:
        return said
    return t.plural(
        "{said}; the campaigns have run for {count} day without a break, with no budget change on record",
        "{said}; the campaigns have run for {count} days without a break, with no budget change on record",
        running,
        said=said,
    )


def _parts(seen: Seen) -> str | None:
    """How many results a week each cause brought or took; they add up to all that came or went."""
    t, volume, price, rate = seen.t, *(seen.number(name) for name in ("by_volume", "by_price", "by_rate"))
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


def _trend(seen: Seen) -> str:
    t, cost, before, more = seen.t, seen.amount("cost"), seen.amount("cost_before"), _more(seen, "cost_before")
    if seen.signal.state == "ok":
        return t("What a result costs holds")
    if seen.number("results") == 0:
        return t("Not one result in a week, for about {count} expected", count=t.number(seen.number("expected") or 0))
    if cost and before:
        return t("A result costs {cost}, {before} in the four weeks before", cost=cost, before=before)
    if more:
        return t("A result costs {share} more than in the four weeks before", share=more)
    return t("A result costs more than before")


def _cause(seen: Seen) -> str | None:
    """What took the most results away: the price of a click, or what becomes of clicks."""
    price, rate = seen.number("by_price"), seen.number("by_rate")
    if price is None or rate is None or min(price, rate) >= 0:
        return None
    return seen.t("clicks got dearer") if price < rate else seen.t("fewer clicks become results")


def _day(seen: Seen) -> str:
    t, day, is_click = seen.t, seen.weekday(seen.day("day")), seen.signal.subject == "click"
    cost, usual, more = seen.amount("cost"), seen.amount("usual"), _more(seen, "usual")
    if seen.signal.state != "breach":
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


def _more(seen: Seen, than: str) -> str | None:
    """By how much more a result, or a click, costs."""
    cost, before = seen.number("cost"), seen.number(than)
    return seen.t.percent(cost / before - 1) if cost and before and cost > before else None


def _short(seen: Seen) -> str:
    t, subject = seen.t, seen.signal.subject
    more = _more(seen, "usual" if subject else "cost_before")
    if subject == "click":
        return t("a click cost {share} more", share=more) if more else t("a click cost too much")
    return t("results cost {share} more", share=more) if more else t("results cost too much")


def _step(seen: Seen) -> str:
    if seen.signal.subject:
        return seen.t("Check what changed in the campaigns that day.")
    return seen.t("Look for what made the results dearer.")


SAID = {"cost_per_result": Said(_name, _reason, _short, _step)}
