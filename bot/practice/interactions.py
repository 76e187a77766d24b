"""What a person does with blocks and shortcuts: the payloads that the app is sent.

Here: presses and choices in messages and views, the options of external selects, shortcuts, and the fields that all
interactions share. Never here: slash commands (`commands`), a modal's form (`modals`), or how a test or the page names
what is used (`people`).
"""

from dataclasses import dataclass

from bot.practice.deliveries import Answer, Deliveries
from bot.practice.rules import Json
from bot.practice.screen import Message, View
from bot.practice.state import Channel, Team, User, World


@dataclass(frozen=True, slots=True)
class Actor:
    """One person of a team, acting."""

    world: World
    deliveries: Deliveries
    base_url: str
    team: Team
    user: User

    def use_in_message(self, message: Message, action: Json, values: Json) -> Answer:
        """Use an element of a message, as it was when the person saw it."""
        world, team = self.world, self.team
        with world.lock:
            channel = team.channels[message.channel]
            current = channel.messages.get(message.ts, message)
            payload = {
                **self.common("block_actions"),
                "container": {
                    "type": "message",
                    "message_ts": message.ts,
                    "channel_id": channel.id,
                    "is_ephemeral": message.ephemeral,
                },
                "channel": _channel_json(channel),
                "message": current.as_json(team.id),
                "state": {"values": values},
                "response_url": self.response_url(channel, message.ts),
                "actions": [{**action, "action_ts": self._ts()}],
            }
        return self.deliveries.send("interactive", payload)

    def use_in_view(self, view: View, action: Json, values: Json) -> Answer:
        """Use an element of a modal or of the Home tab."""
        with self.world.lock:
            current = self.team.views.get(view.id, view)
            payload = {
                **self.common("block_actions", view.id),
                "container": {"type": "view", "view_id": view.id},
                "view": self.world.view_json(self.team, current, values),
                "actions": [{**action, "action_ts": self._ts()}],
            }
        return self.deliveries.send("interactive", payload)

    def suggestions(self, where: Message | View, block_id: str, action_id: str, typed: str) -> list[Json]:
        """Ask the app for the options of an external select; groups are flattened."""
        with self.world.lock:
            payload = {
                **self.common("block_suggestion"),
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

    def use_shortcut(self, callback_id: str, message: Message | None) -> Answer:
        """Use a global shortcut, or one on a message."""
        with self.world.lock:
            payload = {
                **self.common("shortcut" if message is None else "message_action"),
                "callback_id": callback_id,
                "action_ts": self._ts(),
            }
            if message is not None:
                channel = self.team.channels[message.channel]
                payload |= {
                    "message_ts": message.ts,
                    "message": message.as_json(self.team.id),
                    "channel": _channel_json(channel),
                    "response_url": self.response_url(channel),
                }
        return self.deliveries.send("interactive", payload)

    def common(self, kind: str, view_id: str | None = None) -> Json:
        """The fields that the payload of every interaction has."""
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

    def response_url(self, channel: Channel, message_ts: str | None = None) -> str:
        """Make an address at which the app may answer."""
        path = self.world.new_response(self.team, channel.id, self.user.id, message_ts)
        return f"{self.base_url}/response/{path}"

    def _ts(self) -> str:
        return f"{self.world.now().timestamp():.6f}"


def _channel_json(channel: Channel) -> Json:
    name = {"im": "directmessage", "private": "privategroup", "channel": channel.name}[channel.kind]
    return {"id": channel.id, "name": name}
