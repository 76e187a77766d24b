"""The driver: teams and people as tests and the page use them.

`alice.command("/x", "y")`, `alice.click(message, "action")`, `alice.submit({...})` do what Alice's Slack would do,
and answer with a `Reaction`. Here: naming what is acted upon, and what a person can see. Never here: payloads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from bot.practice.deliveries import Answer, Deliveries
from bot.practice.events import Events
from bot.practice.form import NotOnScreenError, element_state, state_values
from bot.practice.interactions import Actor, Reaction
from bot.practice.rules import Json
from bot.practice.state import Channel, Kind, Message, Team, User, View, World, interactive

Where = Message | View


class Person:
    """One person of a workspace, with what they see and do."""

    def __init__(self, actor: Actor, events: Events) -> None:
        self._actor = actor
        self._events = events
        self._world = actor.world
        self.team = actor.team
        self.user = actor.user

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.user.real_name}>"

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    # ---- what she sees

    @property
    def dm(self) -> Channel:
        """Her conversation with the bot."""
        with self._world.lock:
            return self._world.im(self.team, self.id)

    def messages(self, channel: Channel | str | None = None) -> list[Message]:
        """The messages that she sees in a conversation (the bot's when none is named), oldest first."""
        place = self._channel(channel)
        with self._world.lock:
            if place.kind != "channel" and self.id not in place.members:
                return []
            return [one for one in place.messages.values() if one.reader in {None, self.id}]

    def last(self, channel: Channel | str | None = None) -> Message:
        """The newest message that she sees; NotOnScreenError when there is none."""
        messages = self.messages(channel)
        if not messages:
            raise NotOnScreenError(f"{self.user.real_name} sees no message")
        return messages[-1]

    @property
    def stack(self) -> list[View]:
        """Her open modals, the top one last."""
        with self._world.lock:
            return [self.team.views[view_id] for view_id in self.team.stacks.get(self.id, ())]

    @property
    def modal(self) -> View | None:
        """Her top modal."""
        stack = self.stack
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """The Home tab that the bot last published for her."""
        with self._world.lock:
            return self.team.views.get(self.team.homes.get(self.id, ""))

    # ---- what she does

    def command(self, command: str, text: str = "", channel: Channel | str | None = None) -> Reaction:
        """Types a slash command, in the conversation with the bot unless another is named."""
        place = self._channel(channel)
        since = self._world.revision
        answer = self._actor.command(place, command, text)
        return self._reaction(answer, place, since)

    def click(
        self,
        where: Where,
        action_id: str,
        value: Any = None,
        *,
        block_id: str = "",
        at: int = 0,
        filled: Mapping[str, Any] | None = None,
    ) -> Reaction:
        """Uses a button, select, overflow or picker of a message, of a modal or of the Home tab.

        `value` is the option's value (or the date, the user id, the typed text …); for buttons of one action id it
        tells which. `block_id` and `at` (the how-manieth) tell elements of one action id apart. NotOnScreenError when
        there is no such element. `filled` is what she has typed elsewhere on the same screen, by block id.
        """
        found_in, element = self._find(where, action_id, value, block_id, at)
        action = action_of(element, found_in, value)
        given = {found_in: {action_id: value}} if value is not None and element["type"] in _KEPT else {}
        values = state_values(where.blocks, {**(filled or {}), **given})
        since = self._world.revision
        if isinstance(where, Message):
            answer = self._actor.act_on_message(where, action, values)
            return self._reaction(answer, self.team.channels[where.channel], since)
        return self._reaction(self._actor.act_on_view(where, action, values), self.dm, since)

    def submit(self, values: Mapping[str, Any] | None = None, view: View | None = None) -> Reaction:
        """Fills the top modal's fields, by block id, and presses its button. What is not given keeps its initial."""
        form = view or self.modal
        if form is None:
            raise NotOnScreenError(f"{self.user.real_name} has no modal open")
        since = self._world.revision
        answer, errors = self._actor.submit(form, state_values(form.blocks, values or {}))
        return replace(self._reaction(answer, self.dm, since), field_errors=errors)

    def close(self, view: View | None = None, *, all_of_them: bool = False) -> Answer | None:
        """Closes the top modal, or all; answers with what the app said if it asked to be told."""
        form = view or self.modal
        if form is None:
            raise NotOnScreenError(f"{self.user.real_name} has no modal open")
        return self._actor.close(form, all_of_them=all_of_them)

    def shortcut(self, callback_id: str, message: Message | None = None) -> Reaction:
        """Uses a global shortcut, or one on a message."""
        since = self._world.revision
        place = self.team.channels[message.channel] if message else self.dm
        return self._reaction(self._actor.shortcut(callback_id, message), place, since)

    def suggestions(self, where: Where, action_id: str, typed: str = "", block_id: str = "") -> list[Json]:
        """What an external select offers for what she has typed."""
        found_in, _ = self._find(where, action_id, None, block_id, 0)
        return self._actor.suggest(where, found_in, action_id, typed)

    def open_home(self) -> View | None:
        """Opens the Home tab; answers with what it shows once the app has heard of it."""
        self._heard(self._events.home_opened(self.team, self.user, "home"))
        return self.home

    def open_messages(self) -> None:
        """Opens the Messages tab."""
        self._heard(self._events.home_opened(self.team, self.user, "messages"))

    def say(self, text: str, channel: Channel | str | None = None) -> Message:
        """Writes a message, to the bot unless a conversation is named. The text is escaped as Slack does."""
        place = self._channel(channel)
        with self._world.lock:
            ts = self._world.next_ts(self.team)
            message = self._world.store(place, Message(place.id, ts, self.id, self._actor.escaped(text), blocks=[]))
        for heard in self._events.said(self.team, place, message):
            heard.result()
        return message

    def change(self, **fields: Any) -> None:
        """Changes her record (`tz`, `locale`, `email`, `deleted`, `is_admin`, `guest` …); the app hears of it."""
        for name, value in fields.items():
            if not hasattr(self.user, name):
                raise AttributeError(name)
            setattr(self.user, name, value)
        self._heard(self._events.user_changed(self.team, self.user))

    # ---- parts

    def _heard(self, heard: Any) -> None:
        if heard is not None:
            heard.result()

    def _channel(self, channel: Channel | str | None) -> Channel:
        if channel is None:
            return self.dm
        return channel if isinstance(channel, Channel) else self.team.channels[channel]

    def _find(self, where: Where, action_id: str, value: Any, block_id: str, at: int) -> tuple[str, Json]:
        fitting = [
            (found_in, element)
            for found_in, element in interactive(where.blocks)
            if element["action_id"] == action_id
            and block_id in {"", found_in}
            and (value is None or element["type"] != "button" or element.get("value") == value)
        ]
        if len(fitting) <= at:
            shown = ", ".join(sorted(where.actions())) or "nothing to use"
            raise NotOnScreenError(f"no {action_id} ({value!r}) here: {shown}")
        return fitting[at]

    def _reaction(self, answer: Answer, place: Channel, since: int) -> Reaction:
        new = tuple(message for message in self.messages(place) if message.revision > since)
        return Reaction(answer.error, answer.status, answer.seconds, {}, new, self.modal)


_OF_A_BUTTON = ("text", "value", "url", "style")
_KEPT = frozenset(
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
) | {"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons", "plain_text_input"}


def action_of(element: Json, block_id: str, value: Any) -> Json:
    """The entry of `actions` for an element that is used."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    if element["type"] in {"button", "workflow_button", "icon_button"}:
        return action | {name: element[name] for name in _OF_A_BUTTON if name in element}
    placeholder = {"placeholder": element["placeholder"]} if "placeholder" in element else {}
    return {**action, **element_state(element, value), **placeholder}


class Workspace:
    """One team: its people and channels, and what happens to the whole of it."""

    def __init__(self, world: World, team: Team, deliveries: Deliveries, events: Events, url: str) -> None:
        self._world = world
        self._deliveries = deliveries
        self._events = events
        self._url = url
        self.team = team

    @property
    def id(self) -> str:
        """The team id."""
        return self.team.id

    @property
    def token(self) -> str:
        """The bot's token here."""
        return self.team.token

    @property
    def bot_user_id(self) -> str:
        """The bot's user id here."""
        return self.team.bot_user_id

    @property
    def bot_id(self) -> str:
        """The bot id (B…) here."""
        return self.team.bot_id

    @property
    def people(self) -> list[Person]:
        """Everyone but bots, in the order of joining."""
        return [self.act_as(user.id) for user in self.team.users.values() if not user.is_bot]

    def person(
        self,
        user_id: str,
        name: str = "",
        *,
        email: str | None = None,
        tz: str = "Europe/London",
        locale: str = "en-US",
        admin: bool = False,
        owner: bool = False,
        guest: Literal["", "multi", "single"] = "",
        stranger: bool = False,
        team_id: str = "",
        deleted: bool = False,
    ) -> Person:
        """The person with this id, who joins at the first mention. `name` is the full name."""
        with self._world.lock:
            if user_id not in self.team.users:
                full = name or user_id.removeprefix("U_").removeprefix("U").replace("_", " ").title()
                handle = ".".join(full.lower().split())
                self.team.users[user_id] = User(
                    user_id,
                    handle,
                    full,
                    f"{handle}@{self.team.domain}.example" if email is None else email or None,
                    tz,
                    locale,
                    team_id or self.team.id,
                    is_admin=admin or owner,
                    is_owner=owner,
                    guest=guest,
                    is_stranger=stranger,
                    deleted=deleted,
                    display_name=full.split()[0],
                    updated=int(self._world.now().timestamp()),
                )
                self._world.changed()
        return self.act_as(user_id)

    def act_as(self, user_id: str) -> Person:
        """A person who is here already; KeyError for anybody else."""
        actor = Actor(self._world, self._deliveries, self._url, self.team, self.team.users[user_id])
        return Person(actor, self._events)

    def channel(
        self,
        channel_id: str,
        name: str = "",
        *,
        members: Iterable[Person] = (),
        private: bool = False,
        with_bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        """The channel with this id, made at the first mention."""
        kind: Kind = "private" if private else "channel"
        with self._world.lock:
            if channel_id not in self.team.channels:
                ids = {person.id for person in members} | ({self.bot_user_id} if with_bot else set())
                label = name or channel_id.removeprefix("C_").lower()
                self.team.channels[channel_id] = Channel(channel_id, label, kind, ids, ext_shared=ext_shared)
                self._world.changed()
            return self.team.channels[channel_id]

    def join(self, person: Person, channel: Channel) -> None:
        """Somebody joins a channel; the app hears of it."""
        with self._world.lock:
            channel.members.add(person.id)
            self._world.changed()
        heard = self._events.joined(self.team, channel, person.id)
        if heard is not None:
            heard.result()

    def uninstall(self) -> None:
        """The app is removed: its token gives `account_inactive`, and the app hears of it twice, as from Slack."""
        self.team.dead = "account_inactive"
        for heard in (self._events.tokens_revoked(self.team), self._events.uninstalled(self.team)):
            if heard is not None:
                heard.result()

    def revoke(self) -> None:
        """The token is revoked: it gives `token_revoked`, and the app hears of it."""
        self.team.dead = "token_revoked"
        heard = self._events.tokens_revoked(self.team)
        if heard is not None:
            heard.result()

    def install(self) -> None:
        """The app is installed again, with the same token."""
        self.team.dead = ""

    def event(self, event: Json) -> Answer | None:
        """Sends any event that the manifest subscribes to; None when it does not."""
        heard = self._events.any(self.team, event)
        return heard.result() if heard is not None else None
