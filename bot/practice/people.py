"""The driver: a person as tests and the page use one.

`alice.command("/x", "y")`, `alice.click(message, "action")`, `alice.submit({...})` do what Alice's Slack would do,
and answer with a `Reaction`. Here: naming what is acted upon, and what a person can see. Never here: payloads.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.practice.deliveries import Answer
from bot.practice.events import Events
from bot.practice.form import NotOnScreenError, element_state, state_values
from bot.practice.interactions import Actor, Reaction
from bot.practice.rules import Json
from bot.practice.screen import Message, View, interactive
from bot.practice.state import Channel

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
