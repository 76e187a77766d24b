"""What is said of the work: what we owe the client by a day, and what is planned with it."""

from bot.views.blocks import clean
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

LONGEST_TITLE = 80


def _title(evidence: Evidence) -> str:
    return clean(str(evidence.value("title") or evidence.signal.subject), LONGEST_TITLE) or "–"


def _deadline(evidence: Evidence) -> str:
    t, due, promised = evidence.t, evidence.day("due_on"), evidence.day("promised_on")
    if due is None or promised is None:
        return t("No deadline presses")
    told = {"title": _with_member(evidence), "day": evidence.near(due), "promised": evidence.near(promised)}
    if evidence.signal.state != "breach":
        return t("“{title}” is due {day} by our own date, promised for {promised}", **told)
    if promised < evidence.today:
        return t("“{title}” was promised for {promised} and is not done", **told)
    if promised == evidence.today:
        return t("“{title}” is promised for today and is not done", **told)
    return t("“{title}” slipped: due {day} by our own date, promised for {promised}", **told)


def _with_member(evidence: Evidence) -> str:
    member = clean(str(evidence.value("member") or ""), 40)
    return evidence.t("{title} ({name})", title=_title(evidence), name=member) if member else _title(evidence)


def _short_deadline(evidence: Evidence) -> str:
    t, due = evidence.t, evidence.day("due_on")
    if due is None:
        return t("a deadline")
    if evidence.signal.state != "breach":
        return t("deadline {day}", day=evidence.near(due))
    return t.plural(
        "deadline missed by {count} day", "deadline missed by {count} days", evidence.days_since("due_on") or 0
    )


def _finish(evidence: Evidence) -> str:
    t, checkpoint = evidence.t, evidence.day("checkpoint_on")
    if evidence.signal.state != "breach":
        return t("Finish it, or say early that it will be late.")
    if checkpoint is None:
        return t("Tell the client now, and name the day of the next checkpoint.")
    return t("Tell the client now, with the next checkpoint on {day}.", day=t.day(checkpoint))


def _roadmap(evidence: Evidence) -> str:
    t, due = evidence.t, evidence.day("due_on")
    if due is None:
        return t("Nothing planned waits")
    told = {"title": _title(evidence), "day": evidence.near(due)}
    if due >= evidence.today:
        return {
            "offer": t("An offer is planned for {day}: “{title}”", **told),
            "service": t("To begin {day}: “{title}”", **told),
        }.get(_kind(evidence), t("Planned for {day}: “{title}”", **told))
    return {
        "offer": t("An offer was planned for {day}: “{title}”", **told),
        "service": t("Was to begin {day}: “{title}”", **told),
    }.get(_kind(evidence), t("Was planned for {day}: “{title}”", **told))


def _kind(evidence: Evidence) -> str:
    return str(evidence.value("kind") or "")


def _short_roadmap(evidence: Evidence) -> str:
    t, due = evidence.t, evidence.day("due_on")
    if due is None:
        return t("a planned step")
    return (
        t("offer planned {day}", day=evidence.near(due))
        if _kind(evidence) == "offer"
        else t("step {day}", day=evidence.near(due))
    )


def _take_step(evidence: Evidence) -> str:
    t = evidence.t
    return {
        "offer": t("Make the offer, with what the finished work has brought."),
        "service": t("Begin it, or agree on a new day."),
    }.get(_kind(evidence), t("Hold it, or agree on a new day."))


PHRASINGS = {
    "deadline": Phrasing(lambda evidence: evidence.t("Deadlines"), _deadline, _short_deadline, _finish),
    "roadmap": Phrasing(lambda evidence: evidence.t("Planned steps"), _roadmap, _short_roadmap, _take_step),
}
