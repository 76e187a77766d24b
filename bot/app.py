"""The Bolt app: whose token answers a team, who is acting, what is said when something fails; the rest is `handlers`'.

The only file of `bot` that names `handlers`. What a listener is given beside Bolt's own arguments: `services`, `t`
(the translator for the person who acts), `actor` (None for events without one) and `workspace_id`.
"""

import logging
import ssl
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
from bot.infra.i18n import Translator, translator
from bot.infra.services import Services
from bot.people import access, directory, members
from bot.people.access import Actor
from bot.views import modals, texts
from handlers.context import afterwards, answer

log = logging.getLogger(__name__)

REMEMBERED = timedelta(minutes=5)
"""How long a team's token is taken for good without asking Slack."""
REMOVALS = frozenset({"app_uninstalled", "tokens_revoked"})
"""Events by which a team takes the bot away; they come without a token to answer with."""


class Access(Authorize):
    """Which token answers which team; asked of Slack once in some minutes, and forgotten when the bot is removed."""

    def __init__(self, services: Services) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._services = services
        self._known: dict[str, tuple[datetime, int, AuthorizeResult]] = {}

    def __call__(self, *, context: BoltContext, team_id: str | None, **_: str | None) -> AuthorizeResult | None:
        """Give what Bolt needs of a team, and note the workspace; None for a team that has not installed the bot."""
        now = self._services.now()
        known = self._known.get(team_id or "")
        if known is None or not now - REMEMBERED < known[0] <= now:
            met = self._meet(team_id)
            if met is None:
                return None
            known = self._known[str(team_id)] = (now, *met)
        context["workspace_id"] = known[1]
        return known[2]

    def _meet(self, team_id: str | None) -> tuple[int, AuthorizeResult] | None:
        if team_id is None:
            return None
        try:
            client = self._services.slack(team_id)
        except LookupError:
            return None
        met = directory.sync_team(self._services, client)
        if met.team_id != team_id:
            return None
        if met.is_new:
            self._services.later.submit(_match, self._services, client, met.workspace_id)
        return met.workspace_id, AuthorizeResult(
            enterprise_id=None, team_id=team_id, bot_token=client.token, bot_id=met.bot_id, bot_user_id=met.bot_user_id
        )

    def forget(self, team_id: str | None) -> None:
        """Ask Slack anew at the team's next delivery."""
        self._known.pop(team_id or "", None)


def _match(services: Services, client: WebClient, workspace_id: int) -> None:
    try:
        directory.match_by_email(services, client, workspace_id)
    except SlackApiError:
        log.exception("members of workspace %s could not be matched by e-mail", workspace_id)


class Introduction(Middleware):
    """Puts what listeners are given into the context, and turns away those who may not use it.

    A class, since of a function Bolt works out the arguments anew for each delivery.
    """

    def __init__(self, services: Services, access: Access) -> None:
        self._services, self._access = services, access

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt calls by these names
        next: Callable[[], BoltResponse],  # noqa: A002
    ) -> BoltResponse | None:
        """Go on, or give the refusal."""
        services, body, context = self._services, req.body, req.context
        if body.get("event", {}).get("type") in REMOVALS:
            self._access.forget(context.team_id)
        actor = _actor(services, body, context)
        t = translator(actor.locale if actor else "en")
        context["services"], context["actor"], context["t"] = services, actor, t
        if actor is not None and not actor.is_allowed:
            return _said(texts.refusal(actor.account_type, t), body, context, services, t)
        return next()


def build(services: Services, *, signing_secret: str = "") -> App:
    """Build the app. In Socket Mode nothing is signed, and no secret is needed."""
    access = Access(services)
    app = App(
        name="atrisk",
        signing_secret=signing_secret,
        client=WebClient(ssl=ssl.create_default_context()),  # a client without a context builds one a call
        authorize=access,  # type: ignore[arg-type]  # an Authorize may answer None, and Bolt takes one
        process_before_response=True,
        attaching_function_token_enabled=False,
        ignoring_self_assistant_message_events_enabled=False,
    )

    def failed(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse | None:
        log.error("%s could not be carried out", body.get("type") or body.get("command"), exc_info=error)
        if "event" in body:
            return None  # a 500: Slack delivers it again
        t = context.get("t") or translator("en")
        return _said(texts.failed(t)["text"], body, context, services, t)

    app.middleware(Introduction(services, access))
    app.error(failed)
    handlers.register(app)
    return app


def _actor(services: Services, body: dict[str, Any], context: BoltContext) -> Actor | None:
    """Say who acts; somebody of whom Slack tells us nothing, or of another company, is a stranger."""
    workspace_id, user_id = context.get("workspace_id"), context.user_id
    if workspace_id is None or user_id is None or body.get("event", {}).get("type") == "user_change":
        return None
    user = body.get("user")
    if isinstance(user, dict) and user.get("team_id") not in {None, context.team_id}:
        return _stranger(workspace_id, user_id)
    with services.read_connection() as connection:
        known = access.actor_by_slack(connection, workspace_id, user_id, services.now())
    met = known or directory.sync_user(services, services.slack(str(context.team_id)), workspace_id, user_id)
    return met or _stranger(workspace_id, user_id)


def _stranger(workspace_id: int, user_id: str) -> Actor:
    zone = members.zone_of("UTC")
    return Actor(0, workspace_id, user_id, name="", role="am", account_type="stranger", zone=zone, locale="en")


def _said(sentence: str, body: dict[str, Any], context: BoltContext, services: Services, t: Translator) -> BoltResponse:
    """Say a sentence to the person alone, in whatever way this kind of delivery leaves open."""
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
        afterwards(services, answer, respond, {"text": sentence})
    elif body.get("trigger_id"):
        client, view = services.slack(str(context.team_id)), modals.notice(sentence, t)
        afterwards(services, _open, client, body["trigger_id"], view)
    return BoltResponse(status=200, body="")


def _open(client: WebClient, trigger_id: str, view: dict[str, Any]) -> None:
    client.views_open(trigger_id=trigger_id, view=view)
