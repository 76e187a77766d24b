"""The Slack directory: reads a team and its users from Slack and stores them.

Slack is never called inside a transaction. Never here: what the answers mean (`members`, `workspaces`).
"""

import logging
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.infra.services import Services
from bot.people import access, members, workspaces
from bot.slack.manifest import missing_scopes

log = logging.getLogger(__name__)

UNKNOWN_TO_SLACK = frozenset({"user_not_found", "users_not_found", "user_not_visible"})


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot as installed in one Slack team."""

    workspace_id: int
    team_id: str
    bot_id: str
    bot_user_id: str
    missing_scopes: tuple[str, ...] = ()
    """The scopes that the bot asks for and the token lacks."""


def stored_installation(session: Session, team_id: str) -> Installation | None:
    """Return what was known of a team when Slack last answered; None if the bot is not installed there."""
    known = workspaces.by_team(session, team_id)
    if known is None or known.connected_at is None:
        return None
    return Installation(known.id, team_id, "", known.bot_user_id or "")


def sync_team(services: Services, client: WebClient) -> Installation:
    """Look up the client's team in Slack, and mark its workspace as connected.

    Raises:
        bot.slack.errors.CALL_FAILED: when Slack rejects the token, or cannot say.
    """
    response = client.auth_test()
    services.slack_outage.end()
    missing = tuple(missing_scopes(response.headers or {}))
    team_id, bot_user_id = str(response["team_id"]), str(response["user_id"])
    bot_id = str(response.get("bot_id") or "")
    with services.reading() as session:  # usually nothing has changed, and no writer has to wait
        known = workspaces.by_team(session, team_id)
    if known and known.connected_at and known.bot_user_id == bot_user_id:
        return Installation(known.id, team_id, bot_id, bot_user_id, missing)
    with services.transaction() as session:
        name = str(response.get("team") or "")
        workspace = workspaces.connect(session, team_id, name, bot_user_id, services.now())
        return Installation(workspace.id, team_id, bot_id, bot_user_id, missing)


def sync_user(services: Services, client: WebClient, workspace_id: int, slack_user_id: str) -> access.Actor | None:
    """Read a user from Slack and store them; None if Slack does not show us such a user.

    Of a guest, a stranger or a bot that is not in the workspace's list of people yet, nothing is stored.

    Raises:
        slack_sdk.errors.SlackApiError: when Slack refuses for any other reason.
    """
    try:
        response = client.users_info(user=slack_user_id, include_locale=True)
    except SlackApiError as error:
        if error.response["error"] in UNKNOWN_TO_SLACK:
            return None
        raise
    user = response["user"]
    with services.reading() as session:
        account_type = members.account_type_of(user, workspaces.team_id(session, workspace_id))
        is_known = members.by_slack(session, workspace_id, slack_user_id) is not None
    if account_type != "member" and not is_known:
        return access.outsider(workspace_id, slack_user_id, account_type, locale=user.get("locale"))
    with services.transaction() as session:
        members.sync_user(session, workspace_id, user, services.now())
        return access.actor_by_slack(session.connection(), workspace_id, slack_user_id, services.now())


def match_by_email(services: Services, client: WebClient, workspace_id: int) -> int:
    """Find the Slack users of the members known only by e-mail; return how many were found.

    A member whom Slack does not know stays unmatched until the next time; the client waits out rate limits.
    """
    with services.reading() as session:
        emails = [member.email for member in members.unmatched(session, workspace_id) if member.email]
        team_id = workspaces.team_id(session, workspace_id)
    return sum(match_one(services, client, workspace_id, team_id, email) for email in emails)


def match_one(services: Services, client: WebClient, workspace_id: int, team_id: str | None, email: str) -> bool:
    """Find the Slack user with this e-mail address and store them; False if the team has no such member.

    Raises:
        slack_sdk.errors.SlackApiError: when Slack refuses for any other reason.
    """
    try:
        user = client.users_lookupByEmail(email=email)["user"]
    except SlackApiError as error:
        if error.response["error"] in UNKNOWN_TO_SLACK:
            log.info("no Slack user has this member's e-mail address yet")
            return False
        raise
    if members.account_type_of(user, team_id) != "member":
        log.info("the Slack user with this member's e-mail address is no member of the team")
        return False
    return sync_user(services, client, workspace_id, user["id"]) is not None
