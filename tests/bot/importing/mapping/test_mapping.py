"""What a row of each kind comes to in the database."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot.importing import importer
from bot.infra.db import reading, transaction
from bot.infra.models import Client, DailyMetric, Invoice, Member, Observation, Target, Touchpoint, Workspace
from tests.conftest import Templates, with_tables

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
Take = Callable[..., importer.Report]


@pytest.fixture
def database_url(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """SQLite is enough here: what differs between databases is tested with the import as a whole."""
    with templates.copy("sqlite", "tables", with_tables, tmp_path) as url:
        yield url


@pytest.fixture
def take(engine: Engine, tmp_path: Path) -> Take:
    """Import a text as a file of a kind; there are a client in euros, one in yen and one in dinars."""
    with transaction(engine) as session:
        session.add(Workspace(id=1, created_at=NOW, currency="EUR"))

    def of(kind: str, text: str, **options: Any) -> importer.Report:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return importer.import_file(engine, 1, kind, path, now=NOW, **options)

    of(
        "clients",
        "external_id,name,owner,currency,monthly_fee\n"
        "EU,Euro,a@x.example,EUR,12.345\nJP,Yen,a@x.example,JPY,1200\nBH,Dinar,b@x.example,BHD,1.5\n",
    )
    return of


def rows(engine: Engine, model: Any, *names: str) -> list[Any]:
    with reading(engine) as session:
        order = model.__table__.primary_key.columns
        found = session.scalars(select(model).order_by(*order)).all()
        return [tuple(getattr(row, name) for name in names) for row in found]


def reasons(report: importer.Report) -> list[tuple[str, str]]:
    return [(each.column, each.reason) for each in report.refusals]


def counts(report: importer.Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


def test_amounts_are_kept_in_the_minor_units_of_their_currency(engine: Engine, take: Take) -> None:
    assert rows(engine, Client, "monthly_fee") == [(1235,), (1200,), (1500,)]
    take("metrics", "client,date,spend\nEU,2026-11-02,10.5\nJP,2026-11-02,10.5\nBH,2026-11-02,10.5\n")
    assert sorted(rows(engine, DailyMetric, "spend", "currency")) == [(11, "JPY"), (1050, "EUR"), (10500, "BHD")]
    take("targets", "client,month,metric,target\nEU,2026-11,spend,99.5\nJP,2026-11,spend,99\nBH,11.2026,leads,7\n")
    assert sorted(rows(engine, Target, "month", "metric", "target")) == [
        (date(2026, 11, 1), "leads", 7),
        (date(2026, 11, 1), "spend", 99),
        (date(2026, 11, 1), "spend", 9950),
    ]


def test_a_rows_own_currency_goes_before_the_clients(engine: Engine, take: Take) -> None:
    head = "client,number,issued_on,due_on,amount,currency\n"
    take("invoices", head + "EU,1,2026-11-01,2026-11-15,1500,JPY\nEU,2,2026-11-01,2026-11-15,15 €,\n")
    assert rows(engine, Invoice, "amount", "currency") == [(1500, "JPY"), (1500, "EUR")]


def test_an_invoice_keeps_its_currency_when_a_later_file_does_not_tell_it(engine: Engine, take: Take) -> None:
    head = "client,number,issued_on,due_on,amount"
    take("invoices", f"{head},currency\nEU,1,2026-11-01,2026-11-15,100,USD\n")
    assert counts(take("invoices", f"{head}\nEU,1,2026-11-01,2026-11-15,100\n")) == (0, 0, 1, 0)
    assert counts(take("invoices", f"{head}\nEU,1,2026-11-01,2026-11-15,120\n")) == (0, 1, 0, 0)
    assert rows(engine, Invoice, "amount", "currency") == [(12000, "USD")]


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


def test_what_has_not_happened_yet_is_refused_but_a_clock_may_be_a_little_fast(take: Take) -> None:
    soon, late = (NOW + timedelta(hours=23)).isoformat(), (NOW + timedelta(hours=25)).isoformat()
    report = take("touchpoints", f"client,occurred_at\nEU,{soon}\nEU,{late}\nEU,2026-11-21\n")
    assert (report.added, reasons(report)) == (1, [("occurred_at", "is in the future")] * 2)
    report = take("metrics", "client,date,clicks\nEU,2026-11-19,1\nEU,2026-11-20,1\n")
    assert (report.added, reasons(report)) == (1, [("date", "is in the future")])


@pytest.mark.parametrize(
    ("titles", "cells", "status", "paid"),
    [
        ("", "", "open", 0),
        (",paid_on", ",2026-11-10", "paid", 0),
        (",paid_on", ",", "open", 0),
        (",paid_amount", ",100", "paid", 10_000),
        (",paid_amount", ",120", "paid", 12_000),
        (",paid_amount", ",40", "open", 4_000),
        (",paid_amount,paid_on", ",40,2026-11-10", "open", 4_000),
        (",paid_amount,paid_on", ",,2026-11-10", "paid", 0),
        (",status,paid_on", ",void,2026-11-10", "void", 0),
        (",status", ",bezahlt", "paid", 0),
        (",status", ",", "open", 0),
    ],
)
def test_whether_an_invoice_is_paid_follows_from_what_the_row_says(
    engine: Engine, take: Take, titles: str, cells: str, status: str, paid: int
) -> None:
    report = take(
        "invoices",
        f"client,number,issued_on,due_on,amount{titles}\nEU,1,2026-11-01,2026-11-15,100{cells}\n",
    )
    assert report.added == 1
    assert rows(engine, Invoice, "status", "paid_amount") == [(status, paid)]


def test_an_invoice_paid_earlier_stays_paid_when_a_later_file_says_nothing_of_payment(
    engine: Engine, take: Take
) -> None:
    head = "client,number,issued_on,due_on,amount"
    take("invoices", f"{head},paid_on\nEU,1,2026-11-01,2026-11-15,100,2026-11-10\n")
    take("invoices", f"{head}\nEU,1,2026-11-01,2026-11-16,100\n")
    assert rows(engine, Invoice, "status", "paid_on", "due_on") == [("paid", date(2026, 11, 10), date(2026, 11, 16))]


def test_a_credit_note_is_taken_and_a_payment_below_zero_is_not(engine: Engine, take: Take) -> None:
    head = "client,number,issued_on,due_on,amount,paid_amount,paid_on\n"
    report = take(
        "invoices",
        head
        + "EU,1,2026-11-01,2026-11-15,-50,-50,\n"
        + "EU,2,2026-11-01,2026-11-15,50,-50,\n"
        + "EU,3,2026-11-01,2026-11-15,50,50,2026-12-24\n",
    )
    assert rows(engine, Invoice, "amount", "paid_amount", "status") == [(-5000, -5000, "open")]
    assert reasons(report) == [("paid_amount", "is below zero"), ("paid_on", "is in the future")]


def test_a_metric_is_one_row_for_a_client_a_day_and_a_source(engine: Engine, take: Take) -> None:
    take("metrics", "client,date,source,spend,clicks\nEU,2026-11-02,ads,5,1\nEU,2026-11-02,,6,2\n")
    report = take("metrics", "client,date,source,spend\nEU,2026-11-02,ads,5.5\nEU,2026-11-03,ads,7\n")
    assert counts(report) == (1, 1, 0, 0)
    assert rows(engine, DailyMetric, "on", "source", "spend", "clicks", "leads") == [
        (date(2026, 11, 2), "", 600, 2, None),
        (date(2026, 11, 2), "ads", 550, 1, None),
        (date(2026, 11, 3), "ads", 700, None, None),
    ]


def test_a_target_that_is_counted_must_be_whole(take: Take) -> None:
    head = "client,month,metric,target\n"
    report = take("targets", head + "EU,2026-11,leads,7.5\nEU,2026-11,clicks,5 €\nEU,2026-11,spend,5 zł\n")
    assert reasons(report) == [
        ("target", "is not a whole number, as leads are counted in"),
        ("target", "is not a whole number, as clicks are counted in"),
        ("target", "is in PLN, but the row's currency is EUR"),
    ]


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
