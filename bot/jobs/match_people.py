"""Matching people: looks up the Slack users of members known only by e-mail, one person a call.

Somebody who is not in Slack yet is asked for again an hour later; somebody new in the clients sheet at once. Never
here: what is done with Slack's answers (`bot.people.directory`).
"""

from datetime import timedelta

from bot.infra.services import Services
from bot.people import directory, members
from bot.slack.client import asking_once
from bot.slack.errors import CALL_FAILED, AskLaterError, Kind, Refusal, classify

AGAIN_AFTER = timedelta(hours=1)


def run_one(services: Services) -> bool:
    """Look up one member by e-mail; False if nobody is left to be looked up now.

    Raises:
        AskLaterError: when Slack cannot say; the member is then looked up again.
    """
    with services.reading() as session:
        unmatched = members.next_unmatched(session, services.now(), AGAIN_AFTER)
    if unmatched is None:
        return False
    with services.transaction() as session:
        if not members.mark_looked_up(session, unmatched, services.now()):
            return True  # another worker was first
    try:
        client = asking_once(services.slack(unmatched.team_id))
        directory.match_one(services, client, unmatched.workspace_id, unmatched.team_id, unmatched.email)
    except CALL_FAILED as error:
        refusal = classify(error)
    except LookupError as error:
        refusal = Refusal(Kind.WORKSPACE, str(error))
    else:
        return True
    with services.transaction() as session:
        members.unmark_looked_up(session, unmatched)
    raise AskLaterError(refusal)
