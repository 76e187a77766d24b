"""Texts that are not about one client: help, refusals, errors, titles, and the question which client is meant."""

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
    """The commands that can be typed."""
    commands = {
        "/atrisk": t("your clients, most urgent first"),
        "/atrisk team": t("the whole team's clients"),
        "/atrisk " + t("@person"): t("a colleague's clients"),
        "/atrisk " + t("CLIENT"): t("one client; part of the name will do"),
        "/atrisk log " + t("CLIENT"): t("log a contact; add “no answer” if you didn't reach them, and any note"),
        "/atrisk away until " + t("DATE cover @person"): t("hand your clients over while you're away"),
        "/atrisk back": t("I'm back, give me my clients again"),
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
    closing = t("Only you see the answers. Your list comes by itself each working morning.")
    body = [
        blocks.header(t("What you can type")),
        blocks.rich_text(blocks.bullet_list(listed)),
        blocks.context(closing),
    ]
    lines = [f"{typed} – {meaning}" for typed, meaning in commands.items()]
    return blocks.message([t("What you can type:"), *lines, closing], body)


def refused(why: str, t: Translator) -> Json:
    """A polite refusal; nothing was changed. `why` is one of those that `refusal` takes."""
    return say(refusal(why, t))


def refusal(why: str, t: Translator) -> str:
    """The sentence of `refused`, for a modal or a form's field.

    `why` is guest, stranger, unlisted, not_in_charge, not_yours, only_leads or only_admins; anything else gives a
    general refusal.
    """
    return {
        "guest": t("Atrisk is for the agency's own people, so guests can't use it. Nothing was changed."),
        "stranger": t("Atrisk is only for the agency that installed it. Nothing was changed."),
        "unlisted": t("Only people with a role may use Atrisk here; ask an admin for one. Nothing was changed."),
        "not_in_charge": t(
            "Only the client's owner, whoever covers for them, or a lead can change this. Nothing was changed."
        ),
        "not_yours": t("Only whoever logged this, the client's owner or a lead can do that. Nothing was changed."),
        "only_leads": t("Only leads and admins can do that. Nothing was changed."),
        "only_admins": t("Only admins can do that. Nothing was changed."),
    }.get(why, t("You can't do that here. Nothing was changed."))


def not_for(account_type: str, t: Translator) -> str:
    """Why somebody has no access."""
    return {
        "guest": t("Atrisk is for the agency's own people, so guests can't use it."),
        "unlisted": t("Only people with a role may use Atrisk here; ask an admin for one."),
    }.get(account_type, t("Atrisk is only for the agency that installed it."))


def changed_meanwhile(now_is: str, t: Translator) -> str:
    """What a form's field says if somebody else was first."""
    return t("Someone just changed this to: {now_is}. Open the form again to continue from there.", now_is=now_is)


def failed(t: Translator) -> Json:
    """An internal error."""
    return say(
        t("That didn't work, and nothing was changed. Please try again; if it keeps happening, tell your admin.")
    )


def not_saved(t: Translator) -> Json:
    """The database is busy, full or away: nothing is wrong with what was asked for."""
    return say(t("That couldn't be saved just now, and nothing was changed. Please try again in a minute."))


def unanswered(t: Translator) -> Json:
    """Slack has not answered in time, so that a form could not be opened or a person not looked up."""
    return say(t("Slack isn't answering quickly enough, so nothing was changed. Please try again in a moment."))


def not_installed(t: Translator) -> Json:
    """The workspace has no token here."""
    return say(t("Atrisk isn't installed in this workspace."))


def too_many(t: Translator) -> Json:
    """The person has too many requests under way."""
    return say(t("One moment: I'm still working on your last clicks. Please try again when they're done."))


def too_old(t: Translator) -> Json:
    """A button whose value is no longer understood."""
    return say(t("This button is out of date. Type /atrisk for your current list."))


def no_such_client(asked: str, t: Translator) -> Json:
    """No client matches what was typed."""
    typed = blocks.clean(asked, 60)
    if not typed:
        return say(t("Which client? Type its name, or part of it: /atrisk CLIENT"))
    return say(t("No client called “{typed}”. Type /atrisk for your list, or /atrisk help.", typed=typed))


def no_clients_yet(t: Translator) -> str:
    """What a member without clients reads."""
    return t("You have no clients yet. They appear once the clients sheet is imported with your email as their owner.")


def client_gone(t: Translator) -> Json:
    """The client behind a button was deleted."""
    return say(t("This client no longer exists. Nothing was changed."))


def no_colleague(who: Person | None, t: Translator) -> Json:
    """Somebody who has no clients here: a guest, a person of another company, an app."""
    if who is None or not who.name:
        return say(t("Only colleagues in this workspace have clients here."))
    name = names.person_name(who, t)
    return say(t("{name} has no clients here: only the agency's own people do.", name=name))


def too_long(characters: int, most: int, t: Translator) -> Json:
    """A note with more characters than are stored; nothing was logged."""
    counts = {"count": t.number(characters), "most": t.number(most)}
    return say(t("Your note has {count} characters, and {most} fit. Nothing was logged: please shorten it.", **counts))


def choose_client(asked: str, choices: Sequence[tuple[int, str]], t: Translator) -> Json:
    """Several clients match: a button for each. `choices` are ids and names, the best match first."""
    title = t("Which client do you mean by “{typed}”?", typed=blocks.clean(asked, 60) or "–")
    named = [(key, names.client_name(name, t)) for key, name in choices[:MOST_CHOICES]]
    rows = [blocks.section(name, _open(key, name, t)) for key, name in named]
    lines = [title, *(name for _, name in named)]
    if len(choices) > MOST_CHOICES:
        more = t("There are more; type more of the name.")
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
        return t("{name}'s clients", name=names.person_name(whose, t))
    return t("Your clients")
