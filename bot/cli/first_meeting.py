"""Whose records those are that were imported before the bot met Slack: asked before they become a team's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.infra.services import Services


def ask_whose_records(services: Services, confirm: Callable[[str], bool]) -> None:
    """Ask whether the records without a workspace are those of the token's team; nothing is asked if there are none.

    Without somebody to ask they become the team's, and the log says so. Where Slack cannot say which team that is, the
    start goes on, and says what is wrong.

    Raises:
        CommandError: when they are another team's.
    """
    from bot.infra.services import ANY_TEAM
    from bot.people import workspaces
    from bot.slack.client import asking_once
    from bot.slack.errors import CALL_FAILED

    with services.reading() as session:
        count = workspaces.count_unclaimed_clients(session)
    if not count:
        return
    try:
        answer = asking_once(services.slack(ANY_TEAM)).auth_test()
    except CALL_FAILED:
        return
    team = f"{answer.get('team') or 'this workspace'} ({answer['team_id']})"
    if not confirm(f"{count:,} clients were imported before Atrisk met Slack. Do they belong to {team}?"):
        raise context.CommandError(
            f"nothing was connected: give {team} a database of its own by DATABASE_URL, or start with the right token"
        )
