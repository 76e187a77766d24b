"""What else happened in the past half year: observations of all clients, and the last weeks of those that left.

Drawn at random, at rates that account managers report: how often clients complain, and what those that left were tired
of. None of the bot's rules was consulted, so a backtest over the pretend agency may well find that there was no sign.
Never here: the last two months of the clients that stayed, which are in their stories.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo.stories import Story

QUIET_DAYS = 65
"""How long ago the last random observation of a client that stayed is."""
REASONS = ("results", "service", "money", "something else")
"""Why clients left; something else is a sale of the company, or work taken in-house."""
COMPLAINTS = (
    "Leads from towns where they do not work",
    "The report came two days late",
    "A typo in the autumn ad",
    "Nobody told them about the new account manager",
)


@dataclass(frozen=True, slots=True)
class Observation:
    """Something observed of a client on a day."""

    kind: str
    on: date
    value: object = ""
    note: str = ""
    resolved_on: date | None = None


def observations(story: Story, today: date, ended: date, history_days: int, random: Random) -> Iterator[Observation]:
    """Draw what was observed of a client in the last `history_days`; `ended` is today, or the day it left."""
    yield from _at_any_client(story, today, ended, history_days, random)
    if story.status == "lost":
        yield from _before_leaving(ended, random)


def days_since_contact(story: Story, random: Random) -> int:
    """Give how long ago somebody last spoke with a client: by its story, or drawn where it left."""
    return random.randint(1, 18) if story.status == "lost" else story.silent_days


def days_between_contacts(random: Random) -> int:
    """Draw the days between two contacts: about a week, now and then a holiday."""
    return random.randint(11, 16) if random.random() < 0.03 else random.randint(2, 8)


def _at_any_client(story: Story, today: date, ended: date, history_days: int, random: Random) -> Iterator[Observation]:
    oldest = min(history_days, story.tenure_days) - 5
    days_ago = [random.randint(QUIET_DAYS, max(QUIET_DAYS, oldest)) for _ in range(3)]
    complained, asked, said = (today - timedelta(days=ago) for ago in days_ago)
    if oldest <= QUIET_DAYS:
        return
    if random.random() < 0.3 and complained < ended:
        settled_on = complained + timedelta(days=random.randint(1, 8))
        yield Observation("complaint", complained, "", random.choice(COMPLAINTS), min(settled_on, ended))
    if random.random() < 0.5 and asked < ended and story.survey is None:
        yield Observation("survey", asked, random.randint(7, 10))
    if random.random() < 0.3 and said < ended and not story.mood:
        yield Observation("mood", said, random.choice(("pleased", "neutral", "neutral", "uneasy")))


def _before_leaving(ended: date, random: Random) -> Iterator[Observation]:
    reason = random.choice(REASONS)
    weeks = ended - timedelta(days=random.randint(10, 50))
    if reason == "results":
        if random.random() < 0.6:
            yield Observation("survey", weeks, random.randint(3, 7))
        yield Observation("mood", weeks + timedelta(days=5), random.choice(("neutral", "uneasy", "unhappy")))
    elif reason == "service":
        settled_on = weeks + timedelta(days=random.randint(3, 12)) if random.random() < 0.5 else None
        yield Observation(
            "complaint", weeks, "", random.choice(COMPLAINTS), min(settled_on, ended) if settled_on else None
        )
    elif reason == "money":
        yield Observation("budget_change", weeks, -random.randint(20, 50), "Cut their budget for the quarter")
    elif random.random() < 0.5:
        yield Observation("praise", weeks, "", "Thanked the team for the last campaign")
