"""`doctor`: what it finds well and what it does not, and its exit code."""

import os

import pytest
from sqlalchemy import String, cast, func, select, update

from bot.infra import db
from bot.infra.db import connect
from bot.infra.models import Client, Member, Workspace
from bot.practice import Practice
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
