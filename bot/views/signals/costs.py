"""What people read about the cost per conversion: its trend, what moved it, and a day out of line."""

from bot.infra.i18n import Translator
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

LONG_RUNNING_DAYS = 56
"""After so long without a break, most of its audience has seen a campaign."""


def _name(evidence: Evidence) -> str:
    t = evidence.t
    return {"click": t("Daily cost per click"), "result": t("Daily cost per conversion")}.get(
        evidence.signal.subject, t("Cost per conversion")
    )


def _reason(evidence: Evidence) -> str:
    if evidence.signal.subject:
        return _day(evidence)
    t, cause = evidence.t, _cause(evidence)
    reason = _trend(evidence)
    source = evidence.value("source")
    if source and evidence.signal.state == "breach":
        reason = t("{reason}, mostly from {source}", reason=reason, source=source)
    reason = t("{reason}; {cause}", reason=reason, cause=cause) if cause else reason
    parts = _parts(evidence) if evidence.in_full else None
    reason = t("{reason} ({parts})", reason=reason, parts=parts) if parts else reason
    if evidence.value("budget_changed"):
        return t("{reason}; the budget changed recently", reason=reason)
    running = evidence.count("running_days") or 0
    if running < LONG_RUNNING_DAYS:
        return reason
    return t.plural(
        "{reason}; the campaigns have run for {count} day with no break or budget change",
        "{reason}; the campaigns have run for {count} days with no break or budget change",
        running,
        reason=reason,
    )


def _parts(evidence: Evidence) -> str | None:
    """How many conversions a week each cause added or took away; together they are the whole change."""
    t, volume, price, rate = evidence.t, *(evidence.number(name) for name in ("by_volume", "by_price", "by_rate"))
    if volume is None or price is None or rate is None:
        return None
    return t(
        "conversions a week: {volume} from spend, {price} from the cost per click, {rate} from the conversion rate",
        volume=_signed(volume, t),
        price=_signed(price, t),
        rate=_signed(rate, t),
    )


def _signed(count: float, t: Translator) -> str:
    size = t.number(abs(count), digits=1)
    return "±0" if not round(count, 1) else f"+{size}" if count > 0 else f"−{size}"


def _trend(evidence: Evidence) -> str:
    t, more, since = evidence.t, _more(evidence, "cost_before"), evidence.weekday(evidence.day("since"))
    cost, before = evidence.amount("cost", about=True), evidence.amount("cost_before", about=True)
    if evidence.signal.state == "ok":
        return t("Cost per conversion steady")
    if evidence.number("results") == 0:
        expected = t.number(evidence.number("expected") or 0)
        return t("No conversions since {day}, about {count} expected", day=since, count=expected)
    if cost and before:
        return t("Conversions cost {cost} each since {day}, {before} before", cost=cost, before=before, day=since)
    if more:
        return t("Conversions cost {share} more since {day}", share=more, day=since)
    return t("Conversions cost more than before")


def _cause(evidence: Evidence) -> str | None:
    """What took away the most conversions: dearer clicks, or fewer clicks that convert."""
    price, rate = evidence.number("by_price"), evidence.number("by_rate")
    if price is None or rate is None or min(price, rate) >= 0:
        return None
    return evidence.t("clicks cost more") if price < rate else evidence.t("fewer clicks convert")


def _day(evidence: Evidence) -> str:
    t, day, is_click = evidence.t, evidence.weekday(evidence.day("day")), evidence.signal.subject == "click"
    cost, usual, more = evidence.amount("cost"), evidence.amount("usual"), _more(evidence, "usual")
    if evidence.signal.state != "breach":
        return t("Cost per click as usual") if is_click else t("Cost per conversion as usual")
    if cost and usual and is_click:
        return t("Clicks cost {cost} each on {day}, usually {usual}", cost=cost, usual=usual, day=day)
    if cost and usual:
        return t("Conversions cost {cost} each on {day}, usually {usual}", cost=cost, usual=usual, day=day)
    if more and is_click:
        return t("Clicks cost {share} more than usual on {day}", share=more, day=day)
    if more:
        return t("Conversions cost {share} more than usual on {day}", share=more, day=day)
    return t("Clicks cost more than usual") if is_click else t("Conversions cost more than usual")


def _more(evidence: Evidence, than: str) -> str | None:
    """By how much more a conversion, or a click, costs."""
    cost, before = evidence.number("cost"), evidence.number(than)
    return evidence.t.percent(cost / before - 1) if cost and before and cost > before else None


def _short(evidence: Evidence) -> str:
    t, subject = evidence.t, evidence.signal.subject
    more = _more(evidence, "usual" if subject else "cost_before")
    if subject == "click":
        return t("clicks cost {share} more", share=more) if more else t("clicks cost too much")
    return t("conversions cost {share} more", share=more) if more else t("conversions cost too much")


def _step(evidence: Evidence) -> str:
    if evidence.signal.subject:
        return evidence.t("Check what changed in the campaigns that day.")
    if evidence.value("source") and evidence.signal.effort == "quick":
        return evidence.t("Give the ads of {source} a new look.", source=evidence.value("source"))
    return evidence.t("Find out what made conversions more expensive.")


PHRASINGS = {"cost_per_result": Phrasing(_name, _reason, _short, _step)}
