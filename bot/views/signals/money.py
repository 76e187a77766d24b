"""What people read about what a client owes, how it pays, and what working with it is like."""

from bot.views.blocks import clean
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _invoice_overdue(evidence: Evidence) -> str:
    t, promised, count = evidence.t, evidence.day("promised_on"), evidence.count("disputed_count")
    owed = t("Payment is promised for {day}", day=evidence.weekday(promised)) if promised else _owed(evidence)
    credit = evidence.amount("credit")
    if credit:
        owed = t("{owed}, after a credit of {amount}", owed=owed, amount=credit)
    if evidence.value("distress") == "spend":
        owed = t("{owed}, and they cut their ad spend: money may be tight", owed=owed)
    elif evidence.value("distress"):
        owed = t("{owed}, and they buy less from us: money may be tight", owed=owed)
    if not count:
        return owed
    amount = evidence.amount("disputed")
    if amount:
        return t("{owed}; {amount} is disputed", owed=owed, amount=amount)
    return t.plural("{owed}; {count} invoice is disputed", "{owed}; {count} invoices are disputed", count, owed=owed)


def _owed(evidence: Evidence) -> str:
    """What is overdue, and how they pay otherwise."""
    t, usual, days = evidence.t, evidence.count("usual_delay_days"), evidence.days_since("due_on")
    if not evidence.count("count") or not days:
        return t("No overdue invoices")
    overdue = _overdue(evidence, days)
    if evidence.value("turning"):
        if evidence.value("punctual"):
            return t("{overdue}; they used to pay on time", overdue=overdue)
        return t("{overdue}; they used to pay sooner", overdue=overdue)
    if not usual:
        return overdue
    return t.plural(
        "{overdue}; they usually pay within {count} day of the due date",
        "{overdue}; they usually pay within {count} days of the due date",
        usual,
        overdue=overdue,
    )


def _overdue(evidence: Evidence, days: int) -> str:
    """What is overdue, and by how long."""
    t, count, amount = evidence.t, evidence.count("count") or 1, evidence.amount("balance")
    number = clean(str(evidence.value("number") or ""), 40) or "–"
    if count == 1 and amount:
        return t.plural(
            "{amount} is {count} day overdue (invoice {number})",
            "{amount} is {count} days overdue (invoice {number})",
            days,
            amount=amount,
            number=number,
        )
    if count == 1:
        return t.plural(
            "Invoice {number} is {count} day overdue",
            "Invoice {number} is {count} days overdue",
            days,
            number=number,
        )
    invoices = t.plural("{count} invoice overdue", "{count} invoices overdue", count)
    if amount:
        invoices = t("{invoices}, {amount} in total", invoices=invoices, amount=amount)
    return t.plural(
        "{invoices}, the oldest by {count} day ({number})",
        "{invoices}, the oldest by {count} days ({number})",
        days,
        invoices=invoices,
        number=number,
    )


def _chase(evidence: Evidence) -> str:
    if evidence.value("distress"):
        return evidence.t("Ask how business is going, and agree on when they can pay.")
    return evidence.t("Ask when the payment will go out.")


def _short_invoice(evidence: Evidence) -> str:
    days = evidence.days_since("due_on") or 0
    return evidence.t.plural("invoice {count} day overdue", "invoice {count} days overdue", days)


def _fee_trend(evidence: Evidence) -> str:
    t, lately, before = evidence.t, evidence.amount("lately"), evidence.amount("before")
    if evidence.signal.state == "ok":
        return t("Billing down, as at this time last year") if evidence.number("usual_fall") else t("Billing steady")
    if lately is None or before is None:
        return t("Billing down over the last three months")
    return t("Billed {lately} in the last three months, {before} in the three before", lately=lately, before=before)


def _fees_in_lumps(evidence: Evidence) -> str | None:
    if evidence.value("billing") != "project":
        return None
    return evidence.t("Fees: billed by project, so there is no trend to read")


def _resource_score(evidence: Evidence) -> str:
    t, score, day = evidence.t, evidence.decimal("score"), evidence.weekday(evidence.day("said_on"))
    return t("Working together rated {score} of 10 on {day}", score=score or "–", day=day)


def _short_resource_score(evidence: Evidence) -> str:
    return evidence.t("working together {score} of 10", score=evidence.decimal("score") or "–")


def _margin(evidence: Evidence) -> str:
    """The margin, and the hours against those agreed, as far as known and for this reader."""
    t, margin, fee, cost = evidence.t, evidence.number("margin"), evidence.amount("fee"), evidence.amount("cost")
    hours, agreed = evidence.decimal("hours"), evidence.decimal("hours_budget")
    parts = []
    if margin is not None and fee and cost:
        parts.append(t("{share} margin ({cost} cost, {fee} fee)", share=t.percent(margin), cost=cost, fee=fee))
    if hours and agreed and evidence.number("hours_budget"):
        parts.append(t("{hours} hours worked, {agreed} agreed", hours=hours, agreed=agreed))
    what, month = ", ".join(parts), evidence.day("month")
    if not parts:
        what = t("Margin on track") if evidence.signal.state == "ok" else t("Thin margin")
    elif month:
        what = t("{month}: {what}", month=t.month(month), what=what)
    return t("{what}; and hard to work with", what=what) if evidence.value("narrow") else what


def _short_margin(evidence: Evidence) -> str:
    if evidence.value("narrow"):
        return evidence.t("narrow it: too much work for the fee, hard to work with")
    return evidence.t("margin or hours off track")


def _margin_step(evidence: Evidence) -> str:
    if evidence.value("narrow"):
        return evidence.t("Narrow it: keep what pays, at a fee that fits, or part on good terms.")
    return evidence.t("Check where the hours went, then agree on scope or fee.")


PHRASINGS = {
    "invoice_overdue": Phrasing(
        lambda evidence: evidence.t("Overdue invoices"),
        _invoice_overdue,
        _short_invoice,
        _chase,
    ),
    "fee_trend": Phrasing(
        lambda evidence: evidence.t("Fees"),
        _fee_trend,
        lambda evidence: evidence.t("billing down"),
        lambda evidence: evidence.t("Talk through what they still need."),
        _fees_in_lumps,
    ),
    "margin": Phrasing(
        lambda evidence: evidence.t("Margin and hours"),
        _margin,
        _short_margin,
        _margin_step,
    ),
    "resource_score": Phrasing(
        lambda evidence: evidence.t("Working together"),
        _resource_score,
        _short_resource_score,
        lambda evidence: evidence.t("Agree on data, access and approvals."),
    ),
}
