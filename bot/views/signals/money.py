"""What is said of what the client owes, how it pays, and what working with it is like."""

from bot.views.blocks import clean
from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said


def _invoice_overdue(seen: Seen) -> str:
    t, usual, days = seen.t, seen.count("usual_delay_days"), seen.days_since("due_on")
    if not seen.count("count"):
        return t("No invoice is open")
    if not days:
        return t("No invoice is overdue")
    late = _late(seen, days)
    if seen.signal.evidence.get("turning"):
        if seen.signal.evidence.get("punctual"):
            return t("{late}; until now this client paid on time", late=late)
        return t("{late}; this client used to pay sooner", late=late)
    if not usual:
        return late
    return t.plural(
        "{late}; this client usually pays within {count} day",
        "{late}; this client usually pays within {count} days",
        usual,
        late=late,
    )


def _late(seen: Seen, days: int) -> str:
    """What is late, and for how long."""
    t, count, amount = seen.t, seen.count("count") or 1, seen.amount("balance")
    number = clean(str(seen.signal.evidence.get("number") or ""), 40) or "–"
    if count == 1:
        what = f"{number} ({amount})" if amount else number
        return t.plural("Invoice {what} is {count} day late", "Invoice {what} is {count} days late", days, what=what)
    invoices = t.plural("{count} invoice is late", "{count} invoices are late", count)
    if amount:
        invoices = t("{invoices} ({amount} in all)", invoices=invoices, amount=amount)
    return t.plural(
        "{invoices}, the oldest, {number}, by {count} day",
        "{invoices}, the oldest, {number}, by {count} days",
        days,
        invoices=invoices,
        number=number,
    )


def _short_invoice(seen: Seen) -> str:
    return seen.t.plural("invoice {count} day late", "invoice {count} days late", seen.days_since("due_on") or 0)


def _fee_trend(seen: Seen) -> str:
    t, lately, before = seen.t, seen.amount("lately"), seen.amount("before")
    if seen.signal.state == "ok":
        return t("What we bill holds")
    if lately is None or before is None:
        return t("What we bill has fallen over the last three months")
    return t("Billed {lately} in three months, {before} in the three before", lately=lately, before=before)


def _fees_in_lumps(seen: Seen) -> str | None:
    if seen.signal.evidence.get("billing") != "project":
        return None
    return seen.t("Fees: work paid by project comes in lumps, so that no trend is read from it")


def _resource_score(seen: Seen) -> str:
    t, score, day = seen.t, seen.decimal("score"), seen.weekday(seen.day("said_on"))
    return t("Working together scored {score} of 10 on {day}", score=score or "–", day=day)


def _short_resource_score(seen: Seen) -> str:
    return seen.t("working together {score} of 10", score=seen.decimal("score") or "–")


def _margin(seen: Seen) -> str:
    """What is left of the fees, and the hours against those agreed, as far as known and for this reader."""
    t, kept, fee, cost = seen.t, seen.number("margin"), seen.amount("fee"), seen.amount("cost")
    hours, agreed = seen.decimal("hours"), seen.decimal("hours_budget")
    said = []
    if kept is not None and fee and cost:
        said.append(t("{share} of the fees left: {cost} spent on {fee}", share=t.percent(kept), cost=cost, fee=fee))
    if hours and agreed and seen.number("hours_budget"):
        said.append(t("{hours} hours for {agreed} agreed", hours=hours, agreed=agreed))
    if not said:
        return t("The margin holds") if seen.signal.state == "ok" else t("The margin is thin")
    month = seen.day("month")
    if month is None:
        return ", ".join(said)
    return t("{month}: {what}", month=t.month(month), what=", ".join(said))


SAID = {
    "invoice_overdue": Said(
        lambda seen: seen.t("Overdue invoices"),
        _invoice_overdue,
        _short_invoice,
        lambda seen: seen.t("Ask when the payment will go out."),
    ),
    "fee_trend": Said(
        lambda seen: seen.t("Fees"),
        _fee_trend,
        lambda seen: seen.t("we bill less"),
        lambda seen: seen.t("Look together at what they still need."),
        _fees_in_lumps,
    ),
    "margin": Said(
        lambda seen: seen.t("Margin and hours"),
        _margin,
        lambda seen: seen.t("margin or hours off"),
        lambda seen: seen.t("Go through where the hours went, and settle scope or fee."),
    ),
    "resource_score": Said(
        lambda seen: seen.t("Working together"),
        _resource_score,
        _short_resource_score,
        lambda seen: seen.t("Agree on data, access and approvals."),
    ),
}
