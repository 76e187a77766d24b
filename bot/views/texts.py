"""What is said besides clients: help, refusals, errors, and the question which of several clients is meant."""

from collections.abc import Sequence

from bot.infra.i18n import Translator
from bot.views import blocks, ids, names
from bot.views.blocks import Json
from bot.views.data import Page, Person

MOST_CHOICES = 10


def say(sentence: str) -> Json:
    """A message of one sentence."""
    return blocks.message([sentence], [blocks.section(sentence)])


def help_text(t: Translator) -> Json:
    """What can be typed."""
    commands = {
        "/atrisk": t("your clients, the most pressing first"),
        "/atrisk team": t("the whole team's clients"),
        "/atrisk " + t("@person"): t("one colleague's clients"),
        "/atrisk " + t("CLIENT"): t("one client; a part of its name will do"),
        "/atrisk log " + t("CLIENT"): t("log a contact; add “no answer” for an attempt, and any note"),
        "/atrisk away until " + t("DATE cover @person"): t("who looks after your clients while you are away"),
        "/atrisk back": t("you are back earlier than that"),
        "/atrisk settings": t("when your list comes, and on which days"),
        "/atrisk help": t("this list"),
    }
    listed = [
        [
            blocks.span(typed, "code"),
            blocks.span(f" – {meaning}"),
        ]  # one row, however long the translation
        for typed, meaning in commands.items()
    ]
    closing = t("Only you see the answers. Each morning your list comes by itself.")
    body = [
        blocks.header(t("What you can type")),
        blocks.rich_text(blocks.bullet_list(listed)),
        blocks.context(closing),
    ]
    lines = [f"{typed} – {meaning}" for typed, meaning in commands.items()]
    return blocks.message([t("What you can type:"), *lines, closing], body)


def refused(why: str, t: Translator) -> Json:
    """A polite refusal; nothing was changed. `why` is as `refusal` knows it."""
    return say(refusal(why, t))


def refusal(why: str, t: Translator) -> str:
    """The sentence of `refused`, for a modal or a form's field.

    `why` is guest, stranger, not_in_charge, not_yours or only_leads.
    """
    return {
        "guest": t("Atrisk is for the agency's own people; guests can't use it. Nothing was changed."),
        "stranger": t("Atrisk is for the people of the agency that installed it. Nothing was changed."),
        "not_in_charge": t(
            "Only the client's owner, who covers for them, or a lead can change it. Nothing was changed."
        ),
        "not_yours": t("Only the person who logged it, or a lead, can do that. Nothing was changed."),
        "only_leads": t("Only leads and admins can do that. Nothing was changed."),
    }.get(why, t("You can't do that here. Nothing was changed."))


def changed_meanwhile(now_is: str, t: Translator) -> str:
    """What a form's field says where somebody else was first."""
    return t("Somebody changed this meanwhile: {now_is}. Open it again to go on from there.", now_is=now_is)


def failed(t: Translator) -> Json:
    """An error of ours."""
    return say(t("That didn't work, and nothing was changed. Please try again; if it happens twice, tell your admin."))


def too_old(t: Translator) -> Json:
    """A button of a message that we can't read any more."""
    return say(t("This button is too old to work. Type /atrisk for the list as it is now."))


def no_such_client(asked: str, t: Translator) -> Json:
    """Nothing fits what was typed."""
    typed = blocks.clean(asked, 60)
    if not typed:
        return say(t("Which client? Type its name, or a part of it: /atrisk CLIENT"))
    return say(t("No client's name has “{typed}” in it. Type /atrisk for your list.", typed=typed))


def no_clients_yet(t: Translator) -> str:
    """What a member without clients is told."""
    return t("No clients are yours yet. They come with the import: the owner column holds your e-mail address.")


def client_gone(t: Translator) -> Json:
    """The client behind a button is no longer there."""
    return say(t("This client is no longer there. Nothing was changed."))


def choose_client(asked: str, choices: Sequence[tuple[int, str]], t: Translator) -> Json:
    """Several clients fit: a button for each. `choices` are ids and names, the best fit first."""
    title = t("Which one do you mean by “{typed}”?", typed=blocks.clean(asked, 60) or "–")
    named = [(key, names.client_name(name, t)) for key, name in choices[:MOST_CHOICES]]
    rows = [blocks.section(name, _open(key, name, t)) for key, name in named]
    lines = [title, *(name for _, name in named)]
    if len(choices) > MOST_CHOICES:
        more = t("There are more: type a longer part of the name.")
        return blocks.message([*lines, more], [blocks.section(title), *rows, blocks.context(more)])
    return blocks.message(lines, [blocks.section(title), *rows])


def _open(client_id: int, name: str, t: Translator) -> Json:
    label = t("Open {client}", client=blocks.clip(name, 40))
    return blocks.button(t("Open"), ids.OPEN, ids.pack(client=client_id, surface=ids.CARD), label=label)


def list_title(page: Page, t: Translator, whose: Person | None = None) -> str:
    """The title of a list of clients."""
    if page.scope == "team":
        return t("The team's clients")
    if page.scope == "member" and whose:
        return t("Clients of {name}", name=names.person_name(whose, t))
    return t("Your clients")
