"""What is said of spend that stopped or brings nothing, and of data that does not come."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _name(evidence: Evidence) -> str:
    t = evidence.t
    return {"data": t("Data"), "no_result": t("Results of the spend")}.get(evidence.signal.subject, t("Delivery"))


def _delivery(evidence: Evidence) -> str:
    t, subject, state = evidence.t, evidence.signal.subject, evidence.signal.state
    if subject == "data":
        day = evidence.weekday(evidence.day("data_through"))
        return t("No data since {day}: a fault of the data, not of the client", day=day)
    if state == "ok":
        return t("The campaigns deliver")
    if subject == "no_result":
        return t("Not one lead or conversion in the last week, for about {count} expected", count=_expected(evidence))
    stopped = evidence.day("stopped_on")
    if stopped:
        return t("No spend since {day}, though budget is left", day=evidence.weekday(stopped))
    return t("The spend has stopped, though budget is left")


def _expected(evidence: Evidence) -> str:
    return evidence.t.number(evidence.number("expected") or 0)


def _short(evidence: Evidence) -> str:
    t = evidence.t
    if evidence.signal.subject == "data":
        age = evidence.days_since("data_through") or 0
        return t.plural("data {count} day old", "data {count} days old", age)
    return t("spend without results") if evidence.signal.subject == "no_result" else t("spend has stopped")


def _step(evidence: Evidence) -> str:
    t = evidence.t
    return {
        "data": t("Check the data source."),
        "no_result": t("Check the tracking and the forms first."),
    }.get(evidence.signal.subject, t("Check that the campaigns run, and the means of payment."))


PHRASINGS = {"delivery": Phrasing(_name, _delivery, _short, _step)}
