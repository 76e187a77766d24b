"""Phrasings of the contact signals: days since contact, unanswered tries, the monthly recap."""

from bot.infra.i18n import Translator
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _contact_gap(evidence: Evidence) -> str:
    t, due, silent = evidence.t, evidence.day("due_on"), evidence.day("silent_until")
    if evidence.signal.state == "breach":
        return _no_contact(evidence)
    if silent:
        return t("Silence expected until {day}", day=evidence.weekday(silent))
    if due is None:
        return t("No contact yet")
    ahead = (due - evidence.today).days
    if ahead <= 0:
        return t("Contact is due today")
    return t("Contact is due tomorrow") if ahead == 1 else t("Contact is due by {day}", day=evidence.weekday(due))


def _no_contact(evidence: Evidence) -> str:
    t, limit = evidence.t, evidence.t.number(evidence.count("limit_days") or 0)
    last, started = evidence.days_since("last_on"), evidence.days_since("started_on")
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


def _short_contact_gap(evidence: Evidence) -> str:
    due = evidence.day("due_on")
    if evidence.signal.state != "breach" and due:
        return evidence.t("contact due {day}", day=evidence.near(max(due, evidence.today)))
    return days_since_contact(evidence.days_since("last_on"), evidence.t)


def days_since_contact(days: int | None, t: Translator) -> str:
    """How many days ago the last contact was; None where there was none."""
    if days is None:
        return t("no contact yet")
    if days <= 0:
        return t("contact today")
    return t.plural("{count} day since contact", "{count} days since contact", days)


def _call(evidence: Evidence) -> str:
    if evidence.signal.state != "breach":
        return evidence.t("A short call or message before then is enough.")
    never = evidence.day("last_on") is None
    return evidence.t("Say hello today: call or write.") if never else evidence.t("Call or write today.")


def _unanswered(evidence: Evidence) -> str:
    t, last, attempts = evidence.t, evidence.day("last_on"), evidence.count("attempts")
    if not attempts:
        return t("No attempt waits for an answer")
    if last is None:
        return t.plural("{count} attempt without an answer", "{count} attempts without an answer", attempts)
    return t.plural(
        "{count} attempt without an answer, last on {day}",
        "{count} attempts without an answer, last on {day}",
        attempts,
        day=evidence.weekday(last),
    )


def _short_unanswered(evidence: Evidence) -> str:
    return evidence.t.plural("{count} try unanswered", "{count} tries unanswered", evidence.count("attempts") or 0)


def _recap(evidence: Evidence) -> str:
    if evidence.signal.subject == "report":
        return _report(evidence)
    t, missing, due = evidence.t, str(evidence.value("missing") or "").split(), evidence.day("due_on")
    if not missing:
        return t("The month's recap is done")
    if evidence.signal.state != "breach" and due:
        return t("The month's recap is due by {day}", day=evidence.weekday(due))
    if missing == ["recap_call"]:
        return t("The month's recap was written, but not told in a call")
    if missing == ["recap_mail"]:
        return t("The month's recap was told, but not confirmed in writing")
    return t("The month's recap was neither told nor written")


def _report(evidence: Evidence) -> str:
    t, sent, by = evidence.t, evidence.day("sent_on"), evidence.day("call_by")
    if sent is None:
        return t("Reports are talked about")
    if evidence.signal.state == "breach":
        return t("A report was sent on {day}, with no call around it", day=evidence.weekday(sent))
    if by:
        return t(
            "A report was sent on {day}, a call belongs to it by {by}",
            day=evidence.weekday(sent),
            by=evidence.weekday(by),
        )
    return t("The report of {day} was talked about", day=evidence.weekday(sent))


def _finish_recap(evidence: Evidence) -> str:
    if evidence.signal.subject == "report":
        return evidence.t("Call, and go through the report together.")
    missing = str(evidence.value("missing") or "").split()
    if missing == ["recap_call"]:
        return evidence.t("Go through the recap in a call.")
    if missing == ["recap_mail"]:
        return evidence.t("Confirm the recap in writing.")
    return evidence.t("Give the recap in a call and confirm it in writing.")


PHRASINGS = {
    "contact_gap": Phrasing(lambda evidence: evidence.t("Time since contact"), _contact_gap, _short_contact_gap, _call),
    "unanswered": Phrasing(
        lambda evidence: evidence.t("Attempts without an answer"),
        _unanswered,
        _short_unanswered,
        lambda evidence: evidence.t("Try another channel or another person."),
    ),
    "recap": Phrasing(
        lambda evidence: (
            evidence.t("Call about the report") if evidence.signal.subject else evidence.t("Monthly recap")
        ),
        _recap,
        lambda evidence: (
            evidence.t("no call about the report") if evidence.signal.subject else evidence.t("recap not finished")
        ),
        _finish_recap,
    ),
}
