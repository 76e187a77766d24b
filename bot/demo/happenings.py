"""What else happened in the half year before: remarks on all clients alike, and the last weeks of those that left.

All of it is drawn by lot, from what account managers tell: how often people complain, and of what those that left had
had enough. No rule of ours was asked, so that a backtest over the pretend agency may well find that there was no sign.
The last two months of those that stayed are left to their stories.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo.storylines import Story

QUIET_DAYS = 65
"""How far back remarks on those that stayed begin."""
REASONS = ("results", "service", "money", "nothing of ours")
"""What those that left had had enough of, or that they were sold, or took the work in-house."""
COMPLAINTS = (
    "Leads from towns where they do not work",
    "The report came two days late",
    "A typo in the autumn ad",
    "Nobody told them about the new account manager",
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said of a client on a day."""

    kind: str
    on: date
    value: object = ""
    note: str = ""
    resolved_on: date | None = None


def remarks(story: Story, today: date, ended: date, history_days: int, random: Random) -> Iterator[Remark]:
    """Draw what was said of a client, from the beginning of the records on; `ended` is today, or when it left."""
    yield from _everyday(story, today, ended, history_days, random)
    if story.status == "lost":
        yield from _parting(ended, random)


def last_silence(story: Story, random: Random) -> int:
    """Give how long ago, at the end, somebody last spoke with a client: told for those that stayed, else drawn."""
    return random.randint(1, 18) if story.status == "lost" else story.silent_days


def next_gap(random: Random) -> int:
    """Draw the days between two contacts: a week or less; now and then a holiday gets in between."""
    return random.randint(11, 16) if random.random() < 0.03 else random.randint(2, 8)


def _everyday(story: Story, today: date, ended: date, history_days: int, random: Random) -> Iterator[Remark]:
    oldest = min(history_days, story.tenure_days) - 5
    days_ago = [random.randint(QUIET_DAYS, max(QUIET_DAYS, oldest)) for _ in range(3)]
    complained, asked, said = (today - timedelta(days=ago) for ago in days_ago)
    if oldest <= QUIET_DAYS:
        return
    if random.random() < 0.3 and complained < ended:
        settled_on = complained + timedelta(days=random.randint(1, 8))
        yield Remark("complaint", complained, "", random.choice(COMPLAINTS), min(settled_on, ended))
    if random.random() < 0.5 and asked < ended and story.survey is None:
        yield Remark("survey", asked, random.randint(7, 10))
    if random.random() < 0.3 and said < ended and not story.mood:
        yield Remark("mood", said, random.choice(("pleased", "neutral", "neutral", "uneasy")))


def _parting(ended: date, random: Random) -> Iterator[Remark]:
    reason = random.choice(REASONS)
    weeks = ended - timedelta(days=random.randint(10, 50))
    if reason == "results":
        if random.random() < 0.6:
            yield Remark("survey", weeks, random.randint(3, 7))
        yield Remark("mood", weeks + timedelta(days=5), random.choice(("neutral", "uneasy", "unhappy")))
    elif reason == "service":
        settled_on = weeks + timedelta(days=random.randint(3, 12)) if random.random() < 0.5 else None
        yield Remark("complaint", weeks, "", random.choice(COMPLAINTS), min(settled_on, ended) if settled_on else None)
    elif reason == "money":
        yield Remark("budget_change", weeks, -random.randint(20, 50), "Cut their budget for the quarter")
    elif random.random() < 0.5:
        yield Remark("praise", weeks, "", "Thanked the team for the last campaign")
