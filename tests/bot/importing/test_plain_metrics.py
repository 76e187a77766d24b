"""Metrics that are mapped by column are the same as those mapped row by row."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.importing.lookup import ReferenceLookup
from bot.importing.parsing.reader import open_file
from bot.importing.plain_metrics import PlainRecords
from bot.importing.records import RecordSource
from bot.importing.summary import Summary
from bot.infra.db import reading
from tests.intake import NOW, Take

FIELDS = ("client", "date", "source", "spend", "clicks", "leads", "revenue", "currency")
HEAD = "client,date,source,spend,clicks,leads,revenue"
PLAIN = {
    "figures of two months and three currencies": f"{HEAD}\n"
    "MILL,2026-11-20,google,10.50,5,1.5,100\nMILL,2026-10-31,google,0.1,7,0.25,0.2\n"
    "WISLA,2026-11-20,meta,99.99,0,0,1\nLAKE,2026-11-20,,12,1,2,3.30\n",
    "blank cells": f"{HEAD}\nMILL,2026-11-20,,,5,,--\nOAK,2026-11-20,meta,n/a,,1,10.00\n",
    "clients by name, days and numbers in other ways": f"{HEAD}\n"
    'Mill Bakery,20 Nov 2026,google,"1,234.50",5,2,"1,000.00"\noak & sons,19 Nov 2026,google,.5,12,0.5,-3\n',
    "three decimals, and none": f"{HEAD}\nMILL,2026-11-20,a,10.1250,5,1,7.0000\nOAK,2026-11-20,a,10.0050,5,1,7\n",
    "a column of currencies": f"{HEAD},currency\nMILL,2026-11-20,a,10,5,1,7,USD\nOAK,2026-11-20,a,10,5,1,7,JPY\n",
    "no amounts": "client,date,clicks\nMILL,2026-11-20,5\nOAK,2026-11-20,7\n",
}
UNUSUAL = {
    "a sign beside an amount": f"{HEAD}\nMILL,2026-11-20,a,$10,5,1,7\n",
    "a currency that some rows say": f"{HEAD},currency\nMILL,2026-11-20,a,10,5,1,7,USD\nOAK,2026-11-20,a,1,5,1,,\n",
    "a client that is not known": f"{HEAD}\nNobody,2026-11-20,a,10,5,1,7\n",
    "a day to come": f"{HEAD}\nMILL,2026-12-20,a,10,5,1,7\n",
    "a moment": f"{HEAD}\nMILL,2026-11-20T23:30:00Z,a,10,5,1,7\n",
    "a number that is none": f"{HEAD}\nMILL,2026-11-20,a,ten,5,1,7\n",
    "rows of one key": f"{HEAD}\nMILL,2026-11-20,a,10,5,1,7\nMill Bakery,2026-11-20,a,10,5,1,7\n",
    "a source that is blank in two ways": f"{HEAD}\nMILL,2026-11-20,,10,5,1,7\nMILL,2026-11-20,--,10,5,1,7\n",
}


def is_mapped_by_column(office: Engine, path: Path) -> bool:
    with reading(office) as session:
        file = open_file(path, "metrics", today=NOW.date())
        source = RecordSource(file, ReferenceLookup(session, 1), Summary(), NOW)
        return all(isinstance(source.map_chunk(chunk), PlainRecords) for chunk in file.chunks())


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain_rows_make_the_same_records_by_column_as_beside_an_unusual_row(
    office: Engine, take: Take, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "plain.csv"
    path.write_text(text, encoding="utf-8")
    assert is_mapped_by_column(office, path)
    rows = text.count("\n") - 1
    by_row = take("metrics", f"{text}Nobody,2026-11-20\n")
    assert (by_row.report.added, by_row.report.refused) == (rows, 1)
    stored, totals, columns = by_row.stored(*FIELDS), by_row.report.summary.totals(), by_row.report.columns
    by_column = take("metrics", text)
    assert (by_column.report.unchanged, by_column.report.refused) == (rows, 0)
    assert by_column.stored(*FIELDS) == stored
    assert by_column.report.summary.totals() == totals
    assert [each.name for each in by_column.report.columns] == [each.name for each in columns]


@pytest.mark.parametrize("text", UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_rows_are_mapped_one_by_one(office: Engine, tmp_path: Path, text: str) -> None:
    path = tmp_path / "unusual.csv"
    path.write_text(text, encoding="utf-8")
    assert not is_mapped_by_column(office, path)
