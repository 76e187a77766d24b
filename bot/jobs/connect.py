"""Connecting: asks Slack which team the token belongs to, until it can say, and marks that team's workspace.

A process asks once when it starts; this job goes on from there. It asks while no workspace is connected, and while
Slack was last found unable to answer. Never here: what a refusal means (`bot.slack.errors`), or reconnecting Socket
Mode (`bot.slack.socket_mode`).
"""

from sqlalchemy import select

from bot.infra.models import Workspace
from bot.infra.services import ANY_TEAM, Services
from bot.people import directory
from bot.slack.client import asking_once
from bot.slack.errors import CALL_FAILED, AskLaterError, Kind, Refusal, classify

_CONNECTED = select(Workspace.id).where(Workspace.team_id.is_not(None), Workspace.connected_at.is_not(None)).limit(1)


def run_one(services: Services) -> bool:
    """Ask Slack once, if need be; always False.

    Raises:
        AskLaterError: when Slack cannot say.
    """
    with services.reading() as session:
        is_connected = session.execute(_CONNECTED).first() is not None
    if is_connected and not services.slack_outage.is_on:
        return False
    try:
        directory.sync_team(services, asking_once(services.slack(ANY_TEAM)))
    except LookupError as error:
        raise AskLaterError(Refusal(Kind.WORKSPACE, str(error))) from error
    except CALL_FAILED as error:
        raise AskLaterError(classify(error)) from error
    return False
