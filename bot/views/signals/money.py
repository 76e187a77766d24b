"""What is said of what the client owes, how it pays, and what working with it is like."""

from bot.views.blocks import clean
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _invoice_overdue(evidence: Evidence) -> str:
    t, usual, days = evidence.t, evidence.count("usual_delay_days"), evidence.days_since("due_on")
    if not evidence.count("count"):
        return t("No invoice is open")
    if not days:
        return t("No invoice is overdue")
    late = _late(evidence, days)
    if evidence.value("turning"):
        if evidence.value("punctual"):
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


def _late(evidence: Evidence, days: int) -> str:
    """What is late, and for how long."""
    t, count, amount = evidence.t, evidence.count("count") or 1, evidence.amount("balance")
    number = clean(str(evidence.value("number") or ""), 40) or "–"
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


def _short_invoice(evidence: Evidence) -> str:
    return evidence.t.plural(
        "invoice {count} day late", "invoice {count} days late", evidence.days_since("due_on") or 0
    )


def _fee_trend(evidence: Evidence) -> str:
    t, lately, before = evidence.t, evidence.amount("lately"), evidence.amount("before")
    if evidence.signal.state == "ok":
        return t("What we bill holds")
    if lately is None or before is None:
        return t("What we bill has fallen over the last three months")
    return t("Billed {lately} in three months, {before} in the three before", lately=lately, before=before)


def _fees_in_lumps(evidence: Evidence) -> str | None:
    if evidence.value("billing") != "project":
        return None
    return evidence.t("Fees: work paid by project comes in lumps, so that no trend is read from it")


def _resource_score(evidence: Evidence) -> str:
    t, score, day = evidence.t, evidence.decimal("score"), evidence.weekday(evidence.day("said_on"))
    return t("Working together scored {score} of 10 on {day}", score=score or "–", day=day)


def _short_resource_score(evidence: Evidence) -> str:
    return evidence.t("working together {score} of 10", score=evidence.decimal("score") or "–")


def _margin(evidence: Evidence) -> str:
    """What is left of the fees, and the hours against those agreed, as far as known and for this reader."""
    t, kept, fee, cost = evidence.t, evidence.number("margin"), evidence.amount("fee"), evidence.amount("cost")
    hours, agreed = evidence.decimal("hours"), evidence.decimal("hours_budget")
    said = []
    if kept is not None and fee and cost:
        said.append(t("{share} of the fees left: {cost} spent on {fee}", share=t.percent(kept), cost=cost, fee=fee))
    if hours and agreed and evidence.number("hours_budget"):
        said.append(t("{hours} hours for {agreed} agreed", hours=hours, agreed=agreed))
    if not said:
        return t("The margin holds") if evidence.signal.state == "ok" else t("The margin is thin")
    month = evidence.day("month")
    if month is None:
        return ", ".join(said)
    return t("{month}: {what}", month=t.month(month), what=", ".join(said))


PHRASINGS = {
    "invoice_overdue": Phrasing(
        lambda evidence: evidence.t("Overdue invoices"),
        _invoice_overdue,
        _short_invoice,
        lambda evidence: evidence.t("Ask when the payment will go out."),
    ),
    "fee_trend": Phrasing(
        lambda evidence: evidence.t("Fees"),
        _fee_trend,
        lambda evidence: evidence.t("we bill less"),
        lambda evidence: evidence.t("Look together at what they still need."),
        _fees_in_lumps,
    ),
    "margin": Phrasing(
        lambda evidence: evidence.t("Margin and hours"),
        _margin,
        lambda evidence: evidence.t("margin or hours off"),
        lambda evidence: evidence.t("Go through where the hours went, and settle scope or fee."),
    ),
    "resource_score": Phrasing(
        lambda evidence: evidence.t("Working together"),
        _resource_score,
        _short_resource_score,
        lambda evidence: evidence.t("Agree on data, access and approvals."),
    ),
}
