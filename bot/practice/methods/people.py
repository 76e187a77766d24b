"""auth, team, bots, dnd and users: who is who."""

from bot.practice.errors import SlackError
from bot.practice.methods.call import Call, page
from bot.practice.rules import Json
from bot.practice.state import User, offset_seconds


def auth_test(call: Call) -> Json:
    """Who the token is."""
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.users[team.bot_user_id].name,
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    """The workspace."""
    team = call.team
    if call.args.text("team") not in {"", team.id}:
        raise SlackError("team_not_found")
    url = f"https://{team.domain}.slack.com/"
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "url": url, "email_domain": ""}}


def bots_info(call: Call) -> Json:
    """The bot behind a bot id."""
    team = call.team
    if call.args.text("bot") not in {"", team.bot_id}:
        raise SlackError("bot_not_found")
    bot = {"id": team.bot_id, "deleted": False, "name": call.world.app.name}
    return {"bot": {**bot, "app_id": call.world.app.id, "user_id": team.bot_user_id, "icons": {}}}


def dnd_info(call: Call) -> Json:
    """A person's do-not-disturb hours, as Unix seconds."""
    user = call.user() if "user" in call.args else call.team.users[call.team.bot_user_id]
    start, end = user.dnd or (1, 1)
    return {"dnd_enabled": user.dnd is not None, "next_dnd_start_ts": start, "next_dnd_end_ts": end}


def users_info(call: Call) -> Json:
    """One person; the locale only on request."""
    return {"user": user_json(call, call.user(), with_locale=call.args.flag("include_locale"))}


def users_list(call: Call) -> Json:
    """Everyone, deactivated people and bots too; a workspace of more than 1,000 must be read in pages."""
    users = list(call.team.users.values())
    if "limit" not in call.args and len(users) > 1000:
        raise SlackError("limit_required")
    found, metadata = page(call, users, default=1000)
    with_locale = call.args.flag("include_locale")
    members = [user_json(call, user, with_locale=with_locale) for user in found]
    return {"members": members, "cache_ts": int(call.world.now().timestamp()), "response_metadata": metadata}


def users_lookup_by_email(call: Call) -> Json:
    """The person with an address, whatever its case; deactivated people and strangers are not found."""
    email = call.args.needed("email").casefold()
    for user in call.team.users.values():
        if user.email and user.email.casefold() == email and not user.deleted and not user.is_stranger:
            return {"user": user_json(call, user, with_locale=False)}
    raise SlackError("users_not_found")


def user_json(call: Call, user: User, *, with_locale: bool) -> Json:
    """The user object, without what the token may not see."""
    profile: Json = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "team": user.team_id,
    }
    body: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
        "profile": profile,
    }
    if user.email and not user.is_stranger and "users:read.email" in call.team.scopes:
        profile["email"] = user.email
    if user.is_stranger:
        body["is_stranger"] = True
    if not user.deleted:
        offset = offset_seconds(user.tz, call.world.now())
        body |= {
            "real_name": user.real_name,
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": offset,
            "is_admin": user.is_admin,
            "is_owner": user.is_owner,
            "is_primary_owner": False,
            "is_restricted": bool(user.guest),
            "is_ultra_restricted": user.guest == "single",
        }
        if with_locale and not user.is_stranger:
            body["locale"] = user.locale
    return body
