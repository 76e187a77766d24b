"""`doctor`: what it finds well and what it does not, and its exit code."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, cast, func, select, update

from bot.infra import db
from bot.infra.db import connect
from bot.infra.models import Client, DailyMetric, LateDigest, Member, Workspace
from bot.practice import Practice
from bot.slack import manifest
from tests.bot.cli.conftest import Run


def test_doctor_says_what_to_do_and_exits_1_when_something_is_wrong(atrisk_with_agency: Run) -> None:
    result = atrisk_with_agency("doctor")
    assert result.code == 1
    assert "SLACK_BOT_TOKEN" in result.out


def test_doctor_finds_nothing_wrong_and_then_a_refused_token(
    slack: Practice, atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team("T_ALPHA").token)
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app.app_token)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    well = atrisk("doctor")
    assert well.code == 0, well.out
    assert "Alpha" in well.out

    slack.fail_next("auth.test", error="token_revoked")
    refused = atrisk("doctor")
    assert refused.code == 1
    assert "token_revoked" in refused.out
    assert slack.team("T_ALPHA").token not in refused.out + refused.err


def test_doctor_names_the_clients_that_nobody_owns_and_an_agency_without_a_lead(atrisk_with_agency: Run) -> None:
    engine = connect(os.environ["DATABASE_URL"])
    with db.transaction(engine) as session:
        session.execute(update(Workspace).values(team_id="T_ALPHA", connected_at=func.current_timestamp()))
        session.execute(update(Member).values(slack_user_id="U" + cast(Member.id, String)))
    owned = atrisk_with_agency("doctor").out
    assert "ok   owners: every client has one" in owned
    with db.transaction(engine) as session:
        client = session.scalars(select(Client).where(Client.status != "lost").order_by(Client.id).limit(1)).one()
        session.get_one(Member, client.owner_id).account_type = "deactivated"
        name = client.name
    out = atrisk_with_agency("doctor").out
    assert "FIX  owners: nobody owns " in out
    assert name in out
    assert "FIX  leads: none in " in out
    assert "atrisk member role EMAIL lead" in out
    email = next(word for word in atrisk_with_agency("member", "list").out.split() if "@" in word)
    with db.transaction(engine) as session:
        session.execute(update(Member).values(account_type="member"))
    assert atrisk_with_agency("member", "role", email, "lead").code == 0
    assert "ok   leads: " in atrisk_with_agency("doctor").out
    engine.dispose()


@pytest.mark.parametrize(
    ("off", "said"), [(timedelta(hours=3), "3 hours behind Slack's"), (-timedelta(days=30), "30 days ahead of Slack's")]
)
def test_doctor_says_how_far_the_clock_is_from_slacks(
    atrisk: Run, monkeypatch: pytest.MonkeyPatch, off: timedelta, said: str
) -> None:
    with Practice(manifest.build(), now=lambda: datetime.now(UTC) + off) as slack:
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team("T_ALPHA", "Alpha").token)
        monkeypatch.setenv("SLACK_APP_TOKEN", slack.app.app_token)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        result = atrisk("doctor")
    assert result.code == 1
    assert f"FIX  clock: {said}" in result.out
    assert "set this machine's clock, by NTP for instance" in result.out


def test_doctor_tells_an_ill_slack_from_a_dead_token(
    slack: Practice, atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team("T_ALPHA").token)
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app.app_token)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    slack.fail_next("auth.test", status=503)
    ill = atrisk("doctor")
    assert "FIX  Slack: cannot answer now (internal_error)" in ill.out
    assert "token" not in ill.out.split("FIX  Slack")[1].splitlines()[0]


def test_doctor_counts_the_digests_that_were_missed_and_late(atrisk_with_agency: Run) -> None:
    assert "ok   digests: all in time in the last week" in atrisk_with_agency("doctor").out
    engine, now = connect(os.environ["DATABASE_URL"]), datetime.now(UTC)
    with db.transaction(engine) as session:
        member = session.scalars(select(Member).limit(1)).one()
        columns = {"member_id": member.id, "workspace_id": member.workspace_id}
        for days, told_at in ((1, None), (2, now - timedelta(days=2) + timedelta(hours=3))):
            due_at = now - timedelta(days=days)
            session.add(LateDigest(**columns, on=due_at.date(), due_at=due_at, told_at=told_at))
    engine.dispose()
    yesterday = (now - timedelta(days=1)).date()
    said = f"FIX  digests: 1 missed in the last week, the last for {yesterday}; 1 composed late, by up to 3.0 h"
    assert said in atrisk_with_agency("doctor").out


def test_doctor_names_clients_whose_spend_is_in_several_currencies(atrisk_with_agency: Run) -> None:
    assert "ok   currencies: each client's spend is in one" in atrisk_with_agency("doctor").out
    engine = connect(os.environ["DATABASE_URL"])
    with db.transaction(engine) as session:
        newest = select(func.max(DailyMetric.on)).where(DailyMetric.spend.is_not(None)).scalar_subquery()
        changed = session.scalars(select(DailyMetric).where(DailyMetric.on == newest, DailyMetric.spend > 0)).first()
        assert changed is not None
        changed.currency, client = "AUD", session.get_one(Client, changed.client_id)
        told = f"{client.name} ({client.currency} is judged, AUD left out)"
    out = atrisk_with_agency("doctor").out
    assert f"FIX  currencies: {told}" in out
    assert "ad_currency" in out
    engine.dispose()


def test_doctor_names_clients_that_look_like_one(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    names = {"A": "Acme Outdoor", "B": "ACME Outdoor GmbH", "C": "Bistro Lindenhof", "D": "Store 12", "E": "Store 13"}
    rows = [f"{key},{name},ann@agency.test,active" for key, name in {**names, "F": "Same", "G": "Same"}.items()]
    sheet.write_text("\n".join(["external_id,name,owner,status", *rows, "H,Lindenhof Bistro,ann@agency.test,lost"]))
    atrisk("import", "clients", sheet)
    out = atrisk("doctor").out
    assert "FIX  twins: Same (F) and Same (G); ACME Outdoor GmbH (B) and Acme Outdoor (A)\n" in out
    atrisk("forget", "B", "--yes")
    atrisk("forget", "G", "--yes")
    assert "ok   twins: no two clients look like one" in atrisk("doctor").out
