"""Phrasings of the contract signals: its end, a pause, the time that a client has been with us."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _returning(evidence: Evidence) -> str:
    t, back = evidence.t, evidence.day("returns_on")
    if back is None:
        return t("Return from the pause")
    if evidence.signal.state == "breach":
        return t("Still paused, was expected back {day}", day=evidence.near(back))
    return t("Paused, expected back {day}", day=evidence.near(back))


def _short_returning(evidence: Evidence) -> str:
    back = evidence.day("returns_on")
    return evidence.t("return due {day}", day=evidence.near(back)) if back else evidence.t("paused")


def _renewal(evidence: Evidence) -> str:
    t, ends, renewed = evidence.t, evidence.day("renews_on"), evidence.day("renewed_on")
    if renewed:
        return t("Renewal recorded on {day}", day=evidence.weekday(renewed))
    if ends is None:
        return t("No end of the contract is known")
    left = (ends - evidence.today).days
    if evidence.signal.state != "breach":
        return t("The contract runs until {day}", day=evidence.weekday(ends))
    if left < 0:
        return t("The contract ended on {day}, with no renewal recorded", day=evidence.weekday(ends))
    return t.plural(
        "The contract ends in {count} day, on {day}, with no renewal recorded",
        "The contract ends in {count} days, on {day}, with no renewal recorded",
        left,
        day=evidence.weekday(ends),
    )


def _short_renewal(evidence: Evidence) -> str:
    ends = evidence.day("renews_on")
    left = (ends - evidence.today).days if ends else -1
    if left < 0:
        return evidence.t("contract ended")
    return evidence.t.plural("contract ends in {count} day", "contract ends in {count} days", left)


def _tenure_mark(evidence: Evidence) -> str:
    t, mark, months = evidence.t, evidence.day("mark_on"), evidence.count("months")
    if mark is None or not months:
        return t("Not near a time at which our clients tend to leave")
    told = {"day": evidence.weekday(mark), "left": t.number(evidence.count("left") or 0)}
    of = t.plural("{count} client", "{count} clients", evidence.count("at_risk") or 0)
    return t.plural(
        "{count} month with us on {day}, when {left} of {clients} have left",
        "{count} months with us on {day}, when {left} of {clients} have left",
        months,
        clients=of,
        **told,
    )


def _short_tenure_mark(evidence: Evidence) -> str:
    return evidence.t.plural("{count} month with us", "{count} months with us", evidence.count("months") or 0)


def _too_few_losses(evidence: Evidence) -> str:
    t, lost, needed = evidence.t, evidence.count("lost") or 0, evidence.count("needed") or 0
    return t.plural(
        "When our clients leave: {count} loss is known, {needed} are needed to learn from",
        "When our clients leave: {count} losses are known, {needed} are needed to learn from",
        lost,
        needed=t.number(needed),
    )


PHRASINGS = {
    "renewal": Phrasing(
        lambda evidence: evidence.t("Renewal"),
        _renewal,
        _short_renewal,
        lambda evidence: evidence.t("Offer the renewal, with what was achieved."),
    ),
    "tenure_mark": Phrasing(
        lambda evidence: evidence.t("Time with us"),
        _tenure_mark,
        _short_tenure_mark,
        lambda evidence: evidence.t("Show what was achieved so far, and ask what they want next."),
        _too_few_losses,
    ),
    "returning": Phrasing(
        lambda evidence: evidence.t("Return from the pause"),
        _returning,
        _short_returning,
        lambda evidence: evidence.t("Ask whether they are coming back, or set a new date."),
    ),
}
