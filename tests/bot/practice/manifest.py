"""The manifest of the sample app, which wants everything that the practice workspace can do."""

from typing import Any

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Practice Bot"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Practice Bot", "always_online": True},
        "slash_commands": [{"command": "/echo", "description": "Says it again", "should_escape": True}],
        "shortcuts": [
            {"name": "New note", "type": "global", "callback_id": "note", "description": "Write a note"},
            {"name": "Keep", "type": "message", "callback_id": "keep", "description": "Keep a message"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "channels:history",
                "channels:read",
                "chat:write",
                "chat:write.public",
                "commands",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_uninstalled",
                "member_joined_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "tokens_revoked",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
    },
}
