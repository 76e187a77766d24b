"""What a lead is told about the work itself, rather than about a client."""

from bot.i18n import Translator
from bot.views import blocks, names
from bot.views.blocks import Json
from bot.views.cards import Person


def undeliverable(person: Person, error: str, t: Translator) -> Json:
    """Somebody whom messages no longer reach; `error` is Slack's word for why."""
    name = names.person_name(person, t)
    said = t("I can't reach {name} in Slack, so their messages about clients are not read by anybody.", name=name)
    step = t("Give their clients to somebody else, or ask your Slack admin. Slack says: {error}", error=error)
    return blocks.message([said, step], [blocks.section(said), blocks.context(step)])
