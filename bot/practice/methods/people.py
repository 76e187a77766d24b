"""auth.test and users.*: who is who."""

from bot.practice.errors import SlackError
from bot.practice.methods.call import Call
from bot.practice.rules import Json
from bot.practice.state import Team, User, World, offset_seconds


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


def users_info(call: Call) -> Json:
    """One person; the locale only on request."""
    body = user_json(call.world, call.team, call.user(), with_locale=call.args.flag("include_locale"))
    return {"user": body}


def users_lookup_by_email(call: Call) -> Json:
    """The person with an address, whatever its case; deactivated people and strangers are not found."""
    email = call.args.required("email").casefold()
    for user in call.team.users.values():
        if user.email and user.email.casefold() == email and not user.deleted and not user.is_stranger:
            return {"user": user_json(call.world, call.team, user, with_locale=False)}
    raise SlackError("users_not_found")


def user_json(world: World, team: Team, user: User, *, with_locale: bool) -> Json:
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
    if user.email and not user.is_stranger and "users:read.email" in team.scopes:
        profile["email"] = user.email
    if user.is_stranger:
        body["is_stranger"] = True
    if not user.deleted:
        offset = offset_seconds(user.tz, world.now())
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
