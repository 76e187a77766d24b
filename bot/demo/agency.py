"""Writes the pretend agency's spreadsheets: half a year of history up to a given day, the same for the same day.

Never here: who the clients are and what happened to them (`stories`, `random_events`).
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bot.demo import random_events
from bot.demo.stories import STORIES, Story

SEED = 1897
HISTORY_DAYS = 183
WEEKDAY_SHARE = (1.08, 1.12, 1.1, 1.06, 0.98, 0.8, 0.86)
"""How an average week's spend spreads over Monday to Sunday."""
HOUR_COST = 42
"""What an hour of the team's work costs, in whole units of the client's currency."""
SUBJECTS = (
    "Went through last week's numbers",
    "Agreed the copy for the next campaign",
    "Talked about the landing page",
    "Checked the tracking with their developer",
    "Planned next month's budget",
    "Answered a question about the report",
    "Quick check-in, all good",
)
CONTACTS = ("Ana Torres", "Ben Keller", "Carla Nowak", "Daria Petrova", "Emil Lang", "Fay Morgan", "Gil Romero")
"""Names of people at the clients."""
Row = dict[str, object]


def write_spreadsheets(folder: Path, today: date) -> dict[str, Path]:
    """Write one CSV for each kind into `folder`; give their paths by kind, in the order to import them in."""
    sheets: dict[str, Callable[[Story, date, Random], Iterable[Row]]] = {
        "clients": _client,
        "contacts": _contacts,
        "touchpoints": _touchpoints,
        "invoices": _invoices,
        "metrics": _metrics,
        "targets": _targets,
        "observations": _observations,
        "deadlines": _deadlines,
        "roadmap": _roadmap,
        "effort": _effort,
    }
    paths = {}
    for kind, rows_of in sheets.items():
        rows = [row for story in STORIES for row in rows_of(story, today, Random(f"{SEED} {kind} {story.key}"))]
        paths[kind] = folder / f"{kind}.csv"
        with paths[kind].open("w", newline="", encoding="utf-8") as file:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return paths


def _ended(story: Story, today: date) -> date:
    """The first day without records: today, or the day on which the client left."""
    return today - timedelta(days=story.lost_days_ago or 0)


def _days(story: Story, today: date) -> Iterator[date]:
    end = _ended(story, today)
    start = max(today - timedelta(days=HISTORY_DAYS), today - timedelta(days=story.tenure_days))
    return (start + timedelta(days=n) for n in range((end - start).days))


def _client(story: Story, today: date, _random: Random) -> Iterator[Row]:
    yield {
        "external_id": story.key,
        "name": story.name,
        "owner": story.owner.email,
        "backup": story.backup.email,
        "status": story.status,
        "monthly_fee": story.fee,
        "currency": story.owner.currency,
        "billing": story.billing,
        "started_on": today - timedelta(days=story.tenure_days),
        "renews_on": today + timedelta(days=story.renews_in) if story.renews_in else "",
        "lost_on": _ended(story, today) if story.status == "lost" else "",
        "contact_limit_days": story.limit_days or "",
        "industry": story.industry,
        "temperament": story.temperament,
        "complexity": story.complexity,
        "reporting": story.reporting,
    }


def _contacts(story: Story, _today: date, random: Random) -> Iterator[Row]:
    name = random.choice(CONTACTS)
    email = f"{name.split()[0].lower()}@{story.key}.example"
    yield {"client": story.key, "name": name, "role": "Marketing", "email": email, "decision_maker": "yes"}


def _touchpoints(story: Story, today: date, random: Random) -> Iterator[Row]:
    zone, end = ZoneInfo(story.owner.tz), _ended(story, today)
    first = max(today - timedelta(days=HISTORY_DAYS), today - timedelta(days=story.tenure_days))
    day = end - timedelta(days=random_events.days_since_contact(story, random))
    number = 0
    while day >= first:
        number += 1
        yield {
            "client": story.key,
            "occurred_at": _office_hour(day, zone, random),
            "channel": random.choice(("call", "call", "email", "email", "meeting", "chat")),
            "direction": random.choice(("out", "out", "in")),
            "outcome": "reached",
            "summary": random.choice(SUBJECTS),
            "member": story.owner.email,
            "external_id": f"{story.key}-{number}",
        }
        day -= timedelta(days=random_events.days_between_contacts(random))
    for attempt in range(story.attempts):
        day = end - timedelta(days=1 + 3 * attempt)
        yield {
            "client": story.key,
            "occurred_at": _office_hour(day, zone, random),
            "channel": "call",
            "direction": "out",
            "outcome": "attempt",
            "member": story.owner.email,
            "external_id": f"{story.key}-attempt-{attempt + 1}",
        }


def _office_hour(day: date, zone: ZoneInfo, random: Random) -> str:
    return datetime.combine(day, time(random.randint(9, 16), random.choice((0, 10, 25, 40))), zone).isoformat()


def _invoices(story: Story, today: date, random: Random) -> Iterator[Row]:
    if story.billing == "project":
        return
    end, start = _ended(story, today), today - timedelta(days=story.tenure_days)
    open_due = None if story.owed_since is None else today - timedelta(days=story.owed_since)
    newest_due = open_due or end - timedelta(days=6 + max(story.pay_delay, 0))
    for months_back in range(9):
        due = newest_due - timedelta(days=30 * months_back)
        issued = due - timedelta(days=14)
        if issued < start:
            return
        is_open = due == open_due
        paid_on = due + timedelta(days=story.pay_delay + random.randint(-2, 2))
        yield {
            "client": story.key,
            "number": f"{due:%y%m%d}-{story.key}",
            "issued_on": issued,
            "due_on": due,
            "amount": story.fee,
            "paid_amount": 0 if is_open else story.fee,
            "paid_on": "" if is_open else min(paid_on, end - timedelta(days=1)),
            "currency": story.owner.currency,
            "status": "open" if is_open else "paid",
        }


def _metrics(story: Story, today: date, random: Random) -> Iterator[Row]:
    if not story.daily_spend:
        return
    this_month = today.replace(day=1)
    for day in _days(story, today):
        current = day >= this_month
        rhythm = WEEKDAY_SHARE[day.weekday()] * random.uniform(0.88, 1.12)
        spend = story.daily_spend * rhythm * (story.spend_course if current else 1.0)
        leads = story.leads_a_day * rhythm * (story.lead_course if current else 1.0)
        whole = int(leads) + (random.random() < leads % 1)
        clicks = round(spend / random.uniform(0.9, 1.3))
        yield {
            "client": story.key,
            "date": day,
            "source": "ads",
            "spend": f"{spend:.2f}",
            "impressions": clicks * random.randint(28, 44),
            "clicks": clicks,
            "sessions": round(clicks * 1.4),
            "leads": whole if story.leads_a_day else "",
            "qualified_leads": round(whole * 0.4) if story.leads_a_day else "",
            "conversions": round(whole * 0.9, 1) if story.leads_a_day else round(clicks / 40, 1),
            "currency": story.owner.currency,
        }


def _targets(story: Story, today: date, _random: Random) -> Iterator[Row]:
    if not story.targets or not story.daily_spend or story.status == "lost":
        return
    month = today.replace(day=1)
    for _ in range(6):
        length = ((month + timedelta(days=31)).replace(day=1) - month).days
        goals = {"spend": story.daily_spend * length, "leads": round(story.leads_a_day * length)}
        for metric, target in goals.items():
            if target:
                yield {"client": story.key, "month": f"{month:%Y-%m}", "metric": metric, "target": target}
        month = (month - timedelta(days=1)).replace(day=1)


def _observations(story: Story, today: date, random: Random) -> Iterator[Row]:
    def seen(kind: str, days_ago: int, value: object = "", note: str = "") -> Row:
        return {
            "client": story.key,
            "kind": kind,
            "occurred_on": today - timedelta(days=days_ago),
            "value": value,
            "note": note,
            "external_id": f"{story.key}-{kind}-{days_ago}",
        }

    if story.complaint_days_ago is not None:
        yield seen("complaint", story.complaint_days_ago, note="The monthly report had last month's figures in it")
    if story.mood:
        yield seen("mood", story.silent_days, story.mood)
    if story.survey is not None:
        yield seen("survey", 70, 9)
        yield seen("survey", 12, story.survey)
    if story.referral_days_ago is not None:
        yield seen("referral", story.referral_days_ago, note="Sent a friend our way")
    for found in random_events.observations(story, today, _ended(story, today), HISTORY_DAYS, random):
        row = seen(found.kind, (today - found.on).days, found.value, found.note)
        yield {**row, "resolved_on": found.resolved_on or ""}


def _deadlines(story: Story, today: date, _random: Random) -> Iterator[Row]:
    for title, ahead in story.deadlines:
        due_on = today + timedelta(days=ahead)
        yield {
            "client": story.key,
            "title": title,
            "internal_due_on": due_on,
            "promised_on": due_on + timedelta(days=2),
            "member": story.owner.email,
        }


def _roadmap(story: Story, today: date, _random: Random) -> Iterator[Row]:
    for title, ahead, kind in story.steps:
        yield {"client": story.key, "title": title, "planned_on": today + timedelta(days=ahead), "kind": kind}


def _effort(story: Story, today: date, random: Random) -> Iterator[Row]:
    if not story.hours:
        return
    month = today.replace(day=1)
    for _ in range(3):
        month = (month - timedelta(days=1)).replace(day=1)
        yield {
            "client": story.key,
            "month": f"{month:%Y-%m}",
            "hours": round(story.hours * random.uniform(0.95, 1.05), 1),
            "hours_budget": story.hours_agreed,
            "hourly_cost": HOUR_COST,
            "tools_cost": random.choice((0, 45, 90)),
        }
