"""Matching people: hourly lookup of the Slack users of members known only by e-mail.

Never here: what is done with Slack's answers (`bot.people.directory`).
"""

import logging

from slack_sdk.errors import SlackClientError
from sqlalchemy import select

from bot.infra import idempotency
from bot.infra.models import Workspace
from bot.infra.services import Services
from bot.people import directory

log = logging.getLogger(__name__)


def run_one(services: Services) -> bool:
    """Match members to Slack users, and connect the only workspace if it is not yet; at most hourly, always False."""
    with services.transaction() as session:
        if not idempotency.take_slot(session, "people", services.now()):
            return False
        workspaces = list(session.execute(select(Workspace.id, Workspace.team_id, Workspace.connected_at)))
    for workspace_id, team_id, connected_at in workspaces:
        try:
            if team_id is None and len(workspaces) == 1:
                directory.sync_team(services, services.slack(""))  # whichever team the one token belongs to
            elif team_id is not None and connected_at is not None:
                directory.match_by_email(services, services.slack(team_id), workspace_id)
        except (SlackClientError, OSError, LookupError) as error:
            log.warning("the members of workspace %s could not be looked up in Slack: %s", workspace_id, error)
    return False
