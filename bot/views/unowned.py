"""Clients that nobody owns, named to the leads in their morning, on Home and above the team's list."""

from collections.abc import Sequence

from bot.infra.i18n import Translator
from bot.views import names
from bot.views.data import UnownedClient

MOST = 8
"""Clients named; the rest are counted."""


def unowned_line(clients: Sequence[UnownedClient], t: Translator) -> str:
    """Which clients have no owner, who looks after them, and what to do."""
    return t.plural(
        "{count} client has no owner: {clients}. To give it one, open it and press Edit.",
        "{count} clients have no owner: {clients}. To give one an owner, open it and press Edit.",
        len(clients),
        clients=names.listed([_named(client, t) for client in clients], MOST, t, ", "),
    )


def _named(client: UnownedClient, t: Translator) -> str:
    name = names.client_name(client.name, t, 40)
    if client.holder is None:
        return name
    return t("{client} ({person} looks after it)", client=name, person=names.person_name(client.holder, t))
