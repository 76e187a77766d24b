"""Finds colleagues that somebody mentions in a command or chooses in a form. Never here: what they may do."""

from bot.people import access, directory
from bot.people.access import Actor
from handlers.context import Reader


def find(reader: Reader, slack_user_id: str) -> Actor | None:
    """Find a person in the reader's workspace, asking Slack if they are new; None if Slack does not show them.

    Not for use inside a transaction, because it may call Slack. The caller checks whether they may use the bot.
    """
    workspace_id = reader.actor.workspace_id
    with reader.services.read_connection() as connection:
        known = access.actor_by_slack(connection, workspace_id, slack_user_id, reader.services.now())
    return known or directory.sync_user(reader.services, reader.slack, workspace_id, slack_user_id)
