"""`policy`: the agency's limits and weights, shown, changed, taken elsewhere and brought in."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from scoring.policy import Policy

DEFAULT = "default"
"""What `set` takes for a value to put a field back."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from bot.cli import policy_fit

    group = typer.Typer(help="The agency's limits and weights.", no_args_is_help=True)
    group.command()(show)
    group.command("set")(set_)
    group.command()(export)
    group.command("import")(import_)
    group.command("fit")(policy_fit.fit)
    app.add_typer(group, name="policy")


def show(workspace: context.Team = None, as_json: context.AsJson = False) -> None:
    """Show every limit and weight: its value, its default, what it may be, what it is about."""
    from rich.console import Console
    from sqlalchemy import func, select

    from bot.infra.db import reading
    from bot.infra.models import Client

    engine = context.engine()
    workspace_id = context.workspace_id(engine, workspace)
    policy = present(workspace)
    if as_json:
        import orjson

        context.say(orjson.dumps(_as_json(policy), option=orjson.OPT_INDENT_2).decode())
        return
    own = select(func.count()).where(
        Client.workspace_id == workspace_id, Client.contact_limit_days.is_not(None), Client.status != "lost"
    )
    with reading(engine) as session:
        own_limit = session.scalar(own) or 0
    console = Console(width=None if context.is_terminal() else 160, highlight=False, markup=False)
    console.print(_table(policy))
    changed = len(_changed(policy))
    context.say(
        f"\n{changed} changed (*); `atrisk policy set NAME VALUE` changes one, `set NAME {DEFAULT}` puts it back."
        if changed
        else "\nAll at their defaults; `atrisk policy set NAME VALUE` changes one."
    )
    context.say(
        f"{own_limit} {'client has' if own_limit == 1 else 'clients have'} a contact limit of their own"
        " (contact_limit_days in the clients sheet), which goes before the one here."
    )


def set_(
    pairs: Annotated[list[str], typer.Argument(metavar="NAME VALUE …", help="contact_limit_days 14")],
    workspace: context.Team = None,
) -> None:
    """Change limits and weights; VALUE `default` puts one back. Every client is judged anew."""
    if len(pairs) % 2:
        raise context.Mistake(f"{pairs[-1]}: no value was given for it")
    wanted = _overrides(workspace)
    for name, text in zip(pairs[::2], pairs[1::2], strict=True):
        if text == DEFAULT:
            if name not in wanted and name not in {rule.name for rule in _rules()}:
                raise context.Mistake(f"{name}: no such field in the policy")
            wanted.pop(name, None)
        else:
            wanted[name] = _number(text)
    keep(workspace, wanted)


def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to; the screen if left out.")] = None,
    workspace: context.Team = None,
) -> None:
    """Write what was changed as a TOML file that `policy import` and `backtest --policy` take; the rest as remarks."""
    text = as_toml(present(workspace))
    if file is None:
        context.say(text.rstrip("\n"))
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise context.Mistake(f"{file}: cannot be written: {error.strerror}") from None
    context.say(f"The policy is in {file}.")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `policy export` writes it.")],
    workspace: context.Team = None,
) -> None:
    """Take in a policy: what the file names is as it says, all else at its default. Every client is judged anew."""
    keep(workspace, read(file))


def read(file: Path) -> dict[str, Any]:
    """Read the fields that a policy file names.

    Raises:
        context.Mistake: when it cannot be read, or a value in it is not allowed.
    """
    import tomllib

    from scoring.policy import replace_from

    try:
        named = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        replace_from(named)
    except OSError as error:
        raise context.Mistake(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # no TOML, no UTF-8, or a value that is not allowed
        raise context.Mistake(f"{file}: {error}") from None
    return named


def present(team: str | None) -> Policy:
    """Give a workspace's own policy."""
    return stored(_overrides(team))


def stored(overrides: Mapping[str, Any]) -> Policy:
    """Give the policy that is kept, or say in one line what of it does not fit any more."""
    from scoring.policy import replace_from

    try:
        return replace_from(overrides)
    except ValueError as error:
        name = str(error).split(maxsplit=1)[0].rstrip(":")
        raise context.Mistake(f"{error}; `atrisk policy set {name} {DEFAULT}` puts it back") from None


def change(team: str | None, wanted: Mapping[str, Any], *, quiet: bool = False) -> None:
    """Change some fields of a workspace's policy, and leave the others as they are."""
    keep(team, {**_overrides(team), **wanted}, quiet=quiet)


def keep(team: str | None, wanted: Mapping[str, Any], *, quiet: bool = False) -> None:
    """Store a workspace's policy, have all its clients judged anew, and say what changed, unless `quiet`.

    Raises:
        context.Mistake: when a value is not allowed; nothing is changed then.
    """
    from bot.infra.db import transaction
    from bot.judging import policies
    from bot.people import workspaces

    engine = context.engine()
    workspace_id = context.workspace_id(engine, team)
    with transaction(engine) as session:
        before = policies.overrides(session, workspace_id)
        try:
            after = policies.change(session, workspace_id, wanted, context.now())
        except ValueError as error:
            raise context.Mistake(str(error)) from None
        workspaces.mark_benchmarks_outdated(session, workspace_id)
    if quiet:
        return
    changes = [line for rule in _rules() if (line := _told(rule, before, after))]
    for line in changes:
        context.say(line)
    context.say("Every client is judged anew at the next sweep." if changes else "Nothing changed.")


def as_toml(policy: Policy) -> str:
    """Give a policy as TOML: a line for each field that was changed, and each other one as a remark."""
    lines = ["# Limits and weights. A line that begins with # stands at its default: take the # away to change it."]
    for rule in _rules():
        value = getattr(policy, rule.name)
        mark = "" if value != rule.default else "# "
        lines.append(f"{mark}{rule.name} = {value}  # {_range(rule)} {rule.metadata['unit']}: {rule.metadata['about']}")
    return "\n".join(lines) + "\n"


def _overrides(team: str | None) -> dict[str, Any]:
    from bot.infra.db import reading
    from bot.judging import policies

    engine = context.engine()
    workspace_id = context.workspace_id(engine, team)
    with reading(engine) as session:
        return policies.overrides(session, workspace_id)


def _rules() -> tuple[Any, ...]:
    from scoring.policy import Policy

    return fields(Policy)


def _number(text: str) -> int | float | str:
    """Read a number; what is none is handed on as it is, to be refused with what is allowed."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _told(rule: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    old, new = (kept.get(rule.name, rule.default) for kept in (before, after))
    return f"{rule.name}: {old} → {new} {rule.metadata['unit']}" if old != new else ""


def _changed(policy: Policy) -> list[str]:
    return [rule.name for rule in _rules() if getattr(policy, rule.name) != rule.default]


def _range(rule: Any) -> str:
    return f"{rule.metadata['low']:g} to {rule.metadata['high']:g}"


def _as_json(policy: Policy) -> list[dict[str, Any]]:
    return [
        {"name": rule.name, "value": getattr(policy, rule.name), "default": rule.default, **rule.metadata}
        for rule in _rules()
    ]


def _table(policy: Policy) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, justify in (("", "left"), ("Name", "left"), ("Value", "right"), ("Default", "right")):
        table.add_column(title, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column("Allowed", no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    table.add_column("What", ratio=1)
    changed = set(_changed(policy))
    for rule in _rules():
        marked = rule.name in changed
        table.add_row(
            "*" if marked else "",
            rule.name,
            f"{getattr(policy, rule.name):g}",
            f"{rule.default:g}",
            _range(rule),
            rule.metadata["unit"],
            rule.metadata["about"],
            style="bold" if marked else "",
        )
    return table
