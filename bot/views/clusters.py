"""What a lead is told once of several clients that turned worse together."""

from bot.infra.i18n import Translator
from bot.views import names
from bot.views.blocks import clean
from bot.views.team_data import Cluster

MOST = 6
"""Clients named; the rest are counted."""


def cluster_line(cluster: Cluster, t: Translator) -> str:
    """Which clients, what they have in common, and what to do."""
    count = len(cluster.clients)
    clients = names.listed([names.client_name(name, t, 40) for name in cluster.clients], MOST, t, ", ")
    if cluster.person is None:
        return t.plural(
            "{source} became more expensive at {count} client at once: {clients}. Look into it once, for all of them.",
            "{source} became more expensive at {count} clients at once: {clients}. Look into it once, for all of them.",
            count,
            source=clean(cluster.source or "", 40),
            clients=clients,
        )
    return t.plural(
        "{count} client of {person} turned red or uneasy lately: {clients}. Ask {person} what's going on.",
        "{count} clients of {person} turned red or uneasy lately: {clients}. Ask {person} what's going on.",
        count,
        person=names.person_name(cluster.person, t),
        clients=clients,
    )
