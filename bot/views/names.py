"""What things are called: people, clients, days, colours, statuses, factors and signals, in the reader's language.

Plain strings, not escaped. No sentences about what was noticed: they are in `words`.
"""

from datetime import date

from bot.i18n import Translator
from bot.views.blocks import clean
from bot.views.cards import Person
from scoring.assessment import Signal

CIRCLES = {"red": "🔴", "amber": "🟡", "green": "🟢", None: "⚪"}
"""Beside a colour's word, never instead of it."""


def client_name(name: str, t: Translator, limit: int = 80) -> str:
    """A client's name as it may be shown."""
    return clean(name, limit) or t("(no name)")


def person_name(person: Person, t: Translator) -> str:
    """A person's name as it may be shown."""
    return clean(person.name, 60) or t("(no name)")


def colour(shade: str | None, t: Translator) -> str:
    """A colour as a word."""
    return {"red": t("red"), "amber": t("amber"), "green": t("green")}.get(shade or "", t("not assessed yet"))


def status(name: str, t: Translator) -> str:
    """A client's status as a word."""
    known = {"onboarding": t("onboarding"), "active": t("active"), "paused": t("paused"), "lost": t("lost")}
    return known.get(name, name)


def near_day(on: date, today: date, t: Translator) -> str:
    """Say a day that is close: today, tomorrow, else with its weekday; one of another year with its year."""
    ahead = (on - today).days
    if ahead == 0:
        return t("today")
    if ahead == 1:
        return t("tomorrow")
    return t.day(on) if on.year == today.year or abs(ahead) < 180 else t.full_date(on)


def temperament(kind: str | None, t: Translator) -> str | None:
    """One line on how to talk to a client of this temperament."""
    lines = {
        "choleric": t("Answer fast, with the big facts and no detail; take nothing personally."),
        "sanguine": t("Ask closed questions and bring them back to the topic; be friendly, but hold the price."),
        "melancholic": t("Be patient, send steady, detailed reports, and repeat the reassurance."),
        "phlegmatic": t("Give every detail with its source, checked twice; no hurry, no chumminess."),
    }
    return lines.get(kind or "")


def held_back(why: str | None, t: Translator) -> str | None:
    """Why a red client did not interrupt the reader when it turned red."""
    lines = {
        "cap": t("Not sent at once: three others had already interrupted you that day."),
        "hours": t("Not sent at once: it came up outside your working hours."),
        "snoozed": t("Not sent at once: it was snoozed."),
        "away": t("Not sent at once: the owner is away."),
        "unmatched": t("Not sent at once: its owner is not known in Slack yet."),
    }
    return lines.get(why or "")


def factor_names(t: Translator) -> dict[str, str]:
    """What the factors of a priority are called, in the order in which they are shown."""
    return {
        "value": t("Value of the client"),
        "relationship": t("Young relationship"),
        "timing": t("Time of the month"),
        "effort": t("Effort it takes"),
    }


def signal_name(signal: Signal, t: Translator) -> str:
    """What a signal is called."""
    if signal.name == "goal_pacing":
        return {
            "leads": t("Leads against the goal"),
            "conversions": t("Conversions against the goal"),
            "revenue": t("Revenue against the goal"),
        }.get(signal.subject, t("Results against the goal"))
    return {
        "contact_gap": t("Time since contact"),
        "unanswered": t("Attempts without an answer"),
        "invoice_overdue": t("Overdue invoices"),
        "spend_pacing": t("Spend against the target"),
        "no_goals": t("Goals"),
    }.get(signal.name, t("Something else"))
