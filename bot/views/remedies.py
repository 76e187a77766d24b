"""What would lower a client's priority: each act, and the place in the list that it would lead to."""

from bot.infra.i18n import Translator
from bot.views import names, words
from bot.views.blocks import clean
from bot.views.data import Remedy
from scoring.assessment import Signal


def remedy(found: Remedy, place: int | None, t: Translator) -> str:
    """One line: the act, the place before and after it, and the priority that would remain."""
    known = {"act": act(found, t), "priority": t.number(found.priority)}
    after = names.ordinal(found.place, t)
    if place is None or place == found.place:
        return t("{act}: stays {place} (priority {priority})", place=after, **known)
    before = names.ordinal(place, t)
    return t("{act}: from {before} to {after} (priority {priority})", before=before, after=after, **known)


def act(found: Remedy, t: Translator) -> str:
    """What would be done."""
    signal = found.answers
    known = {
        "contact": t("A call today"),
        "cheer": t("A better mood today"),
        "settle": t("Their complaint settled today"),
        "score": t("A good survey score today"),
        "renew": t("The renewal agreed today"),
        "recap": t("The recap done today"),
        "return": t("A new return date agreed today"),
        "pay": t("The overdue invoices paid today"),
        "agree": t("Ways of working agreed today"),
        "finish": t("“{title}” finished today", title=_title(signal)),
        "step": t("“{title}” done today", title=_title(signal)),
        "resume": t("If spend had not stopped"),
        "convert": t("If results came in as before"),
        "cheapen": t("If leads cost what was planned"),
        "pace": _on_pace(signal.subject, t),
    }
    return known.get(found.act, words.name(signal, t))


def _title(signal: Signal) -> str:
    return clean(str(signal.evidence.get("title") or signal.subject), 60) or "–"


def _on_pace(metric: str, t: Translator) -> str:
    known = {
        "": t("Spend back on target"),
        "leads": t("Leads back on pace"),
        "conversions": t("Conversions back on pace"),
        "revenue": t("Revenue back on pace"),
    }
    return known.get(metric, t("Results back on pace"))
