"""What a row of clients, touchpoints and observations comes to in the database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, update

from bot.infra.db import transaction
from bot.infra.models import Client, Member, Observation, Touchpoint
from tests.bot.importing.mapping.conftest import NOW, Take, counts, reasons, rows


def test_a_client_keeps_its_currency_when_a_later_file_does_not_tell_it(engine: Engine, take: Take) -> None:
    take("clients", "external_id,name,owner,monthly_fee\nJP,Yen,a@x.example,1300\nNEW,New,a@x.example,5\n")
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
def test_a_client_whose_days_are_out_of_order_is_refused(take: Take, line: str, reason: tuple[str, str]) -> None:
    assert reasons(take("clients", f"external_id,name,owner,started_on,lost_on,renews_on\n{line}\n")) == [reason]


def test_a_time_without_an_offset_is_the_members_and_else_the_owners(engine: Engine, take: Take) -> None:
    with transaction(engine) as session:
        session.execute(update(Member).where(Member.email == "a@x.example").values(tz="Europe/Warsaw"))
        session.execute(update(Member).where(Member.email == "b@x.example").values(tz="America/Lima"))
    report = take(
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
        (datetime(2026, 11, 6, 10, tzinfo=UTC),),
    ]


def test_a_touchpoint_is_stored_with_what_was_left_out_filled_in(engine: Engine, take: Take) -> None:
    take("touchpoints", "client,occurred_at\nEU,2026-11-02\n")
    take("touchpoints", "client,occurred_at,channel,outcome,mood,summary\nEU,2026-11-03,Anruf,no answer,happy,Hm\n")
    names = ("channel", "direction", "outcome", "mood", "summary", "member_id", "source", "contact_no", "created_at")
    assert rows(engine, Touchpoint, *names) == [
        ("other", "out", "reached", None, None, None, "import", 0, NOW),
        ("call", "out", "attempt", "pleased", "Hm", None, "import", 0, NOW),
    ]


def test_the_same_touchpoint_is_known_again_though_the_members_zone_has_been_learned(
    engine: Engine, take: Take
) -> None:
    text = "client,occurred_at,summary\nEU,2026-11-02 10:00,Spoke\n"
    take("touchpoints", text)
    with transaction(engine) as session:
        session.execute(update(Member).values(tz="Asia/Tokyo"))
    assert counts(take("touchpoints", text)) == (0, 1, 0, 0)
    assert rows(engine, Touchpoint, "occurred_at") == [(datetime(2026, 11, 2, 1, tzinfo=UTC),)]


def test_a_touchpoint_with_a_key_of_its_own_can_be_corrected(engine: Engine, take: Take) -> None:
    head = "client,occurred_at,summary,external_id\n"
    take("touchpoints", head + "EU,2026-11-02,Spoke,t1\n")
    assert counts(take("touchpoints", head + "EU,2026-11-01,Spoke at length,t1\n")) == (0, 1, 0, 0)
    assert rows(engine, Touchpoint, "summary") == [("Spoke at length",)]


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("complaint", "", (None, None)),
        ("survey", "7,5", (7.5, None)),
        ("survey", "11", "is not between 0 and 10, as a survey has it"),
        ("survey", "", "is not between 0 and 10, as a survey has it"),
        ("resource card", "3", (3.0, None)),
        ("mood", "Uneasy", (None, "uneasy")),
        ("mood", "zufrieden", (None, "pleased")),
        ("mood", "7", "is none of pleased, neutral, uneasy, unhappy"),
        ("usage", "45 %", (0.45, None)),
        ("usage", "lots", "is not a number"),
    ],
)
def test_an_observations_value_is_what_its_kind_has(
    engine: Engine, take: Take, kind: str, value: str, stored: object
) -> None:
    report = take("observations", f"client;kind;occurred_on;value\nEU;{kind};2026-11-02;{value}\n")
    found = rows(engine, Observation, "value", "label")
    assert found == [stored] or reasons(report) == [("value", stored)]
    assert bool(found) != bool(report.refused)


def test_a_complaint_is_closed_by_the_same_row_with_a_day(engine: Engine, take: Take) -> None:
    head = "client,kind,occurred_on,note,resolved_on\n"
    take("observations", head + "EU,complaint,2026-11-02,Late,\n")
    assert counts(take("observations", head + "EU,complaint,2026-11-02,Late,2026-11-05\n")) == (0, 1, 0, 0)
    assert rows(engine, Observation, "resolved_on") == [(date(2026, 11, 5),)]
    report = take("observations", head + "EU,complaint,2026-11-02,Late,2026-11-01\n")
    assert reasons(report) == [("resolved_on", "is before occurred_on, 2026-11-02")]
