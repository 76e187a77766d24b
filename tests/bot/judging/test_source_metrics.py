"""Spend and conversions by source, of clients that have several."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from bot.importing import importer
from bot.infra.db import reading, transaction
from bot.infra.models import Client, Workspace
from bot.judging import facts

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2026, 11, 18)


def test_each_source_of_a_client_with_several_is_read_by_itself(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW, currency="EUR")
        session.add(workspace)
        session.flush()
        agency = workspace.id
    people, rows = tmp_path / "clients.csv", tmp_path / "metrics.csv"
    people.write_text("external_id,name,owner,currency\nA,Acme,ann@agency.example,EUR\nB,Bolt,ann@agency.example,EUR\n")
    importer.import_file(engine, agency, "clients", people, now=NOW)
    rows.write_text(
        "client,date,source,spend,conversions,currency\n"
        f"A,{DAY},google,10,1,EUR\nA,{DAY},meta,20,2,EUR\nA,{DAY},bing,5,3,USD\nB,{DAY},google,7,1,EUR\n"
    )
    importer.import_file(engine, agency, "metrics", rows, now=NOW)
    with reading(engine) as session:
        ids = {row.external_id: row.id for row in session.execute(select(Client.id, Client.external_id))}
        found = facts.load(session, agency, list(ids.values()), NOW)
    sources = found[ids["A"]].sources
    at = (DAY - sources["meta"]["spend"].first) // timedelta(days=1)
    told = {
        name: tuple(each[metric].values[at] for metric in ("spend", "conversions")) for name, each in sources.items()
    }
    assert told == {"google": (1000, 1), "meta": (2000, 2), "bing": (None, 3)}
    assert found[ids["B"]].sources == {}
