"""What is said of contact, answers, recaps and the contract's end."""

from bot.infra.i18n import Translator
from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said


def _contact_gap(seen: Seen) -> str:
    t, due, silent = seen.t, seen.day("due_on"), seen.day("silent_until")
    if seen.signal.state == "breach":
        return _no_contact(seen)
    if silent:
        return t("Silence expected until {day}", day=seen.weekday(silent))
    if due is None:
        return t("No contact yet")
    ahead = (due - seen.today).days
    if ahead <= 0:
        return t("Contact is due today")
    return t("Contact is due tomorrow") if ahead == 1 else t("Contact is due by {day}", day=seen.weekday(due))


def _no_contact(seen: Seen) -> str:
    t, limit = seen.t, seen.t.number(seen.count("limit_days") or 0)
    last, started = seen.days_since("last_on"), seen.days_since("started_on")
    if last is not None:
        return t.plural(
            "No contact for {count} day (limit {limit})",
            "No contact for {count} days (limit {limit})",
            last,
            limit=limit,
        )
    if started:
        return t.plural(
            "No contact yet, {count} day after the start (limit {limit})",
            "No contact yet, {count} days after the start (limit {limit})",
            started,
            limit=limit,
        )
    return t("No contact yet")


def _short_contact_gap(seen: Seen) -> str:
    due = seen.day("due_on")
    if seen.signal.state != "breach" and due:
        return seen.t("contact due {day}", day=seen.near(max(due, seen.today)))
    return days_since_contact(seen.days_since("last_on"), seen.t)


def days_since_contact(days: int | None, t: Translator) -> str:
    """How many days ago the last contact was; None where there was none."""
    if days is None:
        return t("no contact yet")
    if days <= 0:
        return t("contact today")
    return t.plural("{count} day since contact", "{count} days since contact", days)


def _call(seen: Seen) -> str:
    if seen.signal.state != "breach":
        return seen.t("A short call or message before then is enough.")
    never = seen.day("last_on") is None
    return seen.t("Say hello today: call or write.") if never else seen.t("Call or write today.")


def _unanswered(seen: Seen) -> str:
    t, last, attempts = seen.t, seen.day("last_on"), seen.count("attempts")
    if not attempts:
        return t("No attempt waits for an answer")
    if last is None:
        return t.plural("{count} attempt without an answer", "{count} attempts without an answer", attempts)
    return t.plural(
        "{count} attempt without an answer, last on {day}",
        "{count} attempts without an answer, last on {day}",
        attempts,
        day=seen.weekday(last),
    )


def _short_unanswered(seen: Seen) -> str:
    return seen.t.plural("{count} try unanswered", "{count} tries unanswered", seen.count("attempts") or 0)


def _returning(seen: Seen) -> str:
    t, back = seen.t, seen.day("returns_on")
    if back is None:
        return t("Return from the pause")
    if seen.signal.state == "breach":
        return t("Still paused, was expected back {day}", day=seen.near(back))
    return t("Paused, expected back {day}", day=seen.near(back))


def _short_returning(seen: Seen) -> str:
    back = seen.day("returns_on")
    return seen.t("return due {day}", day=seen.near(back)) if back else seen.t("paused")


def _renewal(seen: Seen) -> str:
    t, ends, renewed = seen.t, seen.day("renews_on"), seen.day("renewed_on")
    if renewed:
        return t("Renewal recorded on {day}", day=seen.weekday(renewed))
    if ends is None:
        return t("No end of the contract is known")
    left = (ends - seen.today).days
    if seen.signal.state != "breach":
        return t("The contract runs until {day}", day=seen.weekday(ends))
    if left < 0:
        return t("The contract ended on {day}, with no renewal recorded", day=seen.weekday(ends))
    return t.plural(
        "The contract ends in {count} day, on {day}, with no renewal recorded",
        "The contract ends in {count} days, on {day}, with no renewal recorded",
        left,
        day=seen.weekday(ends),
    )


def _short_renewal(seen: Seen) -> str:
    ends = seen.day("renews_on")
    left = (ends - seen.today).days if ends else -1
    if left < 0:
        return seen.t("contract ended")
    return seen.t.plural("contract ends in {count} day", "contract ends in {count} days", left)


def _recap(seen: Seen) -> str:
    if seen.signal.subject == "report":
        return _report(seen)
    t, missing, due = seen.t, str(seen.signal.evidence.get("missing") or "").split(), seen.day("due_on")
    if not missing:
        return t("The month's recap is done")
    if seen.signal.state != "breach" and due:
        return t("The month's recap is due by {day}", day=seen.weekday(due))
    if missing == ["recap_call"]:
        return t("The month's recap was written, but not told in a call")
    if missing == ["recap_mail"]:
        return t("The month's recap was told, but not confirmed in writing")
    return t("The month's recap was neither told nor written")


def _report(seen: Seen) -> str:
    t, sent, by = seen.t, seen.day("sent_on"), seen.day("call_by")
    if sent is None:
        return t("Reports are talked about")
    if seen.signal.state == "breach":
        return t("A report was sent on {day}, with no call around it", day=seen.weekday(sent))
    if by:
        return t(
            "A report was sent on {day}, a call belongs to it by {by}", day=seen.weekday(sent), by=seen.weekday(by)
        )
    return t("The report of {day} was talked about", day=seen.weekday(sent))


def _finish_recap(seen: Seen) -> str:
    if seen.signal.subject == "report":
        return seen.t("Call, and go through the report together.")
    missing = str(seen.signal.evidence.get("missing") or "").split()
    if missing == ["recap_call"]:
        return seen.t("Go through the recap in a call.")
    if missing == ["recap_mail"]:
        return seen.t("Confirm the recap in writing.")
    return seen.t("Give the recap in a call and confirm it in writing.")


def _tenure_mark(seen: Seen) -> str:
    t, mark, months = seen.t, seen.day("mark_on"), seen.count("months")
    if mark is None or not months:
        return t("Not near a time at which our clients tend to leave")
    told = {"day": seen.weekday(mark), "left": t.number(seen.count("left") or 0)}
    of = t.plural("{count} client", "{count} clients", seen.count("at_risk") or 0)
    return t.plural(
        "{count} month with us on {day}, when {left} of {clients} have left",
        "{count} months with us on {day}, when {left} of {clients} have left",
        months,
        clients=of,
        **told,
    )


def _short_tenure_mark(seen: Seen) -> str:
    return seen.t.plural("{count} month with us", "{count} months with us", seen.count("months") or 0)


def _too_few_losses(seen: Seen) -> str:
    t, lost, needed = seen.t, seen.count("lost") or 0, seen.count("needed") or 0
    return t.plural(
        "When our clients leave: {count} loss is known, {needed} are needed to learn from",
        "When our clients leave: {count} losses are known, {needed} are needed to learn from",
        lost,
        needed=t.number(needed),
    )


SAID = {
    "contact_gap": Said(lambda seen: seen.t("Time since contact"), _contact_gap, _short_contact_gap, _call),
    "unanswered": Said(
        lambda seen: seen.t("Attempts without an answer"),
        _unanswered,
        _short_unanswered,
        lambda seen: seen.t("Try another channel or another person."),
    ),
    "returning": Said(
        lambda seen: seen.t("Return from the pause"),
        _returning,
        _short_returning,
        lambda seen: seen.t("Ask whether they are coming back, or set a new date."),
    ),
    "renewal": Said(
        lambda seen: seen.t("Renewal"),
        _renewal,
        _short_renewal,
        lambda seen: seen.t("Offer the renewal, with what was achieved."),
    ),
    "tenure_mark": Said(
        lambda seen: seen.t("Time with us"),
        _tenure_mark,
        _short_tenure_mark,
        lambda seen: seen.t("Show what was achieved so far, and ask what they want next."),
        _too_few_losses,
    ),
    "recap": Said(
        lambda seen: seen.t("Call about the report") if seen.signal.subject else seen.t("Monthly recap"),
        _recap,
        lambda seen: seen.t("no call about the report") if seen.signal.subject else seen.t("recap not finished"),
        _finish_recap,
    ),
}
