"""What people read about the client's voice: mood, complaints, scores, engagement, goodwill."""

from bot.views.evidence import Evidence
from bot.views.signals.phrasing import Phrasing


def _mood(evidence: Evidence) -> str:
    t, day = evidence.t, evidence.weekday(evidence.day("said_on"))
    return {
        "pleased": t("They seemed pleased on {day}", day=day),
        "neutral": t("They seemed neutral on {day}", day=day),
        "uneasy": t("They seemed uneasy on {day}", day=day),
        "unhappy": t("They seemed unhappy on {day}", day=day),
    }.get(str(evidence.value("mood")), t("No mood on record"))


def _ask_mood(evidence: Evidence) -> str:
    spoken = evidence.day("contact_on")
    if spoken:
        return evidence.t("You have been in touch since ({day}). How did they seem?", day=evidence.near(spoken))
    return evidence.t("Ask what would help.")


def _short_mood(evidence: Evidence) -> str:
    return evidence.t("unhappy") if evidence.value("mood") == "unhappy" else evidence.t("uneasy")


def _complaint(evidence: Evidence) -> str:
    t, is_open, recent = evidence.t, evidence.count("open"), evidence.count("recent")
    if not is_open:
        return t("No open complaints")
    reason = t.plural(
        "{count} complaint open since {day}",
        "{count} complaints open, the oldest since {day}",
        is_open,
        day=evidence.weekday(evidence.day("since")),
    )
    if not recent or recent <= is_open:
        return reason
    return t.plural("{reason}; {count} in recent months", "{reason}; {count} in recent months", recent, reason=reason)


def _short_complaint(evidence: Evidence) -> str:
    if not evidence.days_since("since"):
        return evidence.t("complaint today")
    return evidence.t.plural(
        "complaint open {count} day", "complaint open {count} days", evidence.days_since("since") or 0
    )


def _survey(evidence: Evidence) -> str:
    t, score, average = evidence.t, evidence.decimal("score"), evidence.decimal("average")
    if score is None:
        return t("No survey score on record")
    day = evidence.weekday(evidence.day("said_on"))
    slid, since = evidence.decimal("slid"), evidence.day("slid_since")
    if slid and since:
        known = {"points": slid, "since": evidence.weekday(since), "score": score, "day": day}
        return t("Survey scores slid by {points} points since {since}, to {score} of 10 on {day}", **known)
    if average is None:
        return t("Survey score {score} of 10 on {day}", score=score, day=day)
    return t("Survey score {score} of 10 on {day}, usually {average}", score=score, day=day, average=average)


def _short_survey(evidence: Evidence) -> str:
    return evidence.t("survey score {score}", score=evidence.decimal("score") or "–")


def _fall(evidence: Evidence) -> str:
    """By how much the last value is below the ones before it."""
    value, average, fall = (evidence.number(name) for name in ("value", "average", "fall"))
    if fall is not None:
        return evidence.t.percent(fall)
    return evidence.t.percent(1 - value / average) if value is not None and average else "–"


def _engagement(evidence: Evidence) -> str:
    t, fall = evidence.t, _fall(evidence)
    if evidence.signal.state == "ok":
        if evidence.value("unsure"):
            return t("Engagement {share} down, within its usual ups and downs", share=fall)
        return t("Engagement steady")
    return {
        "email_engagement": t("Email opens down {share}", share=fall),
        "usage": t("Product usage down {share}", share=fall),
        "social": t("Social media reactions down {share}", share=fall),
    }.get(evidence.signal.subject, t("Engagement down {share}", share=fall))


def _too_old(evidence: Evidence) -> str | None:
    t, day, average = evidence.t, evidence.day("said_on"), evidence.number("average")
    if day is None or average is None:
        return None
    return t("Engagement: the last figure is from {day}, too old to tell", day=evidence.weekday(day))


def _short_engagement(evidence: Evidence) -> str:
    return evidence.t("engagement down {share}", share=_fall(evidence))


def _goodwill(evidence: Evidence) -> str:
    t, day = evidence.t, evidence.weekday(evidence.day("said_on"))
    return {
        "referral": t("Referred someone on {day}", day=day),
        "future_talk": t("Talked about future plans on {day}", day=day),
        "praise": t("Praised our work on {day}", day=day),
    }.get(str(evidence.value("kind")), t("Goodwill"))


PHRASINGS = {
    "mood": Phrasing(
        lambda evidence: evidence.t("Mood"),
        _mood,
        _short_mood,
        _ask_mood,
    ),
    "complaint": Phrasing(
        lambda evidence: evidence.t("Complaints"),
        _complaint,
        _short_complaint,
        lambda evidence: evidence.t("Say by when the complaint will be fixed."),
    ),
    "survey": Phrasing(
        lambda evidence: evidence.t("Survey score"),
        _survey,
        _short_survey,
        lambda evidence: evidence.t("Thank them, and ask what is behind the score."),
    ),
    "engagement": Phrasing(
        lambda evidence: evidence.t("Engagement"),
        _engagement,
        _short_engagement,
        lambda evidence: evidence.t("Ask if what we send is still useful."),
        _too_old,
    ),
    "goodwill": Phrasing(
        lambda evidence: evidence.t("Goodwill"),
        _goodwill,
        lambda evidence: evidence.t("goodwill"),
        lambda evidence: evidence.t("Say thanks."),
    ),
}
