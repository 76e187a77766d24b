"""Events: changed users, and a team that removes the bot. Never here: what is stored of a user (`bot.people`)."""

from typing import Any

from slack_bolt import BoltContext

from bot.infra import idempotency
from bot.infra.services import Services
from bot.people import members, workspaces


def user_change(event: dict[str, Any], event_id: str, context: BoltContext) -> None:
    """Update a member's name, time zone, e-mail and account type; ignore users who are not members."""
    _update_member(context["services"], context["workspace_id"], event["user"], event_id)


def _update_member(services: Services, workspace_id: int, user: dict[str, Any], event_id: str) -> None:
    now, email = services.now(), (user.get("profile") or {}).get("email")
    with services.transaction() as session:
        matched = members.by_slack(session, workspace_id, user["id"])
        imported = members.by_email(session, workspace_id, email) if email else None
        if (matched or imported) and idempotency.record_once(session, workspace_id, event_id, now):
            members.sync_user(session, workspace_id, user, now)


def app_uninstalled(_event: dict[str, Any], _event_id: str, context: BoltContext) -> None:
    """Record that the team has removed the bot."""
    _disconnect(context["services"], context.team_id)


def tokens_revoked(event: dict[str, Any], _event_id: str, context: BoltContext) -> None:
    """Record that the bot's token is revoked; we have no personal tokens."""
    if event.get("tokens", {}).get("bot"):
        _disconnect(context["services"], context.team_id)


def _disconnect(services: Services, team_id: str | None) -> None:
    with services.transaction() as session:
        workspaces.disconnect(session, str(team_id), services.now())
