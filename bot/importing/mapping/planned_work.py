"""Records of the work for clients: deadlines, planned steps, a month's effort."""

from bot.importing.mapping.context import Making, Record, Values, given, happened, in_order, member_id, minor

_COSTS = ("hourly_cost", "tools_cost")


def deadline(values: Values, making: Making) -> Record:
    """Make a deadline's record. The day told to the client is not before the team's own."""
    of = making.roster.client(values["client"])
    in_order(values, "internal_due_on", "promised_on")
    if values.get("done_on"):
        happened(values["done_on"], "done_on", making)
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "title": values["title"],
        "internal_due_on": values["internal_due_on"],
        **given(values, making, {"promised_on": None, "done_on": None}),
    }
    if "member" in making.names:
        record["member_id"] = member_id(values["member"], making)
    return record


def step(values: Values, making: Making) -> Record:
    """Make the record of a planned step."""
    of = making.roster.client(values["client"])
    if values.get("done_on"):
        happened(values["done_on"], "done_on", making)
    return {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "title": values["title"],
        "planned_on": values["planned_on"],
        **given(values, making, {"kind": "check_in", "done_on": None}),
    }


def effort(values: Values, making: Making) -> Record:
    """Make the record of a month's effort. Costs are in the client's own currency."""
    of = making.roster.client(values["client"])
    record = {
        "client_id": of.id,
        "month": values["month"],
        "workspace_id": making.roster.workspace_id,
        **given(values, making, {"hours": None, "hours_budget": None}),
    }
    for name in _COSTS:
        if name in making.names:
            record[name] = minor(values[name], of.currency, name)
    return record
