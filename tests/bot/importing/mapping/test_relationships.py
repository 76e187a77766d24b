"""What a row of clients, touchpoints and observations comes to in the database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, update

from bot.infra.db import transaction
from bot.infra.models import Client, Member, Observation, Touchpoint
from tests.bot.importing.mapping.conftest import NOW, ImportText, counts, reasons, rows


def test_a_client_keeps_its_currency_when_a_later_file_lacks_the_column(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", "external_id,name,owner,monthly_fee\nJP,Yen,a@x.example,1300\nNEW,New,a@x.example,5\n")
    assert rows(engine, Client, "external_id", "currency", "monthly_fee")[1:] == [
        ("JP", "JPY", 1300),
        ("BH", "BHD", 1500),
        ("NEW", "EUR", 500),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("X,X,a@x.example,2026-11-02,2026-11-01,", ("lost_on", "is before started_on, 2026-11-02")),
        ("X,X,a@x.example,2026-11-02,,2026-11-01", ("renews_on", "is before started_on, 2026-11-02")),
    ],
)
def test_a_client_whose_dates_are_out_of_order_is_refused(
    import_text: ImportText, line: str, reason: tuple[str, str]
) -> None:
    assert reasons(import_text("clients", f"external_id,name,owner,started_on,lost_on,renews_on\n{line}\n")) == [reason]


def test_a_time_without_an_offset_is_in_the_members_zone_and_else_in_the_owners(
    engine: Engine, import_text: ImportText
) -> None:
    with transaction(engine) as session:
        session.execute(update(Member).where(Member.email == "a@x.example").values(tz="Europe/Warsaw"))
        session.execute(update(Member).where(Member.email == "b@x.example").values(tz="America/Lima"))
    report = import_text(
        "touchpoints",
        "client,occurred_at,member\n"
        "EU,2026-11-02 10:00,\n"
        "EU,2026-11-03 10:00,b@x.example\n"
        "EU,2026-11-04T10:00+05:30,b@x.example\n"
        "EU,2026-11-05,\n"
        "EU,2026-11-06 10:00,new@x.example\n",
    )
    assert report.added == 5
    assert rows(engine, Touchpoint, "occurred_at") == [
        (datetime(2026, 11, 2, 9, tzinfo=UTC),),
        (datetime(2026, 11, 3, 15, tzinfo=UTC),),
        (datetime(2026, 11, 4, 4, 30, tzinfo=UTC),),
        (datetime(2026, 11, 5, 11, tzinfo=UTC),),
        (datetime(2026, 11, 6, 9, tzinfo=UTC),),
    ]


def test_missing_values_of_a_touchpoint_get_their_defaults(engine: Engine, import_text: ImportText) -> None:
    import_text("touchpoints", "client,occurred_at\nEU,2026-11-02\n")
    import_text(
        "touchpoints",
        "client,occurred_at,channel,outcome,mood,summary\nEU,2026-11-03,Anruf,no answer,,Hm\n"
        "EU,2026-11-04,Anruf,,happy,\n",
    )
    names = ("channel", "direction", "outcome", "mood", "summary", "member_id", "source", "contact_no", "created_at")
    assert rows(engine, Touchpoint, *names) == [
        ("other", "out", "reached", None, None, None, "import", 0, NOW),
        ("call", "out", "attempt", None, "Hm", None, "import", 0, NOW),
        ("call", "out", "reached", "pleased", None, None, "import", 0, NOW),
    ]


def test_a_mood_with_an_attempt_that_nobody_answered_is_refused(engine: Engine, import_text: ImportText) -> None:
    report = import_text("touchpoints", "client,occurred_at,outcome,mood\nEU,2026-11-03,no answer,happy\n")
    assert [(each.row, each.column) for each in report.refusals] == [(2, "mood")]
    assert rows(engine, Touchpoint, "mood") == []


def test_a_touchpoint_is_matched_again_after_its_members_time_zone_has_changed(
    engine: Engine, import_text: ImportText
) -> None:
    text = "client,occurred_at,summary\nEU,2026-11-02 10:00,Spoke\n"
    import_text("touchpoints", text)
    with transaction(engine) as session:
        session.execute(update(Member).values(tz="Asia/Tokyo"))
    assert counts(import_text("touchpoints", text)) == (0, 1, 0, 0)
    assert rows(engine, Touchpoint, "occurred_at") == [(datetime(2026, 11, 2, 1, tzinfo=UTC),)]


def test_a_touchpoint_with_an_external_id_can_be_corrected(engine: Engine, import_text: ImportText) -> None:
    head = "client,occurred_at,summary,external_id\n"
    import_text("touchpoints", head + "EU,2026-11-02,Spoke,t1\n")
    assert counts(import_text("touchpoints", head + "EU,2026-11-01,Spoke at length,t1\n")) == (0, 1, 0, 0)
    assert rows(engine, Touchpoint, "summary") == [("Spoke at length",)]


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("complaint", "", (None, None)),
        ("survey", "7,5", (7.5, None)),
        ("survey", "11", "is not between 0 and 10, as a survey has it"),
        ("survey", "", "is needed: a survey has one from 0 to 10"),
        ("resource card", "3", (3.0, None)),
        ("mood", "Uneasy", (None, "uneasy")),
        ("mood", "zufrieden", (None, "pleased")),
        ("mood", "7", "is none of pleased, neutral, uneasy, unhappy"),
        ("usage", "45 %", (0.45, None)),
        ("usage", "lots", "is not a number"),
    ],
)
def test_the_value_of_an_observation_depends_on_its_kind(
    engine: Engine, import_text: ImportText, kind: str, value: str, stored: object
) -> None:
    report = import_text("observations", f"client;kind;occurred_on;value\nEU;{kind};2026-11-02;{value}\n")
    found = rows(engine, Observation, "value", "label")
    assert found == [stored] or reasons(report) == [("value", stored)]
    assert bool(found) != bool(report.refused)


def test_a_complaint_is_closed_by_the_same_row_with_a_day(engine: Engine, import_text: ImportText) -> None:
    head = "client,kind,occurred_on,note,resolved_on\n"
    import_text("observations", head + "EU,complaint,2026-11-02,Late,\n")
    assert counts(import_text("observations", head + "EU,complaint,2026-11-02,Late,2026-11-05\n")) == (0, 1, 0, 0)
    assert rows(engine, Observation, "resolved_on") == [(date(2026, 11, 5),)]
    report = import_text("observations", head + "EU,complaint,2026-11-02,Late,2026-11-01\n")
    assert reasons(report) == [("resolved_on", "is before occurred_on, 2026-11-02")]


def test_a_touchpoint_may_be_automatic_and_say_with_whom_and_how_long(engine: Engine, import_text: ImportText) -> None:
    head = "client,occurred_at,automatic,person,duration_minutes,external_id\n"
    import_text("touchpoints", head + "EU,2026-11-02,yes,,,a\nEU,2026-11-03,no,Ada Lovelace,25,b\n")
    assert rows(engine, Touchpoint, "automatic", "person", "duration_minutes") == [
        (True, None, None),
        (False, "Ada Lovelace", 25),
    ]


def test_a_touchpoint_that_a_program_sent_shows_no_mood_and_none_lasts_longer_than_a_day(
    import_text: ImportText,
) -> None:
    head = "client,occurred_at,automatic,mood,duration_minutes\n"
    report = import_text("touchpoints", head + "EU,2026-11-02,yes,pleased,\nEU,2026-11-03,no,,1800000\n")
    assert reasons(report) == [
        ("mood", "can't be known from what a program sent"),
        ("duration_minutes", "is longer than a day"),
    ]


def test_what_is_resolved_is_resolved_by_now_and_a_pause_may_end_later(import_text: ImportText) -> None:
    head = "client,kind,occurred_on,resolved_on\n"
    report = import_text(
        "observations", head + "EU,complaint,2026-11-10,2027-03-01\nEU,campaign_pause,2026-11-10,2026-12-20\n"
    )
    assert reasons(report) == [("resolved_on", "is in the future")]
    assert report.added == 1
