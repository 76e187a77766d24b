"""The driver: a person as tests and the page use one.

`alice.command("/x", "y")`, `alice.click(message, "action")`, `alice.submit({...})` do what Alice's Slack would do,
and answer with a `Reaction`. Here: naming what is acted upon, and what a person can see. Never here: payloads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.practice import modals
from bot.practice.commands import escaped, send_command
from bot.practice.deliveries import Answer
from bot.practice.events import Events, wait_for
from bot.practice.form import NotOnScreenError, action_of, holds_a_value, state_values
from bot.practice.interactions import Actor
from bot.practice.rules import Json
from bot.practice.screen import Message, View, interactive
from bot.practice.state import Channel

Where = Message | View


@dataclass(frozen=True, slots=True)
class Reaction:
    """What came of an act: Slack's word for what went wrong, if anything, and what the person now sees."""

    error: str = ""
    status: int | None = None
    seconds: float = 0.0
    field_errors: dict[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    modal: View | None = None

    @property
    def ok(self) -> bool:
        """Whether the app took the act."""
        return not self.error and not self.field_errors

    @property
    def message(self) -> Message:
        """The newest message that came or changed; IndexError when none did."""
        return self.messages[-1]


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

    # ---- what the person sees

    @property
    def dm(self) -> Channel:
        """Their conversation with the bot."""
        with self._world.lock:
            return self._world.im(self.team, self.id)

    def messages(self, channel: Channel | str | None = None) -> list[Message]:
        """The messages that they see in a conversation (the bot's when none is named), oldest first."""
        place = self._channel(channel)
        with self._world.lock:
            if place.kind != "channel" and self.id not in place.members:
                return []
            return [one for one in place.messages.values() if one.reader in {None, self.id}]

    def last(self, channel: Channel | str | None = None) -> Message:
        """The newest message that they see; NotOnScreenError when there is none."""
        messages = self.messages(channel)
        if not messages:
            raise NotOnScreenError(f"{self.user.real_name} sees no message")
        return messages[-1]

    @property
    def stack(self) -> list[View]:
        """Their open modals, the top one last."""
        with self._world.lock:
            return [self.team.views[view_id] for view_id in self.team.stacks.get(self.id, ())]

    @property
    def modal(self) -> View | None:
        """Their top modal."""
        stack = self.stack
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """The Home tab that the bot last published for them."""
        with self._world.lock:
            return self.team.views.get(self.team.homes.get(self.id, ""))

    # ---- what the person does

    def command(self, command: str, text: str = "", channel: Channel | str | None = None) -> Reaction:
        """Type a slash command, in the conversation with the bot unless another is named."""
        place = self._channel(channel)
        since = self._world.revision
        return self._reaction(send_command(self._actor, place, command, text), place, since)

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
        """Use a button, select, overflow or picker of a message, of a modal or of the Home tab.

        `value` is the option's value (or the date, the user id, the typed text …); among buttons of one action id it
        says which. `block_id` and `at` (counted from 0) tell elements of one action id apart. `filled` is what was
        typed elsewhere on the same screen, by block id.

        Raises:
            NotOnScreenError: when there is no such element.
        """
        found_in, element = self._find(where, action_id, value, block_id, at)
        action = action_of(element, found_in, value)
        chosen = {found_in: {action_id: value}} if value is not None and holds_a_value(element) else {}
        values = state_values(where.blocks, {**(filled or {}), **chosen})
        since = self._world.revision
        if isinstance(where, Message):
            answer = self._actor.use_in_message(where, action, values)
            return self._reaction(answer, self.team.channels[where.channel], since)
        return self._reaction(self._actor.use_in_view(where, action, values), self.dm, since)

    def submit(self, values: Mapping[str, Any] | None = None, view: View | None = None) -> Reaction:
        """Fill the top modal's fields, by block id, and press its button; other fields keep their initial value."""
        form = self._form(view)
        since = self._world.revision
        answer, errors = modals.submit(self._actor, form, state_values(form.blocks, values or {}))
        return replace(self._reaction(answer, self.dm, since), field_errors=errors)

    def close(self, view: View | None = None) -> None:
        """Close the top modal; the app is not told."""
        modals.close(self._actor, self._form(view))

    def shortcut(self, callback_id: str, message: Message | None = None) -> Reaction:
        """Use a global shortcut, or one on a message."""
        since = self._world.revision
        place = self.team.channels[message.channel] if message else self.dm
        return self._reaction(self._actor.use_shortcut(callback_id, message), place, since)

    def suggestions(self, where: Where, action_id: str, typed: str = "", block_id: str = "") -> list[Json]:
        """Type into an external select; give the options that the app offers."""
        found_in, _ = self._find(where, action_id, None, block_id, 0)
        return self._actor.suggestions(where, found_in, action_id, typed)

    def open_home(self) -> View | None:
        """Open the Home tab; give what it shows once the app has been told."""
        wait_for(self._events.home_opened(self.team, self.user, "home"))
        return self.home

    def open_messages(self) -> None:
        """Open the Messages tab."""
        wait_for(self._events.home_opened(self.team, self.user, "messages"))

    def say(self, text: str, channel: Channel | str | None = None) -> Message:
        """Write a message, to the bot unless a conversation is named. The text is escaped as Slack does."""
        place = self._channel(channel)
        with self._world.lock:
            ts = self._world.next_ts(self.team)
            message = self._world.store(place, Message(place.id, ts, self.id, escaped(self.team, text)))
        wait_for(self._events.message_posted(self.team, place, message))
        return message

    def change(self, **fields: Any) -> None:
        """Change their record (`tz`, `locale`, `email`, `deleted`, `is_admin`, `guest` …); the app is told."""
        for name, value in fields.items():
            if not hasattr(self.user, name):
                raise AttributeError(name)
            setattr(self.user, name, value)
        wait_for(self._events.user_changed(self.team, self.user))

    # ---- parts

    def _form(self, view: View | None) -> View:
        form = view or self.modal
        if form is None:
            raise NotOnScreenError(f"{self.user.real_name} has no modal open")
        return form

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
