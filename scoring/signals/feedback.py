"""Signals of the client's voice: what it said about the agency, and what it showed without saying it.

An observation dated ahead (another time zone's tomorrow) counts at once, as if it were of today.
"""

from collections import defaultdict
from datetime import date, timedelta

from scoring.assessment import Draft, Evidence, Signal, ok
from scoring.dates import add_workdays, local_day
from scoring.facts import Client, Observation
from scoring.signals.context import DAY, Context
from scoring.vocabulary import GOODWILL_KINDS

_MOODS = {"pleased": 0.0, "neutral": 0.0, "uneasy": 0.6, "unhappy": 0.9}
"""By mood, the severity on the day it was recorded."""
_NEGLIGIBLE = 0.1  # severity under which a fading mood weighs next to nothing, and is over
_SLIDE = 5  # scores that are looked at for a slow slide
_FEWEST_TO_SLIDE = 4

_NO_MOOD = Signal("mood", "unknown")
_NO_COMPLAINT = Signal("complaint", "unknown")
_NO_SURVEY = Signal("survey", "unknown")
_NO_GOODWILL = Signal("goodwill", "unknown")


def mood(client: Client, ctx: Context) -> Signal:
    """The last recorded mood: a breach from uneasy on, with a severity that fades evenly over `mood_fades_days`.

    Under 0.1 it is over: what weighs nothing is not told. A contact since asks for a new mood. Of several on one day
    the worst counts. An unknown word is ignored.
    """
    if not client.observations:
        return _NO_MOOD
    moods = [(o.occurred_on, _MOODS[o.label], o.label) for o in client.observations if _is_mood(o)]
    if not moods:
        return _NO_MOOD
    day, worst, label = max(moods)
    fades = ctx.policy.mood_fades_days
    severity = worst * (1 - min(fades, max(0, (ctx.on - day).days)) / fades)
    evidence: Draft = {"mood": label, "said_on": day}
    if round(severity, 9) < _NEGLIGIBLE:
        return ok("mood", evidence)
    next_step, last_on = "call_client", client.last_contact_at and local_day(client.last_contact_at, client.zone)
    if last_on and last_on > day:
        next_step, evidence["contact_on"] = "ask_mood", last_on
    return ctx.breach("mood", severity, evidence, next_step, since=day, until=max(day, ctx.on) + DAY)


def _is_mood(observation: Observation) -> bool:
    return observation.kind == "mood" and observation.label in _MOODS


def complaint(client: Client, ctx: Context) -> Signal:
    """Open complaints: severity 0.6 at once, 0.8 (red) once open for `complaint_red_workdays` or repeated, 1 for both.

    Repeated means `complaint_repeats` of them: those open, and those resolved that were made in the last
    `complaint_repeats_days`.
    """
    if not client.observations:
        return _NO_COMPLAINT
    complaints = [o for o in client.observations if o.kind == "complaint"]
    if not complaints:
        return _NO_COMPLAINT
    since = min((o.occurred_on for o in complaints if o.resolved_on is None), default=None)
    if since is None:
        return ok("complaint", {"open": 0})
    policy, portfolio = ctx.policy, ctx.portfolio
    still_open = sum(o.resolved_on is None for o in complaints)
    window = timedelta(days=policy.complaint_repeats_days)
    forgotten_on = [o.occurred_on + window for o in complaints if o.resolved_on]
    forgotten_on = [day for day in forgotten_on if day > ctx.on]
    red_on = add_workdays(since, policy.complaint_red_workdays, portfolio.weekend, portfolio.holidays)
    recent = still_open + len(forgotten_on)
    evidence: Evidence = {"open": still_open, "since": since, "recent": recent, "red_on": red_on}
    long_open, repeated = ctx.on >= red_on, recent >= policy.complaint_repeats
    severity = 1.0 if long_open and repeated else 0.8 if long_open or repeated else 0.6
    until = min(forgotten_on if long_open else [*forgotten_on, red_on], default=None)
    return ctx.breach("complaint", severity, evidence, "settle_complaint", since=since, until=until)


def survey(client: Client, ctx: Context) -> Signal:
    """The last survey score, 0 to 10: low, a fall against the mean of the client's earlier ones, or a slow slide.

    Severity is 0.5 at `survey_low`, or at a fall or slide of `survey_fall`, and rises to 1 at a score of 0, or a fall
    of three times that. Of several on one day the lowest counts as the last. It stands until there is a better one.
    """
    if not client.observations:
        return _NO_SURVEY
    scores = sorted(
        [(o.occurred_on, -o.value) for o in client.observations if o.kind == "survey" and o.value is not None]
    )
    if not scores:
        return _NO_SURVEY
    *earlier, (day, last) = scores
    score, policy = -last, ctx.policy
    average = -sum(value for _, value in earlier) / len(earlier) if earlier else None
    evidence: Draft = {"score": score, "said_on": day, "average": average and round(average, 1)}
    severity = 0.0
    if score <= policy.survey_low:
        severity = 1 - 0.5 * max(0.0, score) / policy.survey_low
    if average is not None and average - score >= policy.survey_fall:
        severity = max(severity, min(1.0, 0.25 + 0.25 * (average - score) / policy.survey_fall))
    slid_on, slid = _slide([(on, -value) for on, value in scores]) if len(scores) >= _FEWEST_TO_SLIDE else (day, 0.0)
    if average is not None and slid >= policy.survey_fall and score < average:
        evidence |= {"slid": slid, "slid_since": slid_on}
        severity = max(severity, min(1.0, 0.25 + 0.25 * slid / policy.survey_fall))
    if not severity:
        return ok("survey", evidence)
    return ctx.breach("survey", severity, evidence, "ask_about_score", since=day)


def _slide(scores: list[tuple[date, float]]) -> tuple[date, float]:
    """By how much the last five scores fell along a straight line (least squares), and the day of the first of them.

    Of several on one day their mean counts, so that many people asked at once are no slide. 0 for fewer than four.
    """
    by_day = defaultdict[date, list[float]](list)
    for on, value in scores:
        by_day[on].append(value)
    days = sorted(by_day)[-_SLIDE:]
    if len(days) < _FEWEST_TO_SLIDE:
        return days[0], 0.0
    middle = (len(days) - 1) / 2
    means = [sum(by_day[on]) / len(by_day[on]) for on in days]
    slope = sum((i - middle) * mean for i, mean in enumerate(means)) / sum((i - middle) ** 2 for i in range(len(days)))
    return days[0], round(-slope * (len(days) - 1), 9)


def goodwill(client: Client, ctx: Context) -> Signal:
    """A referral, talk of future plans or praise: never a breach, it eases the risk by its freshness.

    Freshness is 1 on the day and fades evenly to 0 over `goodwill_fades_days`; the freshest observation counts.
    """
    if not client.observations:
        return _NO_GOODWILL
    kind_of = {o.occurred_on: o.kind for o in sorted(client.observations, key=_by_kind) if o.kind in GOODWILL_KINDS}
    if not kind_of:
        return _NO_GOODWILL
    day, fades = max(kind_of), ctx.policy.goodwill_fades_days
    freshness = 1 - min(fades, max(0, (ctx.on - day).days)) / fades
    evidence: Evidence = {"kind": kind_of[day], "said_on": day, "freshness": freshness}
    return ok("goodwill", evidence, max(day, ctx.on) + DAY if freshness else None)


def _by_kind(observation: Observation) -> str:
    return observation.kind
