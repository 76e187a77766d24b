"""What is said of the work: what we owe the client by a day, and what is planned with it."""

from bot.views.blocks import clean
from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said

LONGEST_TITLE = 80


def _title(seen: Seen) -> str:
    return clean(str(seen.signal.evidence.get("title") or seen.signal.subject), LONGEST_TITLE) or "–"


def _deadline(seen: Seen) -> str:
    t, due, promised = seen.t, seen.day("due_on"), seen.day("promised_on")
    if due is None or promised is None:
        return t("No deadline presses")
    told = {"title": _with_member(seen), "day": seen.near(due), "promised": seen.near(promised)}
    if seen.signal.state != "breach":
        return t("“{title}” is due {day} by our own date, promised for {promised}", **told)
    if promised < seen.today:
        return t("“{title}” was promised for {promised} and is not done", **told)
    if promised == seen.today:
        return t("“{title}” is promised for today and is not done", **told)
    return t("“{title}” slipped: due {day} by our own date, promised for {promised}", **told)


def _with_member(seen: Seen) -> str:
    member = clean(str(seen.signal.evidence.get("member") or ""), 40)
    return seen.t("{title} ({name})", title=_title(seen), name=member) if member else _title(seen)


def _short_deadline(seen: Seen) -> str:
    t, due = seen.t, seen.day("due_on")
    if due is None:
        return t("a deadline")
    if seen.signal.state != "breach":
        return t("deadline {day}", day=seen.near(due))
    return t.plural("deadline missed by {count} day", "deadline missed by {count} days", seen.days_since("due_on") or 0)


def _finish(seen: Seen) -> str:
    t, checkpoint = seen.t, seen.day("checkpoint_on")
    if seen.signal.state != "breach":
        return t("Finish it, or say early that it will be late.")
    if checkpoint is None:
        return t("Tell the client now, and name the day of the next checkpoint.")
    return t("Tell the client now, with the next checkpoint on {day}.", day=t.day(checkpoint))


def _roadmap(seen: Seen) -> str:
    t, due = seen.t, seen.day("due_on")
    if due is None:
        return t("Nothing planned waits")
    told = {"title": _title(seen), "day": seen.near(due)}
    if due >= seen.today:
        return {
            "offer": t("An offer is planned for {day}: “{title}”", **told),
            "service": t("To begin {day}: “{title}”", **told),
        }.get(_kind(seen), t("Planned for {day}: “{title}”", **told))
    return {
        "offer": t("An offer was planned for {day}: “{title}”", **told),
        "service": t("Was to begin {day}: “{title}”", **told),
    }.get(_kind(seen), t("Was planned for {day}: “{title}”", **told))


def _kind(seen: Seen) -> str:
    return str(seen.signal.evidence.get("kind") or "")


def _short_roadmap(seen: Seen) -> str:
    t, due = seen.t, seen.day("due_on")
    if due is None:
        return t("a planned step")
    return (
        t("offer planned {day}", day=seen.near(due)) if _kind(seen) == "offer" else t("step {day}", day=seen.near(due))
    )


def _take_step(seen: Seen) -> str:
    t = seen.t
    return {
        "offer": t("Make the offer, with what the finished work has brought."),
        "service": t("Begin it, or agree on a new day."),
    }.get(_kind(seen), t("Hold it, or agree on a new day."))


SAID = {
    "deadline": Said(lambda seen: seen.t("Deadlines"), _deadline, _short_deadline, _finish),
    "roadmap": Said(lambda seen: seen.t("Planned steps"), _roadmap, _short_roadmap, _take_step),
}
