"""What rows of several kinds have in common: amounts in minor units, and nothing from the future."""

from datetime import date, timedelta

from sqlalchemy import Engine

from bot.infra.models import Client, DailyMetric, Target
from tests.bot.importing.mapping.conftest import NOW, ImportText, reasons, rows


def test_amounts_are_stored_in_the_minor_units_of_their_currency(engine: Engine, import_text: ImportText) -> None:
    assert rows(engine, Client, "monthly_fee") == [(1235,), (1200,), (1500,)]
    import_text("metrics", "client,date,spend\nEU,2026-11-02,10.5\nJP,2026-11-02,10.5\nBH,2026-11-02,10.5\n")
    assert sorted(rows(engine, DailyMetric, "spend", "currency")) == [(11, "JPY"), (1050, "EUR"), (10500, "BHD")]
    import_text(
        "targets", "client,month,metric,target\nEU,2026-11,spend,99.5\nJP,2026-11,spend,99\nBH,11.2026,leads,7\n"
    )
    assert sorted(rows(engine, Target, "month", "metric", "target")) == [
        (date(2026, 11, 1), "leads", 7),
        (date(2026, 11, 1), "spend", 99),
        (date(2026, 11, 1), "spend", 9950),
    ]


def test_the_future_is_refused_but_a_clock_may_be_a_little_fast(import_text: ImportText) -> None:
    soon, late = (NOW + timedelta(hours=23)).isoformat(), (NOW + timedelta(hours=25)).isoformat()
    report = import_text("touchpoints", f"client,occurred_at\nEU,{soon}\nEU,{late}\nEU,2026-11-21\n")
    assert (report.added, reasons(report)) == (1, [("occurred_at", "is in the future")] * 2)
    report = import_text("metrics", "client,date,clicks\nEU,2026-11-19,1\nEU,2026-11-20,1\n")
    assert (report.added, reasons(report)) == (1, [("date", "is in the future")])
