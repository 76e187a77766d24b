"""What people read about contact: days since the last one, tries with no answer, recaps and reports."""

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
        return t("No contact on record yet")
    ahead = (due - evidence.today).days
    if ahead <= 0:
        return t("Contact due today")
    return t("Contact due tomorrow") if ahead == 1 else t("Contact due by {day}", day=evidence.weekday(due))


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
            "No contact on record since they started with us {count} day ago (limit {limit})",
            "No contact on record since they started with us {count} days ago (limit {limit})",
            started,
            limit=limit,
        )
    return t("No contact on record yet")


def _short_contact_gap(evidence: Evidence) -> str:
    due = evidence.day("due_on")
    if evidence.signal.state != "breach" and due:
        return evidence.t("contact due {day}", day=evidence.near(max(due, evidence.today)))
    return days_since_contact(evidence.days_since("last_on"), evidence.t)


def days_since_contact(days: int | None, t: Translator) -> str:
    """How many days ago the last contact was; None if there was none."""
    if days is None:
        return t("no contact on record")
    if days <= 0:
        return t("in touch today")
    return t.plural("{count} day since contact", "{count} days since contact", days)


def _call(evidence: Evidence) -> str:
    t = evidence.t
    if evidence.signal.state != "breach":
        return t("A quick call or message before then will do.")
    if evidence.day("last_on") is None:
        return t("Log the last time you spoke, or say hello today.")
    return t("Call or write today.")


def _unanswered(evidence: Evidence) -> str:
    t, last, attempts = evidence.t, evidence.day("last_on"), evidence.count("attempts")
    if not attempts:
        return t("No tries waiting for an answer")
    if last is None:
        return t.plural("{count} try with no answer", "{count} tries with no answer", attempts)
    return t.plural(
        "{count} try with no answer, on {day}",
        "{count} tries with no answer, the last on {day}",
        attempts,
        day=evidence.weekday(last),
    )


def _short_unanswered(evidence: Evidence) -> str:
    return evidence.t.plural("{count} try, no answer", "{count} tries, no answer", evidence.count("attempts") or 0)


def _recap_name(evidence: Evidence) -> str:
    return evidence.t("Call about the report") if evidence.signal.subject else evidence.t("Monthly recap")


def _recap(evidence: Evidence) -> str:
    if evidence.signal.subject == "report":
        return _report(evidence)
    t, missing, due = evidence.t, str(evidence.value("missing") or "").split(), evidence.day("due_on")
    of = evidence.day("month")
    if of is None:
        return t("No month with them to recap yet")
    month = t.month(of)
    if evidence.signal.state == "breach":
        return _missing_recap(missing, month, t)
    return (
        t("Recap of {month} due by {day}", month=month, day=evidence.weekday(due))
        if missing
        else t("Recap of {month} done", month=month)
    )


def _missing_recap(missing: list[str], month: str, t: Translator) -> str:
    if missing == ["recap_call"]:
        return t("Recap of {month} sent, but not talked through on a call", month=month)
    if missing == ["recap_mail"]:
        return t("Recap of {month} talked through, but not sent in writing", month=month)
    return t("Recap of {month} not done: no call, nothing in writing", month=month)


def _report(evidence: Evidence) -> str:
    t, sent, by = evidence.t, evidence.day("sent_on"), evidence.day("call_by")
    if sent is None:
        return t("Every report talked through")
    rested = evidence.day("rested_on")
    if rested:
        known = {"day": evidence.weekday(sent), "rested": evidence.weekday(rested)}
        return t("Report sent on {day}, no call about it on record; not asked about since {rested}", **known)
    if evidence.signal.state == "breach":
        return t("Report sent on {day}, with no call about it", day=evidence.weekday(sent))
    if by:
        return t("Report sent on {day}, call about it by {by}", day=evidence.weekday(sent), by=evidence.weekday(by))
    return t("Report of {day} talked through", day=evidence.weekday(sent))


def _short_recap(evidence: Evidence) -> str:
    return evidence.t("no call about the report") if evidence.signal.subject else evidence.t("recap not done")


def _finish_recap(evidence: Evidence) -> str:
    t, missing = evidence.t, str(evidence.value("missing") or "").split()
    if evidence.signal.subject == "report":
        return t("Call and go through the report together.")
    if missing == ["recap_call"]:
        return t("Talk them through the recap on a call.")
    if missing == ["recap_mail"]:
        return t("Send the recap in writing.")
    return t("Talk them through the recap on a call, then send it in writing.")


PHRASINGS = {
    "contact_gap": Phrasing(lambda evidence: evidence.t("Days since contact"), _contact_gap, _short_contact_gap, _call),
    "unanswered": Phrasing(
        lambda evidence: evidence.t("Tries with no answer"),
        _unanswered,
        _short_unanswered,
        lambda evidence: evidence.t("Try another channel or another person."),
    ),
    "recap": Phrasing(_recap_name, _recap, _short_recap, _finish_recap),
}
