"""What people read about spend that stopped or brings nothing, and about data that stopped coming."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _name(evidence: Evidence) -> str:
    t = evidence.t
    return {"data": t("Fresh data"), "no_result": t("Results from spend")}.get(
        evidence.signal.subject, t("Ad delivery")
    )


def _delivery(evidence: Evidence) -> str:
    t, subject, state = evidence.t, evidence.signal.subject, evidence.signal.state
    if subject == "data":
        day = evidence.weekday(evidence.day("data_through"))
        return t("No data since {day}: a problem with the data, not with the client", day=day)
    if state == "ok":
        return _in_order(evidence)
    if subject == "no_result":
        expected = t.number(evidence.number("expected") or 0)
        return t("No leads or conversions in the last week, about {count} expected", count=expected)
    stopped = evidence.day("stopped_on")
    if stopped and evidence.value("is_untargeted"):
        return t("No spend since {day}", day=evidence.weekday(stopped))
    if stopped:
        return t("No spend since {day}, with budget left", day=evidence.weekday(stopped))
    return t("Spend has stopped, with budget left")


def _in_order(evidence: Evidence) -> str:
    """That nothing is wrong, as far as the figures tell."""
    t, through, expected = evidence.t, evidence.day("data_through"), evidence.number("expected")
    if evidence.signal.subject == "no_result":
        return t("Spend brings results") if expected else t("Too little spend to expect results from")
    if through and evidence.day("period_start"):
        return t("No spend on {day}, nothing unusual", day=evidence.weekday(through))
    return t("Campaigns are running")


def _short(evidence: Evidence) -> str:
    t = evidence.t
    if evidence.signal.subject == "data":
        age = evidence.days_since("data_through") or 0
        return t.plural("data {count} day old", "data {count} days old", age)
    return t("spend without results") if evidence.signal.subject == "no_result" else t("spend stopped")


def _step(evidence: Evidence) -> str:
    t = evidence.t
    return {
        "data": t("Check the data source."),
        "no_result": t("Check the tracking and the forms first."),
    }.get(evidence.signal.subject, t("Check that the campaigns are live and the payment method works."))


PHRASINGS = {"delivery": Phrasing(_name, _delivery, _short, _step)}
