"""The Bolt app: finds the token of a team and the person acting, rejects people without access, and reports errors.

The only file of `bot` that imports `handlers`. It adds these to Bolt's context: `services`, `t` (the translator for the
person acting), `actor` (None for events without one) and `workspace_id`. Never here: what a listener does.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

import handlers
from bot.infra import db_errors
from bot.infra.i18n import Translator, translator
from bot.infra.services import Services
from bot.people import access, directory, members
from bot.people.access import Actor
from bot.slack.client import certificates
from bot.views import modals, texts
from handlers.context import run_later, send_answer

log = logging.getLogger(__name__)

TOKEN_CACHE_TIME = timedelta(minutes=5)
"""How long a team's token is used without checking it with Slack again."""
REMOVALS = frozenset({"app_uninstalled", "tokens_revoked"})
"""Events that a team has removed the bot; after them there is no token to answer with."""


class TeamAuthorize(Authorize):
    """Authorizes a team's requests; cached for a few minutes, until the bot is removed."""

    def __init__(self, services: Services) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._services = services
        self._known: dict[str, tuple[datetime, int, AuthorizeResult]] = {}

    def __call__(self, *, context: BoltContext, team_id: str | None, **_: str | None) -> AuthorizeResult | None:
        """Return Bolt's authorization of a team, and put the workspace id into the context; None if not installed."""
        now = self._services.now()
        known = self._known.get(team_id or "")
        if known is None or not now - TOKEN_CACHE_TIME < known[0] <= now:
            authorized = self._authorize(team_id)
            if authorized is None:
                return None
            known = self._known[str(team_id)] = (now, *authorized)
        context["workspace_id"] = known[1]
        return known[2]

    def _authorize(self, team_id: str | None) -> tuple[int, AuthorizeResult] | None:
        if team_id is None:
            return None
        try:
            client = self._services.slack(team_id)
        except LookupError:
            return None
        installation = directory.sync_team(self._services, client)
        if installation.team_id != team_id:
            return None
        if installation.is_new:
            self._services.later.submit(_match_members, self._services, client, installation.workspace_id)
        return installation.workspace_id, AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=client.token,
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
        )

    def forget(self, team_id: str | None) -> None:
        """Check the token with Slack again at the team's next request."""
        self._known.pop(team_id or "", None)


def _match_members(services: Services, client: WebClient, workspace_id: int) -> None:
    try:
        directory.match_by_email(services, client, workspace_id)
    except SlackApiError:
        log.exception("members of workspace %s could not be matched by e-mail", workspace_id)


class ContextMiddleware(Middleware):
    """Puts what listeners need into the context, and rejects people who may not use the bot.

    It is a class because Bolt inspects the arguments of a middleware function again on each request.
    """

    def __init__(self, services: Services, access: TeamAuthorize) -> None:
        self._services, self._access = services, access

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt calls by these names
        next: Callable[[], BoltResponse],  # noqa: A002
    ) -> BoltResponse | None:
        """Continue to the listener, or return the refusal."""
        services, body, context = self._services, req.body, req.context
        if body.get("event", {}).get("type") in REMOVALS:
            self._access.forget(context.team_id)
        actor = _actor(services, body, context)
        t = translator(actor.locale if actor else "en")
        context["services"], context["actor"], context["t"] = services, actor, t
        if actor is not None and not actor.is_allowed:
            return _reply(texts.refusal(actor.account_type, t), body, context, services, t)
        return next()


def build(services: Services) -> App:
    """Build the app. It trusts what it is given: `bot.web` lets in only what Slack has signed."""
    access = TeamAuthorize(services)
    app = App(
        name="atrisk",
        request_verification_enabled=False,
        client=WebClient(ssl=certificates()),  # a client without a context builds one for each call
        authorize=access,  # type: ignore[arg-type]  # Authorize may return None, and Bolt accepts it
        process_before_response=True,
        attaching_function_token_enabled=False,
        ignoring_self_assistant_message_events_enabled=False,
    )

    def handle_error(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse | None:
        subject, reason = body.get("type") or body.get("command"), db_errors.explain(error, services.engine.url)
        log.error("%r failed%s", subject, f": {reason}" if reason else "", exc_info=None if reason else error)
        if "event" in body:
            return None  # a 500, so that Slack delivers it again
        t = context.get("t") or translator("en")
        message = texts.not_saved(t) if reason else texts.failed(t)
        return _reply(message["text"], body, context, services, t)

    app.middleware(ContextMiddleware(services, access))
    app.error(handle_error)
    handlers.register(app)
    return app


def _actor(services: Services, body: dict[str, Any], context: BoltContext) -> Actor | None:
    """Return who is acting; somebody from another company, or whom Slack does not show us, is a stranger."""
    workspace_id, user_id = context.get("workspace_id"), context.user_id
    if workspace_id is None or user_id is None or body.get("event", {}).get("type") == "user_change":
        return None
    user = body.get("user")
    if isinstance(user, dict) and user.get("team_id") not in {None, context.team_id}:
        return _stranger(workspace_id, user_id)
    with services.read_connection() as connection:
        known = access.actor_by_slack(connection, workspace_id, user_id, services.now())
    actor = known or directory.sync_user(services, services.slack(str(context.team_id)), workspace_id, user_id)
    return actor or _stranger(workspace_id, user_id)


def _stranger(workspace_id: int, user_id: str) -> Actor:
    zone = members.zone_of("UTC")
    return Actor(0, workspace_id, user_id, name="", role="am", account_type="stranger", zone=zone, locale="en")


def _reply(
    sentence: str, body: dict[str, Any], context: BoltContext, services: Services, t: Translator
) -> BoltResponse:
    """Show a sentence to this person only, in the way that this kind of request allows."""
    kind = body.get("type")
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})
    if kind == "view_submission":
        notice = modals.notice(sentence, t)
        return BoltResponse(status=200, body={"response_action": "update", "view": notice})
    if kind == "block_suggestion":
        return BoltResponse(status=200, body={"options": []})
    respond = context.respond
    if context.response_url and respond:
        run_later(services, send_answer, respond, {"text": sentence})
    elif body.get("trigger_id"):
        client, view = services.slack(str(context.team_id)), modals.notice(sentence, t)
        run_later(services, _open, client, body["trigger_id"], view)
    return BoltResponse(status=200, body="")


def _open(client: WebClient, trigger_id: str, view: dict[str, Any]) -> None:
    client.views_open(trigger_id=trigger_id, view=view)
