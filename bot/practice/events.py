"""Events: what the app hears without anybody addressing it. Only those that the manifest subscribes to are sent.

Here: the envelope and each event's body. Never here: sending and retrying (`deliveries`).
"""

from concurrent.futures import Future

from bot.practice.deliveries import Answer, Deliveries
from bot.practice.methods.people import user_json
from bot.practice.rules import Json
from bot.practice.screen import Message
from bot.practice.state import Channel, Team, User, World

_MESSAGE_EVENTS = {"im": "message.im", "channel": "message.channels", "private": "message.groups"}
_CHANNEL_TYPES = {"im": "im", "channel": "channel", "private": "group"}


class Events:
    """Sends the app an event for what happens in a world; each method gives None where the app does not listen."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self.world = world
        self.deliveries = deliveries

    def home_opened(self, team: Team, user: User, tab: str) -> Future[Answer] | None:
        """Somebody opened the app's Home or Messages tab."""
        with self.world.lock:
            event: Json = {
                "type": "app_home_opened",
                "user": user.id,
                "channel": self.world.im(team, user.id).id,
                "tab": tab,
                "event_ts": self._ts(),
            }
            view = team.views.get(team.homes.get(user.id, ""))
            if view is not None and tab == "home":
                event["view"] = self.world.view_json(team, view)
        return self._send(team, "app_home_opened", event)

    def message_posted(self, team: Team, channel: Channel, message: Message) -> Future[Answer] | None:
        """Somebody wrote a message in a conversation in which the bot is."""
        if team.bot_user_id not in channel.members:
            return None
        event = {
            **message.as_json(team.id),
            "channel": channel.id,
            "channel_type": _CHANNEL_TYPES[channel.kind],
            "event_ts": message.ts,
            "client_msg_id": f"{channel.id}-{message.ts}",
        }
        return self._send(team, _MESSAGE_EVENTS[channel.kind], event)

    def user_changed(self, team: Team, user: User) -> Future[Answer] | None:
        """Somebody's profile, time zone or kind of account changed."""
        with self.world.lock:
            user.updated = int(self.world.now().timestamp())
            body = user_json(self.world, team, user, with_locale=True)
        return self._send(team, "user_change", {"type": "user_change", "user": body, "event_ts": self._ts()})

    def joined(self, team: Team, channel: Channel, user_id: str) -> Future[Answer] | None:
        """Somebody joined a channel in which the bot is."""
        if team.bot_user_id not in channel.members:
            return None
        event = {
            "type": "member_joined_channel",
            "user": user_id,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": team.id,
            "event_ts": self._ts(),
        }
        return self._send(team, "member_joined_channel", event)

    def uninstalled(self, team: Team) -> Future[Answer] | None:
        """The app was removed from the workspace."""
        return self._send(team, "app_uninstalled", {"type": "app_uninstalled"})

    def tokens_revoked(self, team: Team) -> Future[Answer] | None:
        """The bot's token was revoked."""
        tokens = {"oauth": [], "bot": [team.bot_user_id]}
        return self._send(team, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})

    def any(self, team: Team, event: Json) -> Future[Answer] | None:
        """Any other event, subscribed to by its type."""
        return self._send(team, str(event["type"]), event)

    def _send(self, team: Team, subscription: str, event: Json) -> Future[Answer] | None:
        if subscription not in self.world.app.events:
            return None
        with self.world.lock:
            authorization = {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": team.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
            payload = {
                "token": self.world.app.verification_token,
                "team_id": team.id,
                "api_app_id": self.world.app.id,
                "event": event,
                "type": "event_callback",
                "event_id": self.world.new_id("Ev"),
                "event_time": int(self.world.now().timestamp()),
                "authorizations": [authorization],
                "is_ext_shared_channel": False,
                "event_context": self.world.new_id("4-"),
            }
        return self.deliveries.send_event(payload)

    def _ts(self) -> str:
        return f"{self.world.now().timestamp():.6f}"


def wait_for(sent: Future[Answer] | None) -> Answer | None:
    """Wait until the app has answered an event; None where it was not sent."""
    return None if sent is None else sent.result()
