"""What a lead is told about the work itself, rather than about a client."""

from collections.abc import Sequence
from datetime import date

from bot.infra.i18n import Translator
from bot.views import blocks, names
from bot.views.blocks import Json
from bot.views.data import Person, UnattendedClient

MOST = 20
"""Clients that one message names."""


def undeliverable(person: Person, error: str, t: Translator) -> Json:
    """Somebody whom messages no longer reach; `error` is Slack's word for why."""
    name = names.person_name(person, t)
    said = t("I can't reach {name} in Slack, so their messages about clients are not read by anybody.", name=name)
    step = t("Give their clients to somebody else, or ask your Slack admin. Slack says: {error}", error=error)
    return blocks.message([said, step], [blocks.section(said), blocks.context(step)])


def unattended(clients: Sequence[UnattendedClient], today: date, t: Translator) -> Json:
    """Red clients on which nobody has acted for two working days, the most important first."""
    said = t.plural(
        "{count} client of the team has been red for 2 working days, and nobody has acted on it:",
        "{count} clients of the team have been red for 2 working days, and nobody has acted on them:",
        len(clients),
    )
    lines = [_stands(client, today, t) for client in clients[:MOST]]
    left = len(clients) - MOST
    if left > 0:
        lines.append(t.plural("and {count} more", "and {count} more", left))
    step = t("A contact, an attempt or a snooze counts as acting. You hear of each of them once.")
    body = blocks.rich_text(
        blocks.rich_section(blocks.span(said)),
        blocks.bullet_list([[blocks.span(line)] for line in lines]),
    )
    return blocks.message([said, *lines, step], [body, blocks.context(step)])


def _stands(client: UnattendedClient, today: date, t: Translator) -> str:
    name, day = names.client_name(client.name, t), names.near_day(client.since, today, t)
    if client.owner is None:
        return t("{client}, owned by nobody: red since {day}", client=name, day=day)
    return t("{client} ({owner}): red since {day}", client=name, owner=names.person_name(client.owner, t), day=day)
