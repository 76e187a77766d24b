"""Maps rows about the work for clients: deadlines, planned steps, a month's effort."""

from bot.importing.mapping.context import (
    MappingContext,
    Record,
    Values,
    find_member_id,
    read_columns,
    require_not_future,
    require_order,
    to_minor_units,
)

_COSTS = ("hourly_cost", "tools_cost")


def map_deadline(values: Values, context: MappingContext) -> Record:
    """Map a row to a deadline. The date promised to the client must not be before the team's own."""
    client = context.lookup.find_client(values["client"])
    require_order(values, "internal_due_on", "promised_on")
    if values.get("done_on"):
        require_not_future(values["done_on"], "done_on", context)
    record = {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "title": values["title"],
        "internal_due_on": values["internal_due_on"],
        **read_columns(values, context, {"promised_on": None, "done_on": None}),
    }
    if "member" in context.column_names:
        record["member_id"] = find_member_id(values["member"], "member", context)
    return record


def map_roadmap_step(values: Values, context: MappingContext) -> Record:
    """Map a row to a planned step."""
    client = context.lookup.find_client(values["client"])
    if values.get("done_on"):
        require_not_future(values["done_on"], "done_on", context)
    return {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "title": values["title"],
        "planned_on": values["planned_on"],
        **read_columns(values, context, {"kind": "check_in", "done_on": None}),
    }


def map_effort(values: Values, context: MappingContext) -> Record:
    """Map a row to a month's effort. Costs are in the client's own currency."""
    client = context.lookup.find_client(values["client"])
    record = {
        "client_id": client.id,
        "month": values["month"],
        "workspace_id": context.lookup.workspace_id,
        **read_columns(values, context, {"hours": None, "hours_budget": None}),
    }
    for name in _COSTS:
        if name in context.column_names:
            record[name] = to_minor_units(values[name], client.currency, name)
    return record
