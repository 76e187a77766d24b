"""How a policy is printed: as a table, as JSON, as a file, and what changed in it.

Never here: reading or storing one (`policy`).
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from bot.cli import output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from scoring.policy import Policy


def policy_fields() -> tuple[Any, ...]:
    """Return the fields of a policy, in their order."""
    from scoring.policy import Policy

    return fields(Policy)


def policy_toml(policy: Policy) -> str:
    """Write a policy as TOML: a line for each field that was changed, and a comment for each of the others."""
    lines = ["# Limits and weights. A line that starts with # is at its default: remove the # to change it."]
    for field in policy_fields():
        value = getattr(policy, field.name)
        mark = "" if value != field.default else "# "
        lines.append(
            f"{mark}{field.name} = {value}"
            f"  # {_allowed_range(field)} {field.metadata['unit']}: {field.metadata['about']}"
        )
    return "\n".join(lines) + "\n"


def policy_json(policy: Policy) -> list[dict[str, Any]]:
    """Return what `policy show --json` prints."""
    return [
        {"name": field.name, "value": getattr(policy, field.name), "default": field.default, **field.metadata}
        for field in policy_fields()
    ]


def policy_table(policy: Policy) -> Table:
    """Draw every limit and weight; those that were changed are marked."""
    table = output.make_table()
    for title, justify in (("", "left"), ("Name", "left"), ("Value", "right"), ("Default", "right")):
        table.add_column(title, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column("Allowed", no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    table.add_column("What", ratio=1)
    changed = set(changed_fields(policy))
    for field in policy_fields():
        marked = field.name in changed
        table.add_row(
            "*" if marked else "",
            field.name,
            f"{getattr(policy, field.name):g}",
            f"{field.default:g}",
            _allowed_range(field),
            field.metadata["unit"],
            field.metadata["about"],
            style="bold" if marked else "",
        )
    return table


def describe_change(field: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say how a field changed; empty where it did not."""
    old, new = (overrides.get(field.name, field.default) for overrides in (before, after))
    return f"{field.name}: {old} → {new} {field.metadata['unit']}" if old != new else ""


def changed_fields(policy: Policy) -> list[str]:
    """Return the names of the fields that are not at their default."""
    return [field.name for field in policy_fields() if getattr(policy, field.name) != field.default]


def _allowed_range(field: Any) -> str:
    return f"{field.metadata['low']:g} to {field.metadata['high']:g}"
