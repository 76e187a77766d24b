"""Notices to a lead: about messages that reach nobody, and red clients that nobody acted on."""

from collections.abc import Sequence
from datetime import date

from bot.infra.i18n import Translator
from bot.views import blocks, names
from bot.views.blocks import Json
from bot.views.data import Person
from bot.views.team_data import UnattendedClient

MOST = 20
"""Clients listed in one message."""


def undeliverable(person: Person, error: str, t: Translator) -> Json:
    """Somebody whom messages no longer reach; `error` is Slack's error code."""
    name = names.person_name(person, t)
    sentence = t("I can't reach {name} in Slack, so nobody reads their messages about clients.", name=name)
    step = t("Give their clients to someone else, or ask your Slack admin. Slack says: {error}", error=error)
    return blocks.message([sentence, step], [blocks.section(sentence), blocks.context(step)])


def unattended(clients: Sequence[UnattendedClient], today: date, t: Translator) -> Json:
    """Red clients on which nobody has acted for two working days, the highest priority first."""
    sentence = t.plural(
        "{count} client has been red for 2 working days, and nobody has acted:",
        "{count} clients have been red for 2 working days, and nobody has acted:",
        len(clients),
    )
    lines = [_stands(client, today, t) for client in clients[:MOST]]
    left = len(clients) - MOST
    if left > 0:
        lines.append(t.plural("and {count} more", "and {count} more", left))
    step = t("A contact, a try or a snooze counts as acting. You hear about a client again only if it turns red again.")
    body = blocks.rich_text(
        blocks.rich_section(blocks.span(sentence)),
        blocks.bullet_list([[blocks.span(line)] for line in lines]),
    )
    return blocks.message([sentence, *lines, step], [body, blocks.context(step)])


def _stands(client: UnattendedClient, today: date, t: Translator) -> str:
    name, day = names.client_name(client.name, t), names.near_day(client.since, today, t)
    if client.owner is None:
        return t("{client} (no owner): red since {day}", client=name, day=day)
    return t("{client} ({owner}): red since {day}", client=name, owner=names.person_name(client.owner, t), day=day)
