"""What is said of spend that stopped or brings nothing, and of data that does not come."""

from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said


def _name(seen: Seen) -> str:
    t = seen.t
    return {"data": t("Data"), "no_result": t("Results of the spend")}.get(seen.signal.subject, t("Delivery"))


def _delivery(seen: Seen) -> str:
    t, subject, state = seen.t, seen.signal.subject, seen.signal.state
    if subject == "data":
        day = seen.weekday(seen.day("data_through"))
        return t("No data since {day}: a fault of the data, not of the client", day=day)
    if state == "ok":
        return t("The campaigns deliver")
    if subject == "no_result":
        return t("Not one lead or conversion in the last week, for about {count} expected", count=_expected(seen))
    stopped = seen.day("stopped_on")
    if stopped:
        return t("No spend since {day}, though budget is left", day=seen.weekday(stopped))
    return t("The spend has stopped, though budget is left")


def _expected(seen: Seen) -> str:
    return seen.t.number(seen.number("expected") or 0)


def _short(seen: Seen) -> str:
    t = seen.t
    if seen.signal.subject == "data":
        age = seen.days_since("data_through") or 0
        return t.plural("data {count} day old", "data {count} days old", age)
    return t("spend without results") if seen.signal.subject == "no_result" else t("spend has stopped")


def _step(seen: Seen) -> str:
    t = seen.t
    return {
        "data": t("Check the data source."),
        "no_result": t("Check the tracking and the forms first."),
    }.get(seen.signal.subject, t("Check that the campaigns run, and the means of payment."))


SAID = {"delivery": Said(_name, _delivery, _short, _step)}
