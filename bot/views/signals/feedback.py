"""What is said of the client's voice: mood, complaints, scores, engagement, goodwill."""

from bot.views.evidence import Seen
from bot.views.signals.phrasing import Said


def _mood(seen: Seen) -> str:
    t, day = seen.t, seen.weekday(seen.day("said_on"))
    return {
        "pleased": t("The client seemed pleased on {day}", day=day),
        "neutral": t("The client seemed neutral on {day}", day=day),
        "uneasy": t("The client seemed uneasy on {day}", day=day),
        "unhappy": t("The client seemed unhappy on {day}", day=day),
    }.get(str(seen.signal.evidence.get("mood")), t("No mood recorded"))


def _short_mood(seen: Seen) -> str:
    return seen.t("unhappy") if seen.signal.evidence.get("mood") == "unhappy" else seen.t("uneasy")


def _complaint(seen: Seen) -> str:
    t, is_open, recent = seen.t, seen.count("open"), seen.count("recent")
    if not is_open:
        return t("No complaint is open")
    said = t.plural(
        "{count} complaint open since {day}",
        "{count} complaints open, the oldest since {day}",
        is_open,
        day=seen.weekday(seen.day("since")),
    )
    if not recent or recent <= is_open:
        return said
    return t.plural("{said}; {count} lately", "{said}; {count} lately", recent, said=said)


def _short_complaint(seen: Seen) -> str:
    return seen.t.plural("complaint open {count} day", "complaint open {count} days", seen.days_since("since") or 0)


def _survey(seen: Seen) -> str:
    t, score, average = seen.t, seen.decimal("score"), seen.decimal("average")
    if score is None:
        return t("No survey score")
    day = seen.weekday(seen.day("said_on"))
    if average is None:
        return t("Survey score {score} of 10 on {day}", score=score, day=day)
    return t("Survey score {score} of 10 on {day}, {average} before", score=score, day=day, average=average)


def _short_survey(seen: Seen) -> str:
    return seen.t("survey score {score}", score=seen.decimal("score") or "–")


def _fall(seen: Seen) -> str:
    """By how much the last value is below the ones before it."""
    value, average = seen.number("value"), seen.number("average")
    return seen.t.percent(1 - value / average) if value is not None and average else "–"


def _engagement(seen: Seen) -> str:
    t, fall = seen.t, _fall(seen)
    if seen.signal.state == "ok":
        return t("Engagement holds")
    return {
        "email_engagement": t("E-mail opens fell by {share}", share=fall),
        "usage": t("Use of the product fell by {share}", share=fall),
        "social": t("Reactions on social media fell by {share}", share=fall),
    }.get(seen.signal.subject, t("Engagement fell by {share}", share=fall))


def _short_engagement(seen: Seen) -> str:
    return seen.t("engagement down {share}", share=_fall(seen))


def _goodwill(seen: Seen) -> str:
    t, day = seen.t, seen.weekday(seen.day("said_on"))
    return {
        "referral": t("Referred somebody on {day}", day=day),
        "future_talk": t("Talked of future plans on {day}", day=day),
        "praise": t("Praised the work on {day}", day=day),
    }.get(str(seen.signal.evidence.get("kind")), t("Goodwill"))


SAID = {
    "mood": Said(lambda seen: seen.t("Mood"), _mood, _short_mood, lambda seen: seen.t("Ask what would help.")),
    "complaint": Said(
        lambda seen: seen.t("Complaints"),
        _complaint,
        _short_complaint,
        lambda seen: seen.t("Settle the complaint: say by when, and keep to it."),
    ),
    "survey": Said(
        lambda seen: seen.t("Survey score"),
        _survey,
        _short_survey,
        lambda seen: seen.t("Thank them for the answer, and ask what is behind the score."),
    ),
    "engagement": Said(
        lambda seen: seen.t("Engagement"),
        _engagement,
        _short_engagement,
        lambda seen: seen.t("Ask whether what we send is still useful."),
    ),
    "goodwill": Said(
        lambda seen: seen.t("Goodwill"), _goodwill, lambda seen: seen.t("goodwill"), lambda seen: seen.t("Say thanks.")
    ),
}
