"""What must be on somebody's screen: the top modal, the Home tab. Never here: acting, and waiting."""

from bot.practice import Person
from bot.practice.screen import View


def modal_of(person: Person) -> View:
    """Return the person's top modal; fail where none is open."""
    modal = person.modal
    assert modal is not None, f"{person} has no modal open"
    return modal


def home_of(person: Person) -> View:
    """Return the person's Home tab; fail where the bot has published none."""
    home = person.home
    assert home is not None, f"{person} has no Home tab"
    return home
