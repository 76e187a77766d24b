"""`/atrisk away until DATE cover @person` and `/atrisk back`.

Never here: what an absence changes (no digest, clients on the cover's list, nudges to the cover).
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

from bot.people import members
from bot.views import names, texts
from handlers import colleagues
from handlers.context import Reader
from scoring.dates import local_day

AWAY = re.compile(
    r"away until (?P<day>\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4})(?: cover <@(?P<cover>[UW][A-Z0-9]+)(?:\|[^>]*)?>)?",
    re.IGNORECASE | re.ASCII,
)
MAX_AHEAD = timedelta(days=366)


def answer(reader: Reader, text: str) -> dict[str, Any] | None:
    """Carry out a command about being away, and return the answer; None if the text is not one."""
    words = text.casefold()
    if words == "back":
        return _back(reader)
    match = AWAY.fullmatch(text)
    if match:
        return _away(reader, _parse_day(match["day"]), match["cover"])
    return _usage(reader) if words == "away" or words.startswith("away until") else None


def _away(reader: Reader, until: date | None, cover_id: str | None) -> dict[str, Any]:
    t, services, today = reader.t, reader.services, local_day(reader.services.now(), reader.actor.zone)
    if until is None or not today <= until <= today + MAX_AHEAD:
        return texts.say(t("Choose a day from today on, within a year."))
    cover = colleagues.find(reader, cover_id) if cover_id else None
    if cover_id and (cover is None or not cover.is_allowed or cover.member_id == reader.actor.member_id):
        return texts.say(t("Only a colleague in this workspace can cover for you. Nothing was changed."))
    workspace_id, member_id = reader.actor.workspace_id, reader.actor.member_id
    with services.transaction() as session:
        cover_member_id = cover.member_id if cover else None
        members.start_absence(
            session, workspace_id, member_id, start=today, until=until, cover_id=cover_member_id, now=services.now()
        )
    day = t.full_date(until)
    if cover is None:
        return texts.say(t("You're away until {day}. Each client's backup covers for you.", day=day))
    who = names.person_name(cover.person, t)
    return texts.say(t("You're away until {day}. {who} covers for you and sees your clients.", day=day, who=who))


def _back(reader: Reader) -> dict[str, Any]:
    today = local_day(reader.services.now(), reader.actor.zone)
    with reader.services.transaction() as session:
        actor, now = reader.actor, reader.services.now()
        was_away = members.end_absence(session, actor.workspace_id, actor.member_id, today, now=now)
    if not was_away:
        return texts.say(reader.t("You're not away. Type /atrisk for your list."))
    return texts.say(reader.t("Welcome back. Your list comes on the next working morning."))


def _usage(reader: Reader) -> dict[str, Any]:
    return texts.say(reader.t("Say until when, and who covers for you: /atrisk away until 2026-12-24 cover @person"))


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None
