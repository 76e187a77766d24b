"""Events: people who change, and a team that takes the bot away."""

from typing import Any

from slack_bolt import BoltContext

from bot.infra import idempotency
from bot.infra.services import Services
from bot.people import members, workspaces


def user_change(event: dict[str, Any], event_id: str, context: BoltContext) -> None:
    """Keep up with a member's name, zone, e-mail and standing; others in the team are none of our business."""
    _keep_up(context["services"], context["workspace_id"], event["user"], event_id)


def _keep_up(services: Services, workspace_id: int, user: dict[str, Any], event_id: str) -> None:
    now, email = services.now(), (user.get("profile") or {}).get("email")
    with services.transaction() as session:
        known = members.by_slack(session, workspace_id, user["id"])
        expected = members.by_email(session, workspace_id, email) if email else None
        if (known or expected) and idempotency.record_once(session, workspace_id, event_id, now):
            members.sync_user(session, workspace_id, user, now)


def app_uninstalled(_event: dict[str, Any], _event_id: str, context: BoltContext) -> None:
    """Note that the team has removed the bot."""
    _disconnect(context["services"], context.team_id)


def tokens_revoked(event: dict[str, Any], _event_id: str, context: BoltContext) -> None:
    """Note that the bot's token is gone; a person's own token is none that we have."""
    if event.get("tokens", {}).get("bot"):
        _disconnect(context["services"], context.team_id)


def _disconnect(services: Services, team_id: str | None) -> None:
    with services.transaction() as session:
        workspaces.disconnect(session, str(team_id))
