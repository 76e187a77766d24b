"""The directory: what Slack says of a team and its users, asked for and stored.

Here Slack is asked, never inside a transaction; what the answers mean is decided in `members` and `workspaces`.
"""

import logging
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.infra.services import Services
from bot.people import access, members, workspaces

log = logging.getLogger(__name__)

UNKNOWN_TO_SLACK = frozenset({"user_not_found", "users_not_found", "user_not_visible"})


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot as one team has it."""

    workspace_id: int
    team_id: str
    bot_id: str
    bot_user_id: str
    is_new: bool
    """Whether the team had not met the bot, or had removed it."""


def sync_team(services: Services, client: WebClient) -> Installation:
    """Ask Slack whose token this is, and note that the bot serves that team.

    Raises:
        slack_sdk.errors.SlackApiError: when Slack does not accept the token.
    """
    said = client.auth_test()
    team_id, bot_user_id = str(said["team_id"]), str(said["user_id"])
    bot_id = str(said.get("bot_id") or "")
    with services.reading() as session:  # most of the time nothing is new, and no writer has to wait
        known = workspaces.by_team(session, team_id)
    if known and known.connected_at and known.bot_user_id == bot_user_id:
        return Installation(known.id, team_id, bot_id, bot_user_id, is_new=False)
    with services.transaction() as session:
        name = str(said.get("team") or "")
        workspace = workspaces.connect(session, team_id, name, bot_user_id, services.now())
        return Installation(workspace.id, team_id, bot_id, bot_user_id, is_new=True)


def sync_user(services: Services, client: WebClient, workspace_id: int, slack_user_id: str) -> access.Actor | None:
    """Ask Slack about a user and note the answer; None where Slack does not let us see such a user.

    Raises:
        slack_sdk.errors.SlackApiError: when Slack refuses for any other reason.
    """
    try:
        said = client.users_info(user=slack_user_id, include_locale=True)
    except SlackApiError as error:
        if error.response["error"] in UNKNOWN_TO_SLACK:
            return None
        raise
    with services.transaction() as session:
        members.sync_user(session, workspace_id, said["user"], services.now())
        return access.actor_by_slack(session.connection(), workspace_id, slack_user_id, services.now())


def match_by_email(services: Services, client: WebClient, workspace_id: int) -> int:
    """Find the Slack users of the members known by e-mail alone; give how many were found.

    One whom Slack does not know stays as is, and is asked about again next time; the client waits out rate limits.
    """
    with services.reading() as session:
        waiting = [member.email for member in members.unmatched(session, workspace_id) if member.email]
    return sum(_match_one(services, client, workspace_id, email) for email in waiting)


def _match_one(services: Services, client: WebClient, workspace_id: int, email: str) -> bool:
    try:
        found = client.users_lookupByEmail(email=email)["user"]["id"]
    except SlackApiError as error:
        if error.response["error"] in UNKNOWN_TO_SLACK:
            log.info("no Slack user has the e-mail address of a member yet")
            return False
        raise
    return sync_user(services, client, workspace_id, found) is not None
