"""Colleagues whom somebody names: in a command by a mention, in a form by choosing."""

from bot.people import access, directory
from bot.people.access import Actor
from handlers.context import Reader


def find(reader: Reader, slack_user_id: str) -> Actor | None:
    """Find somebody of the reader's workspace, asking Slack about one who is new; None for whom Slack does not show.

    Not in a transaction: Slack may have to be asked. Whether they may use the bot is the caller's to look at.
    """
    workspace_id = reader.actor.workspace_id
    with reader.services.read_connection() as connection:
        known = access.actor_by_slack(connection, workspace_id, slack_user_id, reader.services.now())
    return known or directory.sync_user(reader.services, reader.slack, workspace_id, slack_user_id)
