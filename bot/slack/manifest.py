"""The Slack app manifest, for Socket Mode or a public URL.

`manifest.yaml` is `text()` for Socket Mode, in the repository for pasting; a test compares the two, and checks that the
handlers register what it declares. Never here: handling what Slack sends.
"""

from collections.abc import Mapping
from typing import Any

import yaml

COMMAND = "/atrisk"
USAGE = "[team | @person | CLIENT | log CLIENT what happened | away until DATE cover @person | settings | help]"
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked", "user_change")
BOT_SCOPES = ("chat:write", "commands", "im:history", "im:write", "users:read", "users:read.email")
"""The fewest that suffice: messaging people, `/atrisk`, finding sent messages, people's e-mail and time zone."""
SHORTCUTS = (
    {
        "name": "Log a touchpoint",
        "type": "global",
        "callback_id": "touchpoint.log",
        "description": "Record a contact with a client",
    },
    {
        "name": "Log as touchpoint",
        "type": "message",
        "callback_id": "touchpoint.log_message",
        "description": "Record this message as a contact with a client",
    },
)


def missing_scopes(headers: Mapping[str, str]) -> list[str]:
    """Return the scopes that the bot asks for and a token lacks, from the headers of one of Slack's answers.

    Source: Slack names a token's scopes in `X-OAuth-Scopes`. Without that header nothing is known to be missing.
    """
    granted = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return [] if granted is None else sorted(set(BOT_SCOPES) - set(granted.replace(" ", "").split(",")))


def build(url: str | None = None) -> dict[str, Any]:
    """Return the manifest for Socket Mode or, given the bot's public base URL, for HTTP.

    Raises:
        ValueError: when the URL is not https, because Slack delivers only to https.
    """
    if url is not None and not url.startswith("https://"):
        raise ValueError(f"Slack delivers to https addresses alone: {url}")
    address = {"url": f"{url.rstrip('/')}/slack/events"} if url else {}
    request = {"request_url": address["url"]} if url else {}
    options = {"message_menu_options_url": address["url"]} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": "Atrisk",
            "description": "Makes sure no client slips away unnoticed",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Atrisk", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    **address,
                    "description": "Who needs you, and why",
                    "usage_hint": USAGE,
                    "should_escape": True,
                }
            ],
            "shortcuts": [dict(shortcut) for shortcut in SHORTCUTS],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request, **options},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def text(url: str | None = None) -> str:
    """Return the manifest as YAML, in the order in which Slack shows it."""
    return yaml.safe_dump(build(url), sort_keys=False, width=120)
