"""`policy`: shows, changes, exports and imports the agency's limits and weights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import context, output, policy_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.policy import Policy

MAX_POLICY_CHARS = 64_000
"""Of a policy file: several times what an export with all its comments has."""
MAX_POLICY_LINE = 1_000
"""Characters of one of its lines."""
DEFAULT = "default"
"""The value with which `set` puts a field back."""


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    from bot.cli import policy_fit

    group = typer.Typer(help="The agency's limits and weights.", no_args_is_help=True)
    group.command()(show)
    group.command("set")(set_)
    group.command()(export)
    group.command("import")(import_)
    group.command("fit")(policy_fit.fit_weights)
    app.add_typer(group, name="policy")


def show(workspace: context.WorkspaceOption = None, as_json: context.JsonOption = False) -> None:
    """Show every limit and weight: its value, default, allowed range and meaning."""
    from sqlalchemy import func, select

    from bot.infra.db import reading
    from bot.infra.models import Client

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    policy = load_policy(workspace)
    if as_json:
        output.print_json(policy_report.policy_json(policy))
        return
    statement = select(func.count()).where(
        Client.workspace_id == workspace_id, Client.contact_limit_days.is_not(None), Client.status != "lost"
    )
    with reading(engine) as session:
        own_limits = session.scalar(statement) or 0
    output.print_renderables(policy_report.policy_table(policy))
    changed = len(policy_report.changed_fields(policy))
    output.print_line(
        f"\n{changed} changed (*). To change one: `atrisk policy set NAME VALUE`; to reset it: `set NAME {DEFAULT}`."
        if changed
        else "\nAll at their defaults. To change one: `atrisk policy set NAME VALUE`."
    )
    output.print_line("False alarms may be set by a word: calm (a third of one), normal (1) or keen (3) a client-year.")
    output.print_line(
        f"{own_limits} {'client has its' if own_limits == 1 else 'clients have their'} own contact limit"
        " (contact_limit_days in the clients sheet), which overrides the one here."
    )


def set_(
    pairs: Annotated[
        list[str], typer.Argument(metavar="NAME VALUE …", help="contact_limit_days 14, engagement_false_alarms calm")
    ],
    workspace: context.WorkspaceOption = None,
) -> None:
    """Change limits and weights; the VALUE `default` resets one. Every client is rechecked.

    How often each signal may be wrong about a healthy client may also be said as calm, normal or keen.
    """
    if len(pairs) % 2:
        raise context.CommandError(f"{pairs[-1]}: no value given")
    wanted = _load_overrides(workspace)
    for name, text in zip(pairs[::2], pairs[1::2], strict=True):
        if name not in wanted:
            _require_field(name)
        if text == DEFAULT:
            wanted.pop(name, None)
        else:
            wanted[name] = _parse_number(text)
    save_policy(workspace, wanted)


def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to; printed if left out.")] = None,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Export what was changed as a TOML file for `policy import` and `backtest --policy`, the rest as comments."""
    text = policy_report.policy_toml(load_policy(workspace))
    if file is None:
        output.print_line(text.rstrip("\n"))
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise context.CommandError(f"{file}: cannot be written: {error.strerror}") from None
    output.print_line(f"Policy saved to {file}.")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `policy export` writes it.")],
    workspace: context.WorkspaceOption = None,
) -> None:
    """Import a policy: what the file names is set, all else is at its default. Every client is rechecked."""
    save_policy(workspace, read_policy_file(file))


def read_policy_file(file: Path) -> dict[str, Any]:
    """Read the fields that a policy file names.

    Raises:
        CommandError: when it cannot be read, or a value in it is not allowed.
    """
    import tomllib

    from scoring.policy import replace_from

    try:
        if file.exists() and not file.is_file():
            raise context.CommandError(f"{file}: is not a file")
        text = _read_start(file)
        if len(text) > MAX_POLICY_CHARS or max(map(len, text.splitlines()), default=0) > MAX_POLICY_LINE:
            raise context.CommandError(f"{file}: is too long for a policy")
        named = tomllib.loads(text)
        replace_from(named)
        named = _without_retired(named)
    except RecursionError:
        raise context.CommandError(f"{file}: is nested too deeply for a policy") from None
    except OSError as error:
        raise context.CommandError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # no TOML, no UTF-8, or a value that is not allowed
        raise context.CommandError(f"{file}: {' '.join(str(error).split())[:300]}") from None
    return named


def _require_field(name: str) -> None:
    """Check that the policy has a field, and guess which one is meant."""
    from difflib import get_close_matches

    from scoring.policy import RETIRED

    if name in RETIRED:
        raise context.CommandError(f"{name}: no longer in the policy: {RETIRED[name]}")
    names = [field.name for field in policy_report.policy_fields()]
    if name in names:
        return
    close = [known for known in names if known.startswith(name)] or get_close_matches(name, names, n=1)
    guess = f"; is {close[0]} meant?" if close else ""
    raise context.CommandError(f"{name}: no such field in the policy{guess}")


def _read_start(file: Path) -> str:
    with file.open(encoding="utf-8-sig") as opened:
        return opened.read(MAX_POLICY_CHARS + 1)


def load_policy(team: str | None) -> Policy:
    """Load a workspace's own policy."""
    return build_policy(_load_overrides(team))


def build_policy(overrides: Mapping[str, Any]) -> Policy:
    """Build the policy from the fields that were changed.

    Raises:
        CommandError: when one is not allowed any more; the message names it.
    """
    from scoring.policy import replace_from

    try:
        return replace_from(overrides)
    except ValueError as error:
        name = str(error).split(maxsplit=1)[0].rstrip(":")
        raise context.CommandError(f"{error}; reset it with `atrisk policy set {name} {DEFAULT}`") from None


def change_policy(team: str | None, wanted: Mapping[str, Any], *, quiet: bool = False) -> None:
    """Change some fields of a workspace's policy and leave the others as they are."""
    save_policy(team, {**_load_overrides(team), **wanted}, quiet=quiet)


def save_policy(team: str | None, wanted: Mapping[str, Any], *, quiet: bool = False) -> None:
    """Save a workspace's policy, have all its clients assessed again, and print what changed unless `quiet`.

    Raises:
        CommandError: when a value is not allowed; nothing is changed then.
    """
    from bot.infra.db import transaction
    from bot.judging import policies
    from bot.people import workspaces

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, team)
    with transaction(engine) as session:
        before = policies.overrides(session, workspace_id)
        try:
            after = policies.change(session, workspace_id, wanted, context.now(), by=None, via="command_line")
        except ValueError as error:
            raise context.CommandError(str(error)) from None
        workspaces.mark_benchmarks_outdated(session, workspace_id)
    if quiet:
        return
    changes = [
        line for field in policy_report.policy_fields() if (line := policy_report.describe_change(field, before, after))
    ]
    for line in changes:
        output.print_line(line)
    output.print_line("Every client will be rechecked at the next sweep." if changes else "Nothing changed.")


def _load_overrides(team: str | None) -> dict[str, Any]:
    from bot.infra.db import reading
    from bot.judging import policies

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, team)
    with reading(engine) as session:
        return _without_retired(policies.overrides(session, workspace_id))


def _without_retired(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that still exist, and tell of the others what to use instead."""
    from scoring.policy import list_retired

    retired = list_retired(overrides)
    for name, instead in retired.items():
        output.print_error(f"{name}: no longer in the policy, so it is passed over: {instead}")
    return {name: value for name, value in overrides.items() if name not in retired}


def _parse_number(text: str) -> int | float | str:
    """Parse a number; any other text is returned as it is, for the policy to refuse with what it allows.

    Only digits 0 to 9, a sign and a dot make a number here: not what else Python reads as one, like ``1_000``.
    """
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15}|nan|inf)", text):
        return text
    return int(text) if text.lstrip("+-").isdecimal() else float(text)
