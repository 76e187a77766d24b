"""`forget`: deletes a client, or a person, with all that is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, output

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from bot.clients.erasure import Mention
    from bot.infra.models import Client


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(forget)


def forget(
    client: Annotated[
        str | None, typer.Argument(metavar="[CLIENT]", help="The client's key, or its whole name.")
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="EMAIL", help="A person instead of a client.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Delete a client, or with --person somebody who worked with clients, and everything about them, for good."""
    if (client is None) == (person is None):
        raise context.CommandError("name a CLIENT, or a person with --person EMAIL")
    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    if client is not None:
        _forget_client(engine, workspace_id, client, yes=yes)
    else:
        _forget_person(engine, workspace_id, str(person), yes=yes)
    _overwrite_deleted(engine)


def _forget_client(engine: Engine, workspace_id: int, text: str, *, yes: bool) -> None:
    from bot.clients import erasure
    from bot.infra.db import reading, transaction

    with reading(engine) as session:
        found = find_exactly(session, workspace_id, text)
        client_id, named = found.id, f"{found.name} ({found.external_id})"
        mentions = erasure.find_mentions(session, workspace_id, client_id)
    if not yes and not typer.confirm(f"Delete {named} and everything about it, for good?"):
        raise typer.Exit(1)
    with transaction(engine) as session:
        erasure.forget_client(session, workspace_id, client_id, context.now(), via="command_line")
    output.print_line(f"Deleted {named}. Messages that are in Slack already stay there.")
    if mentions:
        output.print_line("It is named in what was written about other clients, which stays as it is:")
    for mention in mentions:
        output.print_line(f"  {_describe(mention)}")


def _describe(mention: Mention) -> str:
    return f"{mention.client} ({mention.key}): {mention.record}" + (f" of {mention.on}" if mention.on else "")


def find_exactly(session: Session, workspace_id: int, text: str) -> Client:
    """Find a client by its key or its whole name, ignoring case and accents; never by a part of its name.

    Raises:
        CommandError: when there is none, or several have that name.
    """
    from sqlalchemy import select

    from bot.clients.clients import normalize_name
    from bot.infra.models import Client

    ours = select(Client).where(Client.workspace_id == workspace_id).order_by(Client.id)
    keyed = session.scalars(ours.where(Client.external_id == text)).one_or_none()
    found = [keyed] if keyed else session.scalars(ours.where(Client.search_name == normalize_name(text))).all()
    if not found:
        raise context.CommandError(f"no client has the key or the whole name {text!r}")
    if len(found) > 1:
        keys = ", ".join(each.external_id for each in found)
        raise context.CommandError(f"several clients are called {text!r}: name one by its key ({keys})")
    return found[0]


def _forget_person(engine: Engine, workspace_id: int, email: str, *, yes: bool) -> None:
    from bot.clients import clients, contacts
    from bot.infra.db import reading, transaction
    from bot.people import erasure, members

    with reading(engine) as session:
        member = members.by_email(session, workspace_id, email)
        if member is None and not contacts.collect(session, workspace_id, email):
            raise context.CommandError(f"--person: nobody here has the e-mail {email}")
        member_id, named = (member.id, f"{member.name or email}") if member else (None, email)
    warning = " Their clients will have no owner." if member else ""
    if not yes and not typer.confirm(f"Delete what is known of {named}, for good?{warning}"):
        raise typer.Exit(1)
    with transaction(engine) as session:
        now = context.now()
        contacts.forget(session, workspace_id, email, now, via="command_line")
        client_ids = (
            erasure.forget_person(session, workspace_id, member_id, now, via="command_line") if member_id else []
        )
        clients.mark_changed(session, workspace_id, client_ids, now)
    output.print_line(f"Deleted what is known of {named}. What they wrote about clients stays, without their name.")
    if client_ids:
        count = "1 client" if len(client_ids) == 1 else f"{len(client_ids):,} clients"
        needs = "needs" if len(client_ids) == 1 else "need"
        output.print_line(f"{count} had them as owner or backup, and {needs} somebody else.")


def _overwrite_deleted(engine: Engine) -> None:
    from bot.infra.db import overwrite_deleted

    if not overwrite_deleted(engine):
        output.print_line("The running bot still reads the old state: its log is overwritten with the next checkpoint.")
