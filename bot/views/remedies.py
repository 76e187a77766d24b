"""What would lower a client's priority, in words: the act, and the place that it would give. No guesses, no advice."""

from bot.infra.i18n import Translator
from bot.views import names, words
from bot.views.blocks import clean
from bot.views.data import Remedy
from scoring.assessment import Signal


def remedy(told: Remedy, place: int | None, t: Translator) -> str:
    """One line: what would be done, the place before and after, and the priority that would remain."""
    said = {"act": act(told, t), "priority": t.number(told.priority)}
    after = names.ordinal(told.place, t)
    if place is None or place == told.place:
        return t("{act}: still {place}, with a priority of {priority}", place=after, **said)
    before = names.ordinal(place, t)
    return t("{act}: from {before} to {after}, with a priority of {priority}", before=before, after=after, **said)


def act(told: Remedy, t: Translator) -> str:
    """What would be done, as one would say it."""
    signal = told.answers
    known = {
        "contact": t("A call today"),
        "cheer": t("A better mood today"),
        "settle": t("What they complain of settled today"),
        "score": t("A good survey score today"),
        "renew": t("The renewal agreed today"),
        "recap": t("The recap told and sent today"),
        "return": t("A new date of return agreed today"),
        "pay": t("What is overdue paid today"),
        "agree": t("Ways of working agreed today"),
        "finish": t("The work finished today: {title}", title=_title(signal)),
        "step": t("The planned step taken today: {title}", title=_title(signal)),
        "resume": t("Had the spend not stopped"),
        "convert": t("Had the results come in as before"),
        "cheapen": t("Had leads cost what the targets say"),
        "pace": _on_pace(signal.subject, t),
    }
    if told.act == "pay" and signal.subject:
        return t("What is overdue in {currency} paid today", currency=signal.subject)
    return known.get(told.act, words.name(signal, t))


def _title(signal: Signal) -> str:
    return clean(str(signal.evidence.get("title") or signal.subject), 60) or "–"


def _on_pace(metric: str, t: Translator) -> str:
    known = {
        "": t("Spend back on target"),
        "leads": t("Leads back on target"),
        "conversions": t("Conversions back on target"),
        "revenue": t("Revenue back on target"),
    }
    return known.get(metric, t("Results back on target"))
