"""Slack's Web API: one short function a method, and the table of them all.

Here: what each method checks, changes and answers. Never here: HTTP, tokens, rate limits (`bot.practice.api`).
A method is given the call (world, team, arguments) under the world's lock, and raises `SlackError`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.practice.methods import chat, conversations, people, views
from bot.practice.methods.call import Call
from bot.practice.rules import Json

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@dataclass(frozen=True, slots=True)
class Method:
    """A method with the scopes of which the token needs at least one."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()


METHODS: dict[str, Method] = {
    "auth.test": Method(people.auth_test),
    "users.info": Method(people.users_info, ("users:read",)),
    "users.lookupByEmail": Method(people.users_lookup_by_email, ("users:read.email",)),
    "users.conversations": Method(conversations.users_conversations, _READ),
    "conversations.open": Method(conversations.open_, ("im:write", "mpim:write")),
    "conversations.info": Method(conversations.info, _READ),
    "conversations.history": Method(conversations.history, _HISTORY),
    "chat.postMessage": Method(chat.post_message, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "views.open": Method(views.open_),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
}
"""With apps.connections.open, which takes the app's own token (`bot.practice.api`), every method there is here."""
