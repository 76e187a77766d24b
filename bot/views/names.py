"""What things are called in the reader's language: people, clients, days, colours, statuses, ways of working.

Plain strings, not escaped. Never here: sentences about what was noticed, which are in `signals`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.infra.i18n import Translator
from bot.views.blocks import clean
from bot.views.data import Person
from scoring.assessment import Factors

CIRCLES = {"red": "🔴", "amber": "🟡", "green": "🟢", None: "⚪"}
"""Next to a colour's word, never instead of it."""

HALF_A_YEAR = 180
"""In days: a day further away is written with its year."""

SET_GOALS = 1.02
"""A timing factor up to this comes from having goals at all; anything above, from time running out."""


def client_name(name: str, t: Translator, limit: int = 80) -> str:
    """A client's name, cleaned and cut for display."""
    return clean(name, limit) or t("(no name)")


def person_name(person: Person, t: Translator) -> str:
    """A person's name, cleaned and cut for display."""
    return clean(person.name, 60) or t("(no name)")


def colour(shade: str | None, t: Translator) -> str:
    """A colour as a word."""
    if shade == "red":
        return t("red")
    if shade == "amber":
        return t("amber")
    return t("green") if shade == "green" else t("not checked yet")


def status(name: str, t: Translator) -> str:
    """A client's status as a word."""
    known = {"onboarding": t("onboarding"), "active": t("active"), "paused": t("paused"), "lost": t("lost")}
    return known.get(name, name)


def temperament_name(kind: str | None, t: Translator) -> str:
    """How a client likes to work, in words that the client itself may read."""
    known = {
        "choleric": t("Fast, big picture"),
        "sanguine": t("Warm, talkative"),
        "melancholic": t("Careful, needs reassurance"),
        "phlegmatic": t("Calm, wants every detail"),
    }
    return known.get(kind or "", t("Not known"))


def near_day(on: date, today: date, t: Translator) -> str:
    """A day as people say it: yesterday, today, tomorrow, else with its weekday, or its year if half a year away."""
    ahead = (on - today).days
    if ahead in {-1, 0, 1}:
        return {-1: t("yesterday"), 0: t("today"), 1: t("tomorrow")}[ahead]
    return t.day(on) if abs(ahead) < HALF_A_YEAR else t.full_date(on)


def until_day(on: date, today: date, t: Translator) -> str:
    """The day until which something waits: as `near_day`, and with its year if that is another one."""
    return near_day(on, today, t) if on.year == today.year or on <= today + timedelta(1) else t.full_date(on)


def temperament_advice(kind: str | None, t: Translator) -> str | None:
    """One line on how to talk to a client who works like this; None if unknown."""
    lines = {
        "choleric": t("Keep it short, big facts first; take nothing personally."),
        "sanguine": t("Be friendly, ask yes-or-no questions, bring them back to the topic, and hold the price."),
        "melancholic": t("Be patient, report often and in detail, and reassure them again."),
        "phlegmatic": t("Give every detail with its source, double-checked; don't rush, don't get chummy."),
    }
    return lines.get(kind or "")


def held_back_reason(why: str | None, t: Translator) -> str | None:
    """Why nobody was alerted when a client turned red; None if somebody was."""
    lines = {
        "cap": t("Not sent right away: you had already had three alerts that day."),
        "hours": t("Came up outside your working hours."),
        "snoozed": t("Not sent right away: it was snoozed."),
        "away": t("Not sent right away: the owner is away."),
        "unmatched": t("Not sent right away: the owner is not in Slack yet."),
    }
    return lines.get(why or "")


def factors(found: Factors, t: Translator) -> list[tuple[str, float, str]]:
    """The factors of a priority: what each is called, its size, and what that size means."""
    return [
        (t("account size"), found.value, _compared(found.value, t)),
        (t("relationship"), found.relationship, t("new") if found.relationship > 1 else t("established")),
        (t("time left"), found.timing, _time_left(found.timing, t)),
        (t("effort"), found.effort, _effort(found.effort, t)),
    ]


def _compared(size: float, t: Translator) -> str:
    if abs(size - 1) < 0.005:
        return t("typical, or not known")
    return t("bigger than typical") if size > 1 else t("smaller than typical")


def _time_left(size: float, t: Translator) -> str:
    if size == 1:
        return t("no goal that presses")
    return t("time is running out") if size > SET_GOALS else t("goals set, no rush")


def _effort(size: float, t: Translator) -> str:
    if size == 1:
        return t("nothing that presses")
    return t("quick to fix") if size > 1 else t("takes time")


def ordinal(rank: int, t: Translator) -> str:
    """A rank: 1st, 2nd, 3rd, 11th."""
    count = t.number(rank)
    known = {"one": t("{count}st", count=count), "two": t("{count}nd", count=count), "few": t("{count}rd", count=count)}
    return known.get(t.ordinal(rank), t("{count}th", count=count))


def account_size(size: str | None, t: Translator) -> str | None:
    """How big an account is, for who may not see its amounts; None if unknown."""
    known = {"big": t("a big account"), "typical": t("a typical account"), "small": t("a small account")}
    return known.get(size or "")


def average(days: float | None, t: Translator) -> str | None:
    """The average days since contact, which the whole team watches; None if there are no clients."""
    if days is None:
        return None
    return t.plural(
        "{days} day since contact on average",
        "{days} days since contact on average",
        round(days, 1),
        days=t.number(days, digits=1),
    )


def listed(items: Sequence[str], most: int, t: Translator, between: str = "; ") -> str:
    """Several things in a row: the first `most` by name, the rest as a number."""
    named = between.join(items[:most])
    left = len(items) - most
    return named if left <= 0 else f"{named} " + t.plural("and {count} more", "and {count} more", left)
