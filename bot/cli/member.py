"""`member`: who is what in the agency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, output

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.infra.models import Member
    from bot.people.roles import Change

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's email, Slack id or name.")]
ROLE_NAMES = {"am": "member", "lead": "lead", "admin": "admin", None: "no role"}


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    commands = typer.Typer(help="Who is a member, a lead or an admin.", no_args_is_help=True)
    commands.command("list")(list_)
    commands.command()(role)
    commands.command()(remove)
    app.add_typer(commands, name="member")


def list_(workspace: context.WorkspaceOption = None) -> None:
    """List the people whom Atrisk knows, with their roles."""
    from sqlalchemy import select

    from bot.infra.db import reading
    from bot.infra.models import Member

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    with reading(engine) as session:
        known = select(Member).where(Member.workspace_id == workspace_id, Member.account_type.not_in(("bot", "erased")))
        people = list(session.scalars(known.order_by(Member.name, Member.email, Member.id)))
    output.print_renderables(_table(people) if people else "Nobody yet. `atrisk member role EMAIL admin` names one.")
    if not any(member.role == "admin" for member in people):
        output.print_line("No admin is named, so Slack's admins are admins here.")


def _table(people: list[Member]) -> RenderableType:
    from rich.text import Text

    table = output.make_table()
    for title in ("Name", "Email", "Role", "In Slack"):
        table.add_column(title)
    for member in people:
        in_slack = "not yet" if member.slack_user_id is None else member.account_type
        table.add_row(Text(member.name), Text(member.email or ""), ROLE_NAMES[member.role], in_slack)
    return table


def role(
    email: EmailArgument,
    role: Annotated[str, typer.Argument(metavar="am|lead|admin", help="am is a member without a team to lead.")],
    workspace: context.WorkspaceOption = None,
) -> None:
    """Make somebody a member, a lead or an admin; the role waits for somebody who is not in Slack yet."""
    from bot.people import roles

    if role not in roles.ROLES:
        raise context.CommandError(f"{role!r} is none of {', '.join(roles.ROLES)}")
    _change(email, role, workspace)


def remove(email: EmailArgument, workspace: context.WorkspaceOption = None) -> None:
    """Take somebody's role away. With ACCESS=listed they can't use Atrisk any more; their clients stay as they are."""
    _change(email, None, workspace)


def _change(email: str, wanted: str | None, workspace: str | None) -> None:
    from bot.infra.db import transaction
    from bot.people import roles

    engine, now = context.open_engine(), context.now()
    workspace_id = context.find_workspace_id(engine, workspace)
    with transaction(engine) as session:
        member = _find(session, workspace_id, email, may_add=wanted is not None)
        changed = roles.name(session, workspace_id, member, wanted, by=None, via="command_line", now=now, may_end=True)
        name, in_slack = member.name or member.email or email, member.slack_user_id is not None
    for line in _explain(name, changed, in_slack=in_slack):
        output.print_line(line)


def _find(session: Session, workspace_id: int, email: str, *, may_add: bool) -> Member:
    """Find a person; somebody known by nothing yet but this e-mail address is added.

    Raises:
        CommandError: when nobody fits, or several do.
    """
    from bot.importing.parsing import people
    from bot.infra.models import Member
    from bot.people import members

    found = members.find(session, workspace_id, email)
    if len(found) > 1:
        raise context.CommandError(f"{email!r} are several people: name one by email")
    if found:
        return found[0]
    address = people.read_email(email)
    if not may_add or address is None:
        raise context.CommandError(f"nobody here is called {email!r}; `atrisk member list` shows who is known")
    member = Member(workspace_id=workspace_id, email=address)
    session.add(member)
    session.flush()
    return member


def _explain(name: str, changed: Change, *, in_slack: bool) -> list[str]:
    if changed.before == changed.after:
        lines = [f"{name}: {ROLE_NAMES[changed.after]}, as before."]
    else:
        lines = [f"{name}: {ROLE_NAMES[changed.after]} (was {ROLE_NAMES[changed.before]})."]
    if not in_slack and changed.after is not None:
        lines.append("They are not matched to anybody in Slack yet; the role waits for them.")
    if changed.is_first_admin:
        lines.append("From now on only the admins named here are admins; Slack's admins no longer are.")
    if changed.is_last_admin:
        lines.append("No admin is named any more, so Slack's admins are admins again.")
    return lines
