"""`doctor`: checks settings, database, Slack, clock, people and data, and says what to do about what is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from bot.cli import context, doctor_data, doctor_people, output
from bot.cli.doctor_database import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from bot.infra.settings import Settings

STUCK_AFTER = timedelta(minutes=10)
"""A message or a check that has waited longer than this is stuck."""
STALE_AFTER = timedelta(hours=48)
"""Daily metrics older than this are a fault of the data, as in the signal `delivery`."""
RECENT = timedelta(days=7)
"""How far back undelivered messages are counted."""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(doctor)


def doctor() -> None:
    """Check settings, database, Slack, clock, people and data; say what to do. Exit 1 when something is wrong."""
    settings = context.read_settings()
    findings = list(_run_checks(settings))
    for finding in findings:
        mark = "ok  " if finding.ok else "FIX "
        output.print_line(f"{mark} {finding.subject}: {finding.detail}")
        if finding.remedy and not finding.ok:
            output.print_line(f"     → {finding.remedy}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _run_checks(settings: Settings) -> Iterator[Finding]:
    yield from _check_settings(settings)
    yield from _check_slack(settings)
    try:
        yield from _check_records(settings)
    except context.CommandError as mistake:
        yield Finding("database", ok=False, detail=str(mistake))


def _check_records(settings: Settings) -> Iterator[Finding]:
    from bot.cli import doctor_database
    from bot.infra.db import reading
    from bot.people import access

    engine = context.open_engine(settings)
    if settings.access == "listed":
        engine = access.limit_to_listed(engine)
    with context.translate_database_errors(engine):
        yield from doctor_database.check(engine)
        with reading(engine) as session:
            yield from doctor_people.check_people(session)
            yield doctor_people.check_owners(session)
            yield from doctor_people.check_leads(session)
            yield from _check_sweep(session)
            yield from _check_outbox(session)
            yield from _check_digests(session)
            yield from _check_sources(session)
            yield doctor_data.check_currencies(session)
            yield doctor_data.check_twins(session)


def _check_settings(settings: Settings) -> Iterator[Finding]:
    token, app_token, secret = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
    yield Finding(
        "settings",
        ok=token is not None and (app_token is not None or secret is not None),
        detail="Socket Mode" if token and app_token else "HTTP" if token and secret else "incomplete",
        remedy="set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)",
    )


def _check_slack(settings: Settings) -> Iterator[Finding]:
    from slack_sdk import WebClient

    from bot.slack import clock, errors
    from bot.slack.manifest import missing_scopes

    if settings.slack_bot_token is None:
        return
    client = WebClient(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, timeout=10)
    try:
        answer = client.auth_test()
    except errors.CALL_FAILED as error:
        refusal = errors.classify(error)
        if refusal.is_dead_token:
            detail, remedy = f"Slack refuses it ({refusal.error})", "reinstall the app and copy its token"
            yield Finding("token", ok=False, detail=detail, remedy=remedy)
        else:
            detail = f"cannot answer now ({refusal.error})"
            yield Finding("Slack", ok=False, detail=detail, remedy="check the network and the proxy, or wait for Slack")
        return
    yield Finding("token", ok=True, detail=f"{answer['team']} as {answer['user']}")
    headers = answer.headers or {}
    missing = missing_scopes(headers)
    yield Finding(
        "scopes",
        ok=not missing,
        detail=f"missing {', '.join(missing)}" if missing else "complete",
        remedy="paste the output of `atrisk manifest` into the app's manifest and reinstall the app",
    )
    off = clock.offset(headers, context.now())
    if off is not None:
        yield Finding(
            "clock",
            ok=abs(off) < clock.TOLERANCE,
            detail=clock.describe(off),
            remedy="set this machine's clock, by NTP for instance; what was stored meanwhile is then put right",
        )


def _check_sweep(session: Session) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from bot.infra.models import Client

    failed = session.execute(
        select(Client.external_id, Client.check_error).where(Client.check_error.is_not(None)).limit(5)
    ).all()
    told = "; ".join(f"{key}: {error}" for key, error in failed)
    yield Finding(
        "checks",
        ok=not failed,
        detail=told or "all clients can be checked",
        remedy="report this; they are retried every hour",
    )
    overdue = session.scalar(
        select(func.count()).select_from(Client).where(Client.next_check_at < context.now() - STUCK_AFTER)
    )
    yield Finding(
        "sweep",
        ok=not overdue,
        detail=f"overdue for a check: {doctor_people.count_clients(overdue)}" if overdue else "up to date",
        remedy="check that the worker is running: `atrisk worker` or `atrisk run`",
    )


def _check_outbox(session: Session) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from bot.infra.models import OutboxMessage

    message, now = OutboxMessage, context.now()
    pending = message.state.in_(("waiting", "sending"))
    stuck = session.scalar(
        select(func.count()).select_from(message).where(pending, message.not_before < now - STUCK_AFTER)
    )
    yield Finding(
        "outbox",
        ok=not stuck,
        detail=f"waiting to be sent: {stuck:,}" if stuck else "nothing waiting",
        remedy="check that the worker is running and Slack can be reached; they then go out by themselves",
    )
    lost = session.execute(
        select(message.state, message.error, func.count())
        .where(message.state.in_(("dead", "expired")), message.created_at > now - RECENT)
        .group_by(message.state, message.error)
    ).all()
    told = "; ".join(f"{count} {state}: {error}" for state, error, count in lost)
    yield Finding(
        "undelivered",
        ok=not lost,
        detail=told or "none in the last week",
        remedy="fix the reason given; these messages are not sent again",
    )


def _check_digests(session: Session) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from bot.infra.models import LateDigest

    missed, last_on = session.execute(
        select(func.count(), func.max(LateDigest.on)).where(
            LateDigest.told_at.is_(None), LateDigest.due_at > context.now() - RECENT
        )
    ).one()
    late = session.execute(
        select(LateDigest.due_at, LateDigest.told_at).where(LateDigest.told_at > context.now() - RECENT)
    ).all()
    longest = max((row.told_at - row.due_at for row in late), default=timedelta(0))
    told = [f"{missed} missed in the last week, the last for {last_on}"] if missed else []
    told += [f"{len(late)} composed late, by up to {longest.total_seconds() / 3600:.1f} h"] if late else []
    yield Finding(
        "digests",
        ok=not missed,
        detail="; ".join(told) or "all in time in the last week",
        remedy="keep the worker running: `atrisk worker` or `atrisk run`",
    )


def _check_sources(session: Session) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from bot.infra.models import Client, DailyMetric
    from scoring.vocabulary import FULLY_WATCHED

    today = context.now().date()
    newest = session.execute(
        select(DailyMetric.source, func.max(DailyMetric.on))
        .join(Client, Client.id == DailyMetric.client_id)
        .where(Client.status.in_(FULLY_WATCHED))
        .group_by(DailyMetric.source)
    ).all()
    stale = [f"{source or 'metrics'} ends on {on}" for source, on in newest if today - on > STALE_AFTER]
    yield Finding(
        "sources",
        ok=not stale,
        detail="; ".join(stale) or ("fresh" if newest else "no daily metrics yet"),
        remedy="import newer metrics: `atrisk import metrics FILE`",
    )
