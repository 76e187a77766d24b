"""A person acts; the app hears of it; the app's answer takes effect. As Slack's client and servers do it together.

Here: the payloads of commands, blocks, views and shortcuts, and the meaning of the answers. Never here: how a test
or the page names what is acted upon (`people`).
"""

import re
from dataclasses import dataclass, field

from bot.practice.deliveries import Answer, Deliveries
from bot.practice.errors import SlackError
from bot.practice.form import complaints
from bot.practice.methods.views import (
    DEEPEST,
    close_stack,
    replace_view,
    stack_view,
    view_payload,
)
from bot.practice.responses import show, tell
from bot.practice.rules import Json
from bot.practice.screen import Message, View
from bot.practice.state import Channel, ResponseUrl, Team, User, World


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


@dataclass(frozen=True, slots=True)
class Actor:
    """One person of a team, acting."""

    world: World
    deliveries: Deliveries
    base_url: str
    team: Team
    user: User

    # ---- commands

    def command(self, channel: Channel, command: str, text: str) -> Answer:
        """A slash command; what the answer says is shown to the person."""
        world, team, user = self.world, self.team, self.user
        known = [one for one in world.app.commands if one["command"] == command]
        if not known:
            with world.lock:
                tell(world, team, channel, user.id, f"{command} is not a valid command.")
            return Answer(None, error="unknown_command")
        with world.lock:
            payload = {
                "token": world.app.verification_token,
                "team_id": team.id,
                "team_domain": team.domain,
                "channel_id": channel.id,
                "channel_name": "directmessage" if channel.kind == "im" else channel.name,
                "user_id": user.id,
                "user_name": user.name,
                "command": command,
                "text": self.escaped(text) if known[0].get("should_escape") else text,
                "api_app_id": world.app.id,
                "is_enterprise_install": "false",
                "response_url": self._response_url(channel),
                "trigger_id": world.new_trigger(team, user.id),
            }
        answer = self.deliveries.send("command", payload)
        return self._shown(channel, command, answer)

    def _shown(self, channel: Channel, command: str, answer: Answer) -> Answer:
        world, team = self.world, self.team
        address = ResponseUrl(channel.id, self.user.id, world.now())
        with world.lock:
            body = answer.json()
            if not answer.error and body is None and answer.body.strip():
                body = {"text": answer.body}
            try:
                if not answer.error and body and (body.get("text") or body.get("blocks")):
                    show(world, team, address, body)
            except SlackError as refusal:
                answer = Answer(answer.status, answer.body, refusal.error, answer.seconds)
            if answer.error:
                text = f"{command} failed with the error “{answer.error}”"
                tell(world, team, channel, self.user.id, text)
        return answer

    def escaped(self, text: str) -> str:
        """The text of a command as Slack sends it where the manifest says `should_escape`."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        users = {user.name: user for user in self.team.users.values()}
        channels = {one.name: one for one in self.team.channels.values() if one.kind == "channel"}

        def person(found: re.Match[str]) -> str:
            user = users.get(found[1])
            return f"<@{user.id}|{user.name}>" if user else found[0]

        def place(found: re.Match[str]) -> str:
            channel = channels.get(found[1])
            return f"<#{channel.id}|{channel.name}>" if channel else found[0]

        text = re.sub(r"(?<!\S)@([\w.-]+)", person, text)
        return re.sub(r"(?<!\S)#([\w-]+)", place, text)

    # ---- blocks

    def act_on_message(self, message: Message, action: Json, values: Json) -> Answer:
        """Uses an element of a message, as it stood when the person saw it."""
        world, team = self.world, self.team
        with world.lock:
            channel = team.channels[message.channel]
            now = channel.messages.get(message.ts, message)
            payload = {
                **self._common("block_actions"),
                "container": {
                    "type": "message",
                    "message_ts": message.ts,
                    "channel_id": channel.id,
                    "is_ephemeral": message.ephemeral,
                },
                "channel": self._channel(channel),
                "message": now.as_json(team.id),
                "state": {"values": values},
                "response_url": self._response_url(channel, message.ts),
                "actions": [self._stamped(action)],
            }
        return self.deliveries.send("interactive", payload)

    def act_on_view(self, view: View, action: Json, values: Json) -> Answer:
        """Uses an element of a modal or of the Home tab."""
        with self.world.lock:
            now = self.team.views.get(view.id, view)
            payload = {
                **self._common("block_actions", view.id),
                "container": {"type": "view", "view_id": view.id},
                "view": self.world.view_json(self.team, now, values),
                "actions": [self._stamped(action)],
            }
        return self.deliveries.send("interactive", payload)

    def suggest(self, where: Message | View, block_id: str, action_id: str, typed: str) -> list[Json]:
        """The options that the app offers for an external select, groups flattened."""
        with self.world.lock:
            payload = {
                **self._common("block_suggestion"),
                "action_id": action_id,
                "block_id": block_id,
                "value": typed,
            }
            del payload["trigger_id"]
            if isinstance(where, View):
                payload["container"] = {"type": "view", "view_id": where.id}
                payload["view"] = self.world.view_json(self.team, where)
            else:
                payload["container"] = {"type": "message", "message_ts": where.ts}
                payload["message"] = where.as_json(self.team.id)
        body = self.deliveries.send("options", payload).json() or {}
        groups = body.get("option_groups", ())
        options = [*body.get("options", ()), *(one for group in groups for one in group["options"])]
        return options[:100]

    # ---- views

    def submit(self, view: View, values: Json) -> tuple[Answer, dict[str, str]]:
        """Sends a modal's form and obeys the answer; the errors are by block id."""
        problems = complaints(view.blocks, values)
        if problems:
            return Answer(None), problems
        with self.world.lock:
            payload = {
                **self._common("view_submission", view.id),
                "view": self.world.view_json(self.team, view, values),
                "response_urls": [],
            }
        answer = self.deliveries.send("interactive", payload)
        if answer.error:
            return answer, {}
        with self.world.lock:
            try:
                return answer, self._obey(view, answer)
            except SlackError as refusal:
                return Answer(answer.status, answer.body, refusal.error, answer.seconds), {}

    def _obey(self, view: View, answer: Answer) -> dict[str, str]:
        world, team, user = self.world, self.team, self.user
        body = answer.json() or {}
        act = body.get("response_action")
        stack = team.stacks.get(user.id, [])
        if act is None:
            if view.id in stack:
                stack.remove(view.id)
            team.views.pop(view.id, None)
            world.changed()
        elif act == "errors":
            return self._field_errors(view, body)
        elif act == "clear":
            close_stack(team, user.id)
            world.changed()
        elif act == "update":
            payload = view_payload(world, team, body.get("view"), "modal", view.id)
            replace_view(world, team, view, payload)
        elif act == "push":
            if len(stack) >= DEEPEST:
                raise SlackError("push_limit_reached")
            stack_view(world, team, user.id, view_payload(world, team, body.get("view"), "modal"))
        else:
            raise SlackError("invalid_response_action")
        return {}

    @staticmethod
    def _field_errors(view: View, body: Json) -> dict[str, str]:
        """The errors that can be shown: those at input blocks. Slack takes the rest for a failure of the app."""
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        errors: dict[str, str] = body.get("errors") or {}
        if not errors or set(errors) - inputs:
            raise SlackError("invalid_errors")
        return errors

    def close(self, view: View, *, all_of_them: bool) -> Answer | None:
        """Closes a modal, or the whole stack; the app hears of it when the view asked for that."""
        world, team = self.world, self.team
        with world.lock:
            stack = team.stacks.get(self.user.id, [])
            everything = all_of_them or bool(view.payload.get("clear_on_close"))
            closed = close_stack(team, self.user.id) if everything else [team.views.pop(view.id, view)]
            if view.id in stack:
                stack.remove(view.id)
            world.changed()
        answer = None
        for one in reversed(closed):
            if one.payload.get("notify_on_close"):
                payload = {
                    **self._common("view_closed"),
                    "view": world.view_json(team, one),
                    "is_cleared": everything,
                }
                del payload["trigger_id"]
                answer = self.deliveries.send("interactive", payload)
        return answer

    # ---- shortcuts

    def shortcut(self, callback_id: str, message: Message | None) -> Answer:
        """A global shortcut, or one on a message."""
        with self.world.lock:
            payload = {
                **self._common("shortcut" if message is None else "message_action"),
                "callback_id": callback_id,
                "action_ts": self._now(),
            }
            if message is not None:
                channel = self.team.channels[message.channel]
                payload |= {
                    "message_ts": message.ts,
                    "message": message.as_json(self.team.id),
                    "channel": self._channel(channel),
                    "response_url": self._response_url(channel),
                }
        return self.deliveries.send("interactive", payload)

    # ---- parts

    def _common(self, kind: str, view_id: str | None = None) -> Json:
        world, team, user = self.world, self.team, self.user
        return {
            "type": kind,
            "token": world.app.verification_token,
            "api_app_id": world.app.id,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "trigger_id": world.new_trigger(team, user.id, view_id),
        }

    def _response_url(self, channel: Channel, message_ts: str | None = None) -> str:
        path = self.world.new_response(self.team, channel.id, self.user.id, message_ts)
        return f"{self.base_url}/response/{path}"

    @staticmethod
    def _channel(channel: Channel) -> Json:
        name = {"im": "directmessage", "private": "privategroup", "channel": channel.name}[channel.kind]
        return {"id": channel.id, "name": name}

    def _stamped(self, action: Json) -> Json:
        return {**action, "action_ts": self._now()}

    def _now(self) -> str:
        return f"{self.world.now().timestamp():.6f}"
