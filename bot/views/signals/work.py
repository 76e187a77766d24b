"""What people read about the work: what is due to the client, and what is planned with it."""

from bot.views.blocks import clean
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing

LONGEST_TITLE = 80
"""Characters of a title that are shown."""


def _title(evidence: Evidence) -> str:
    return clean(str(evidence.value("title") or evidence.signal.subject), LONGEST_TITLE) or "–"


def _deadline(evidence: Evidence) -> str:
    t, due, promised = evidence.t, evidence.day("due_on"), evidence.day("promised_on")
    if evidence.count("rested"):
        return _left_to_rest(evidence)
    if due is None or promised is None:
        return t("No deadline coming up")
    known = {"work": _with_member(evidence), "day": evidence.near(due), "promised": evidence.near(promised)}
    if evidence.signal.state != "breach":
        return t("{work} is due {day}; the client expects it {promised}", **known)
    if promised < evidence.today:
        return t("{work} was promised for {promised} and isn't done", **known)
    if promised == evidence.today:
        return t("{work} is promised for today and isn't done", **known)
    return t("{work} slipped: it was due {day}, the client expects it {promised}", **known)


def _left_to_rest(evidence: Evidence) -> str:
    """What is so old that nobody is reminded of it: the last of it by name, the others counted."""
    t, others = evidence.t, (evidence.count("rested") or 1) - 1
    due, rested = evidence.weekday(evidence.day("due_on")), evidence.weekday(evidence.day("rested_on"))
    known = {"title": _title(evidence), "due": due, "rested": rested}
    if not others:
        return t("“{title}” was due {due} and is not marked done; no reminders since {rested}", **known)
    return t.plural(
        "“{title}” was due {due} and is not marked done; no reminders since {rested} ({count} more like it)",
        "“{title}” was due {due} and is not marked done; no reminders since {rested} ({count} more like it)",
        others,
        **known,
    )


def _with_member(evidence: Evidence) -> str:
    """The title, and who is to finish it."""
    t, title, member = evidence.t, _title(evidence), clean(str(evidence.value("member") or ""), 40)
    return t("“{title}” ({name})", title=title, name=member) if member else t("“{title}”", title=title)


def _short_deadline(evidence: Evidence) -> str:
    t, due = evidence.t, evidence.day("due_on")
    if due is None:
        return t("deadline")
    if evidence.signal.state != "breach":
        return t("deadline {day}", day=evidence.near(due))
    days = evidence.days_since("due_on") or 0
    return t.plural("deadline missed by {count} day", "deadline missed by {count} days", days)


def _finish(evidence: Evidence) -> str:
    t, checkpoint = evidence.t, evidence.day("checkpoint_on")
    if evidence.signal.state != "breach":
        return t("Finish it, or warn the client early.")
    if checkpoint is None:
        return t("Tell the client now, and say when you will check in next.")
    return t("Tell the client now, and say you will check in on {day}.", day=t.day(checkpoint))


def _roadmap(evidence: Evidence) -> str:
    t, due = evidence.t, evidence.day("due_on")
    if evidence.count("rested"):
        return _left_to_rest(evidence)
    if due is None:
        return t("No planned steps coming up")
    known = {"title": _title(evidence), "day": evidence.near(due)}
    if due >= evidence.today:
        return {
            "offer": t("Offer planned for {day}: “{title}”", **known),
            "service": t("Starts {day}: “{title}”", **known),
        }.get(_kind(evidence), t("Planned for {day}: “{title}”", **known))
    return {
        "offer": t("Offer was planned for {day}: “{title}”", **known),
        "service": t("Was due to start {day}: “{title}”", **known),
    }.get(_kind(evidence), t("Was planned for {day}: “{title}”", **known))


def _kind(evidence: Evidence) -> str:
    return str(evidence.value("kind") or "")


def _short_roadmap(evidence: Evidence) -> str:
    t, due = evidence.t, evidence.day("due_on")
    if due is None:
        return t("planned step")
    if _kind(evidence) == "offer":
        return t("offer planned for {day}", day=evidence.near(due))
    return t("step planned for {day}", day=evidence.near(due))


def _take_step(evidence: Evidence) -> str:
    t = evidence.t
    return {
        "offer": t("Make the offer, and show what the finished work achieved."),
        "service": t("Start it, or agree on a new day."),
    }.get(_kind(evidence), t("Do it, or agree on a new day."))


PHRASINGS = {
    "deadline": Phrasing(lambda evidence: evidence.t("Deadlines"), _deadline, _short_deadline, _finish),
    "roadmap": Phrasing(lambda evidence: evidence.t("Planned steps"), _roadmap, _short_roadmap, _take_step),
}
