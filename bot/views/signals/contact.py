"""What people read about contact: days since the last one, tries with no answer, recaps and reports."""

from datetime import date

from bot.infra.i18n import Translator
from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _contact_gap(evidence: Evidence) -> str:
    t, due, silent = evidence.t, evidence.day("due_on"), evidence.day("silent_until")
    if silent:
        return t("Silence expected until {day}", day=evidence.weekday(silent))
    if due is None or evidence.signal.next_step == "ask_last_contact":
        return t("No contact on record yet")
    if evidence.signal.subject:
        return _own_limit(evidence, due)
    if evidence.signal.state == "breach":
        return _no_contact(evidence)
    ahead = (due - evidence.today).days
    if ahead <= 0:
        return t("Contact due today")
    return t("Contact due tomorrow") if ahead == 1 else t("Contact due by {day}", day=evidence.weekday(due))


def _own_limit(evidence: Evidence, due: date) -> str:
    """Calls, or contacts with those who decide, by a limit of their own."""
    t, is_call = evidence.t, evidence.signal.subject == "call"
    if evidence.signal.state != "breach":
        known = {"day": evidence.near(max(due, evidence.today))}
        return t("Call due {day}", **known) if is_call else t("Contact with who decides due {day}", **known)
    last, limit = evidence.days_since("last_on"), t.number(evidence.count("limit_days") or 0)
    if last is None:
        return t("No call on record yet") if is_call else t("No contact with who decides on record")
    if is_call:
        return t.plural(
            "No call for {count} day (limit {limit})", "No call for {count} days (limit {limit})", last, limit=limit
        )
    return t.plural(
        "No contact with who decides for {count} day (limit {limit})",
        "No contact with who decides for {count} days (limit {limit})",
        last,
        limit=limit,
    )


def _no_contact(evidence: Evidence) -> str:
    t, limit = evidence.t, evidence.t.number(evidence.count("limit_days") or 0)
    last, started, known = (evidence.days_since(name) for name in ("last_on", "started_on", "known_on"))
    if last is not None and evidence.count("days_off"):
        return t.plural(
            "No contact for {count} day (limit {limit}, days off not counted)",
            "No contact for {count} days (limit {limit}, days off not counted)",
            last,
            limit=limit,
        )
    if last is not None:
        return t.plural(
            "No contact for {count} day (limit {limit})",
            "No contact for {count} days (limit {limit})",
            last,
            limit=limit,
        )
    if known:
        return t.plural(
            "No contact on record since they were added {count} day ago (limit {limit})",
            "No contact on record since they were added {count} days ago (limit {limit})",
            known,
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
    due, subject = evidence.day("due_on"), evidence.signal.subject
    if evidence.signal.next_step == "ask_last_contact":
        return evidence.t("no contact on record")
    if subject and due:
        return _short_own_limit(evidence, due)
    if evidence.signal.state != "breach" and due:
        return evidence.t("contact due {day}", day=evidence.near(max(due, evidence.today)))
    return days_since_contact(evidence.days_since("last_on"), evidence.t)


def _short_own_limit(evidence: Evidence, due: date) -> str:
    t, is_call, last = evidence.t, evidence.signal.subject == "call", evidence.days_since("last_on")
    if evidence.signal.state != "breach":
        known = {"day": evidence.near(max(due, evidence.today))}
        return t("call due {day}", **known) if is_call else t("contact with who decides due {day}", **known)
    if last is None:
        return t("no call on record") if is_call else t("no contact with who decides")
    if is_call:
        return t.plural("{count} day since a call", "{count} days since a call", last)
    return t.plural("{count} day since contact with who decides", "{count} days since contact with who decides", last)


def days_since_contact(days: int | None, t: Translator) -> str:
    """How many days ago the last contact was; None if there was none."""
    if days is None:
        return t("no contact on record")
    if days <= 0:
        return t("in touch today")
    return t.plural("{count} day since contact", "{count} days since contact", days)


def _contact_name(evidence: Evidence) -> str:
    return {
        "call": evidence.t("Days since a call"),
        "decision_maker": evidence.t("Contact with who decides"),
    }.get(evidence.signal.subject, evidence.t("Days since contact"))


def _call(evidence: Evidence) -> str:
    t = evidence.t
    if evidence.signal.next_step == "ask_last_contact":
        return t("When did you last speak? Log it, or say hello today.")
    if evidence.signal.subject:
        return t("Give them a call.") if evidence.signal.subject == "call" else t("Speak with who decides, too.")
    if evidence.signal.state != "breach":
        return t("A quick call or message before then will do.")
    if evidence.day("last_on") is None:
        return t("Log the last time you spoke, or say hello today.")
    return t("Call or write today.")


def _unanswered(evidence: Evidence) -> str:
    t, last, attempts = evidence.t, evidence.day("last_on"), evidence.count("attempts")
    this_week = evidence.count("this_week")
    if not attempts:
        return t("No tries waiting for an answer")
    if this_week:
        return t.plural("{count} try in a week, no answer", "{count} tries in a week, no answer", this_week)
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


def _other_way(evidence: Evidence) -> str:
    until = evidence.day("ease_until")
    if evidence.signal.next_step == "ease_off" and until:
        return evidence.t("Ease off until {day}, then try another way or another person.", day=evidence.weekday(until))
    return evidence.t("Try another channel or another person.")


def _welcome(evidence: Evidence) -> str:
    t, started = evidence.t, evidence.day("started_on")
    if started is None:
        return t("Past the first days with us")
    if evidence.signal.state != "breach":
        return t("Starts with us {day}", day=evidence.near(started))
    return t("New since {day}: no welcome yet", day=evidence.weekday(started))


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
    "contact_gap": Phrasing(_contact_name, _contact_gap, _short_contact_gap, _call),
    "unanswered": Phrasing(
        lambda evidence: evidence.t("Tries with no answer"),
        _unanswered,
        _short_unanswered,
        _other_way,
    ),
    "welcome": Phrasing(
        lambda evidence: evidence.t("Welcome"),
        _welcome,
        lambda evidence: evidence.t("new, no welcome yet"),
        lambda evidence: evidence.t("Write them a welcome letter, and call to say hello."),
    ),
    "recap": Phrasing(_recap_name, _recap, _short_recap, _finish_recap),
}
