"""What people read about the contract: its end, a pause, and the time that a client has been with us."""

from datetime import date

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _renewal(evidence: Evidence) -> str:
    t, ends, renewed = evidence.t, evidence.day("renews_on"), evidence.day("renewed_on")
    if renewed:
        return t("Renewed on {day}", day=evidence.weekday(renewed))
    if ends is None:
        return t("No contract end on record")
    if evidence.signal.state != "breach":
        return t("Contract runs until {day}", day=evidence.weekday(ends))
    return _not_renewed(evidence, ends)


def _not_renewed(evidence: Evidence, ends: date) -> str:
    t, left, day = evidence.t, (ends - evidence.today).days, evidence.weekday(ends)
    if left < 0:
        return t("Contract ended on {day}, no renewal on record", day=day)
    if left == 0:
        return t("Contract ends today, no renewal on record")
    if left == 1:
        return t("Contract ends tomorrow, no renewal on record")
    return t.plural(
        "Contract ends in {count} day ({day}), no renewal on record",
        "Contract ends in {count} days ({day}), no renewal on record",
        left,
        day=day,
    )


def _short_renewal(evidence: Evidence) -> str:
    ends = evidence.day("renews_on")
    left = (ends - evidence.today).days if ends else -1
    if left < 0:
        return evidence.t("contract ended")
    if left <= 1:
        return evidence.t("contract ends tomorrow") if left else evidence.t("contract ends today")
    return evidence.t.plural("contract ends in {count} day", "contract ends in {count} days", left)


def _offer(evidence: Evidence) -> str:
    if evidence.day("known_on"):
        return evidence.t("Write down until when the contract runs now.")
    return evidence.t("Offer the renewal, and show what you achieved.")


def _tenure_mark(evidence: Evidence) -> str:
    t, mark, months = evidence.t, evidence.day("mark_on"), evidence.count("months")
    if mark is None or not months:
        return t("Not near a point where our clients tend to leave")
    left, of = t.number(evidence.count("left") or 0), evidence.count("at_risk") or 0
    clients = t.plural("{count} client", "{count} clients", of)
    return t.plural(
        "{count} month with us on {day}; {left} of {clients} left around that point",
        "{count} months with us on {day}; {left} of {clients} left around that point",
        months,
        clients=clients,
        left=left,
        day=evidence.weekday(mark),
    )


def _short_tenure_mark(evidence: Evidence) -> str:
    return evidence.t.plural("{count} month with us", "{count} months with us", evidence.count("months") or 0)


def _too_few_losses(evidence: Evidence) -> str:
    t, lost, needed = evidence.t, evidence.count("lost") or 0, evidence.count("needed") or 0
    return t.plural(
        "When our clients tend to leave: {count} loss on record, it takes {needed} to tell",
        "When our clients tend to leave: {count} losses on record, it takes {needed} to tell",
        lost,
        needed=t.number(needed),
    )


def _returning(evidence: Evidence) -> str:
    t, back = evidence.t, evidence.day("returns_on")
    since = evidence.day("paused_since")
    if back is None and since:
        return t("Paused since {day}, with no return date", day=evidence.weekday(since))
    if back is None:
        return t("No return date set")
    if evidence.signal.state == "breach":
        return t("Still paused, though due back {day}", day=evidence.near(back))
    return t("Paused, due back {day}", day=evidence.near(back))


def _short_returning(evidence: Evidence) -> str:
    back = evidence.day("returns_on")
    return evidence.t("due back {day}", day=evidence.near(back)) if back else evidence.t("paused, no return date")


PHRASINGS = {
    "renewal": Phrasing(
        lambda evidence: evidence.t("Renewal"),
        _renewal,
        _short_renewal,
        _offer,
    ),
    "tenure_mark": Phrasing(
        lambda evidence: evidence.t("Time with us"),
        _tenure_mark,
        _short_tenure_mark,
        lambda evidence: evidence.t("Show what you achieved so far, and ask what they want next."),
        _too_few_losses,
    ),
    "returning": Phrasing(
        lambda evidence: evidence.t("Back from pause"),
        _returning,
        _short_returning,
        lambda evidence: evidence.t("Ask if they are coming back, or agree on a new date."),
    ),
}
