"""What things are called: people, clients, days, colours, statuses and factors, in the reader's language.

Plain strings, not escaped. No sentences about what was noticed: they are in `signals`.
"""

from collections.abc import Sequence
from datetime import date

from bot.infra.i18n import Translator
from bot.views.blocks import clean
from bot.views.data import Person
from scoring.assessment import Factors

CIRCLES = {"red": "🔴", "amber": "🟡", "green": "🟢", None: "⚪"}
"""Beside a colour's word, never instead of it."""

HALF_A_YEAR = 180
"""In days: what is further away is said with its year."""

SET_GOALS = 1.02
"""Goals alone weigh less than this in the timing of a priority; what is more comes from the time running out."""


def client_name(name: str, t: Translator, limit: int = 80) -> str:
    """A client's name as it may be shown."""
    return clean(name, limit) or t("(no name)")


def person_name(person: Person, t: Translator) -> str:
    """A person's name as it may be shown."""
    return clean(person.name, 60) or t("(no name)")


def colour(shade: str | None, t: Translator) -> str:
    """A colour as a word."""
    if shade == "red":
        return t("red")
    if shade == "amber":
        return t("amber")
    return t("green") if shade == "green" else t("not assessed yet")


def status(name: str, t: Translator) -> str:
    """A client's status as a word."""
    known = {"onboarding": t("onboarding"), "active": t("active"), "paused": t("paused"), "lost": t("lost")}
    return known.get(name, name)


def temperament_name(kind: str | None, t: Translator) -> str:
    """A temperament as a word."""
    known = {
        "choleric": t("Choleric"),
        "sanguine": t("Sanguine"),
        "melancholic": t("Melancholic"),
        "phlegmatic": t("Phlegmatic"),
    }
    return known.get(kind or "", t("Not known"))


def near_day(on: date, today: date, t: Translator) -> str:
    """Say a day: yesterday, today, tomorrow, else with its weekday, and from half a year away with its year."""
    ahead = (on - today).days
    if ahead in {-1, 0, 1}:
        return {-1: t("yesterday"), 0: t("today"), 1: t("tomorrow")}[ahead]
    return t.day(on) if abs(ahead) < HALF_A_YEAR else t.full_date(on)


def temperament_advice(kind: str | None, t: Translator) -> str | None:
    """One line on how to talk to a client of this temperament."""
    lines = {
        "choleric": t("Answer fast, with the big facts and no detail; take nothing personally."),
        "sanguine": t("Ask closed questions and bring them back to the topic; be friendly, but hold the price."),
        "melancholic": t("Be patient, send steady, detailed reports, and repeat the reassurance."),
        "phlegmatic": t("Give every detail with its source, checked twice; no hurry, no chumminess."),
    }
    return lines.get(kind or "")


def held_back_reason(why: str | None, t: Translator) -> str | None:
    """Why a red client did not interrupt the reader when it turned red."""
    lines = {
        "cap": t("Not sent at once: three others had already interrupted you that day."),
        "hours": t("Not sent at once: it came up outside your working hours."),
        "snoozed": t("Not sent at once: it was snoozed."),
        "away": t("Not sent at once: the owner is away."),
        "unmatched": t("Not sent at once: its owner is not known in Slack yet."),
    }
    return lines.get(why or "")


def factors(found: Factors, t: Translator) -> list[tuple[str, float, str]]:
    """The factors of a priority: what each is called, its size, and what that size says."""
    return [
        (t("value of the client"), found.value, _compared(found.value, t)),
        (t("relationship"), found.relationship, t("new") if found.relationship > 1 else t("settled")),
        (t("time left"), found.timing, _time_left(found.timing, t)),
        (t("effort"), found.effort, _effort(found.effort, t)),
    ]


def _compared(size: float, t: Translator) -> str:
    if abs(size - 1) < 0.005:
        return t("about the agency's median, or not known")
    return t("above the agency's median") if size > 1 else t("below the agency's median")


def _time_left(size: float, t: Translator) -> str:
    if size == 1:
        return t("no goal is set")
    return t("the period is running out") if size > SET_GOALS else t("goals are set, nothing presses")


def _effort(size: float, t: Translator) -> str:
    if size == 1:
        return t("nothing to do")
    return t("can be settled quickly") if size > 1 else t("takes a while")


def ordinal(rank: int, t: Translator) -> str:
    """A rank as people say it: 1st, 2nd, 3rd, 11th."""
    count = t.number(rank)
    known = {"one": t("{count}st", count=count), "two": t("{count}nd", count=count), "few": t("{count}rd", count=count)}
    return known.get(t.ordinal(rank), t("{count}th", count=count))


def average(days: float | None, t: Translator) -> str | None:
    """The number that the whole team watches; None where there are no clients."""
    if days is None:
        return None
    return t.plural(
        "{days} day since contact on average",
        "{days} days since contact on average",
        round(days, 1),
        days=t.number(days, digits=1),
    )


def listed(items: Sequence[str], most: int, t: Translator, between: str = "; ") -> str:
    """Several things in a row, the first ones by name and the rest as a number."""
    said = between.join(items[:most])
    left = len(items) - most
    return said if left <= 0 else f"{said} " + t.plural("and {count} more", "and {count} more", left)
