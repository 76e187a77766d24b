"""What goes out comes back as it was."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from bot.clients import clients, touchpoints
from bot.importing import exporter, importer
from bot.importing.errors import UnknownKindError
from bot.importing.parsing import columns
from bot.importing.parsing.cells import escape_formula, unescape_formula
from bot.importing.parsing.reader import open_file
from bot.importing.report import ImportReport
from bot.infra.db import reading, transaction
from bot.infra.models import (
    Base,
    Client,
    Contact,
    DailyMetric,
    Invoice,
    Member,
    Observation,
    Target,
    Touchpoint,
    Workspace,
)
from bot.infra.visible import clean_name
from scoring.vocabulary import INVOICE_STATUSES, LOST_REASONS

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SAMPLE = Path(importer.__file__).parents[1] / "demo" / "sample"
KINDS = tuple(columns.KINDS)
NASTY = [
    "=1+1",
    "+49 30 1",
    "-",
    "n/a",
    "@here",
    "'quoted",
    "''=x",
    "#REF!",
    "a,b;c\"d'e",
    "two\nlines",
    "a;=1+1",
    "a\t@x",
    "＝1",
    "Ünïcödé 日本 🎈",
]


def workspace(engine: Engine) -> int:
    with transaction(engine) as session:
        made = Workspace(created_at=NOW, currency="EUR")
        session.add(made)
        session.flush()
        return made.id


def export_text(engine: Engine, workspace_id: int, kind: str) -> str:
    out = io.StringIO(newline="")
    with reading(engine) as session:
        exporter.export_records(session, workspace_id, kind, out)
    return out.getvalue()


def import_text(engine: Engine, workspace_id: int, kind: str, text: str, folder: Path) -> ImportReport:
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(text)
    return importer.import_file(engine, workspace_id, kind, path, now=NOW)


@pytest.fixture
def agency(engine: Engine) -> int:
    """The sample agency, and everything that is awkward to write down."""
    workspace_id = workspace(engine)
    for kind in KINDS:
        importer.import_file(engine, workspace_id, kind, SAMPLE / f"{kind}.csv", now=NOW)
    with transaction(engine) as session:
        owner = Member(workspace_id=workspace_id, slack_user_id="U0OWNER12", tz="America/Lima")
        session.add(owner)
        session.flush()
        for place, text in enumerate(NASTY):
            currency = ("EUR", "JPY", "BHD")[place % 3]
            client = Client(
                workspace_id=workspace_id,
                external_id=f"{text}{place}",
                name=clean_name(text),
                search_name=clients.normalize_name(text),
                notes=text,
                owner_id=owner.id,
                currency=currency,
                monthly_fee=1_234 + place,
                launches_on=date(2026, 12, 1),
                lost_reason=LOST_REASONS[place % len(LOST_REASONS)],
                ad_currency=(None, "USD")[place % 2],
                domain="acme.example",
                country="DE",
                language="pt-BR",
                call_every_days=14,
                created_at=NOW,
            )
            session.add(client)
            session.flush()
            touchpoints.log(
                session,
                workspace_id,
                client.id,
                owner.id,
                seen=None,
                occurred_at=NOW - timedelta(minutes=place, microseconds=5),
                source="command",
                summary=text,
                now=NOW,
            )
            session.add_all(_facts(workspace_id, client.id, text, place, currency))
            session.add_all(
                [
                    Observation(
                        workspace_id=workspace_id,
                        client_id=client.id,
                        kind="usage",
                        occurred_on=date(2026, 11, 2),
                        value=1.125 + place,
                        note=text,
                        external_id=f"{text}{place}",
                        created_at=NOW,
                    ),
                ]
            )
    return workspace_id


def _facts(workspace_id: int, client_id: int, text: str, place: int, currency: str) -> list[Base]:
    """Rows of the other kinds, with everything that they may say."""
    of_client = {"workspace_id": workspace_id, "client_id": client_id}
    status = INVOICE_STATUSES[place % len(INVOICE_STATUSES)]
    amount = (100_00 + place) * (-1) ** place
    paid = amount if status == "paid" else (0, amount // 3)[place % 2 and amount > 0]
    dates = {"issued_on": date(2026, 9, 1), "due_on": date(2026, 9, 1)}
    return [
        Target(**of_client, month=date(2026, 11, 1), metric="spend", target=1_234),
        Target(**of_client, month=date(2026, 11, 1), metric="revenue", target=1_234, currency="PLN"),
        Contact(
            **of_client,
            external_id=f"{text}{place}",
            name=clean_name(text) or "Nobody",
            role=text,
            email=f"a{place}@x.example",
            phone="+49 30 1",
            decision_maker=bool(place % 2),
            created_at=NOW,
        ),
        Invoice(
            **of_client,
            **dates,
            number=f"{text}{place}",
            amount=amount,
            paid_amount=paid,
            currency=currency,
            status=status,
            promised_on=date(2026, 12, 4) if place % 2 else None,
            service_month=date(2026, 8, 1),
        ),
        DailyMetric(
            **of_client,
            on=date(2026, 11, 2),
            source="ads",
            currency="USD",
            spend=-place,
            leads=place / 3,
            qualified_leads=-0.1 - 0.2,
            conversions=1 / 7,
        ),
        Touchpoint(
            **of_client,
            external_id=f"mail {place}",
            occurred_at=NOW,
            automatic=True,
            person=text,
            duration_minutes=place,
            source="import",
            created_at=NOW,
        ),
    ]


def test_every_exported_row_is_imported_as_unchanged(engine: Engine, agency: int, tmp_path: Path) -> None:
    for kind in KINDS:
        text = export_text(engine, agency, kind)
        rows = len(list(csv.reader(io.StringIO(text, newline="")))) - 1
        report = import_text(engine, agency, kind, text, tmp_path)
        assert (report.added, report.changed, report.unchanged, report.refused) == (0, 0, rows, 0), (kind, report)
        assert report.unknown_columns == ()
        assert rows >= len(NASTY) or kind in {"deadlines", "roadmap", "effort"}


def test_another_agency_that_imports_the_files_exports_the_same(engine: Engine, agency: int, tmp_path: Path) -> None:
    other = workspace(engine)
    texts = {kind: export_text(engine, agency, kind) for kind in KINDS}
    for kind, text in texts.items():
        assert import_text(engine, other, kind, text, tmp_path).refused == 0
    assert {kind: export_text(engine, other, kind) for kind in KINDS} == texts


def test_a_touchpoint_logged_here_is_not_duplicated_by_its_own_export(
    engine: Engine, agency: int, tmp_path: Path
) -> None:
    count = select(func.count()).select_from(Touchpoint).where(Touchpoint.workspace_id == agency)
    with reading(engine) as session:
        before = session.scalar(count)
    text = export_text(engine, agency, "touchpoints").replace(
        "call,out,reached,no,,,pleased", "call,out,reached,no,,,uneasy"
    )
    report = import_text(engine, agency, "touchpoints", text, tmp_path)
    with reading(engine) as session:
        assert session.scalar(count) == before
    assert report.changed == 1


def test_undone_touchpoints_are_left_out(engine: Engine, agency: int) -> None:
    with transaction(engine) as session:
        kept = session.scalars(select(Touchpoint).where(Touchpoint.source == "command").limit(1)).one()
        lines = export_text(engine, agency, "touchpoints").count(kept.occurred_at.isoformat())
    with transaction(engine) as session:
        assert touchpoints.undo(session, agency, kept.id, NOW, by=None)
    assert (lines, export_text(engine, agency, "touchpoints").count(kept.occurred_at.isoformat())) == (1, 0)


def test_another_workspaces_records_never_appear(engine: Engine, agency: int) -> None:
    other = workspace(engine)
    assert {export_text(engine, other, kind).count("\r\n") for kind in KINDS} == {1}
    assert export_text(engine, agency, "clients").count("\r\n") > 1


def test_the_error_for_an_unknown_kind_lists_the_kinds(engine: Engine, agency: int) -> None:
    with pytest.raises(UnknownKindError, match="'payments' is no kind of record; the kinds are clients"):
        export_text(engine, agency, "payments")


def test_no_cell_of_an_export_would_run_as_a_formula(engine: Engine, agency: int) -> None:
    for kind in KINDS:
        for row in list(csv.reader(io.StringIO(export_text(engine, agency, kind), newline="")))[1:]:
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t")), (kind, cell)
                assert not cell.startswith("-") or cell[1:].replace(".", "").isdecimal(), (kind, cell)


TROUBLE = st.text(st.sampled_from([*"=+-@'\"a1,;\t\n\r /＝＋－＠#–\u00a0\x01"]), max_size=20)
STARTS = tuple("=+-@＝＋－＠")


@given(text=st.one_of(st.text(), st.sampled_from(NASTY), TROUBLE))
def test_escaping_a_formula_is_undone_by_unescaping(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(text=TROUBLE)
def test_no_cell_is_a_formula_whichever_separator_a_country_has(text: str) -> None:
    for cell in re.split(r"[,;\t\r\n]", escape_formula(text)):
        assert not cell.lstrip(' "\u00a0\x01').startswith(STARTS)


@pytest.mark.parametrize("text", ["a;=1+1", "a\t=1", "＝1", "x,＠y", " =1", "\r=1", 'a;"=1"', "a\n-1"])
def test_a_formula_behind_a_separator_is_marked(text: str) -> None:
    assert escape_formula(text).count("'") == 1


@given(texts=st.lists(TROUBLE, min_size=1, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_a_text_comes_back_as_it_was(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "observations.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["client", "kind", "occurred_on", "note"])
        writer.writerows(["A", "praise", "2026-11-02", escape_formula(text.strip())] for text in texts)
    read = [row.values["note"] or "" for row in open_file(path, "observations").rows()]
    assert read == [text.strip() for text in texts]
