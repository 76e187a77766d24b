"""The Bolt app: finds the token of a team and the person acting, rejects people without access, and reports errors.

The only file of `bot` that imports `handlers`. It adds these to Bolt's context: `services`, `slack` (the client for
this request), `t` (the translator for the person acting), `actor` (None for events without one) and `workspace_id`.
Never here: what a listener does.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient

import handlers
from bot.infra import capacity, db_errors
from bot.infra.i18n import Translator, translator
from bot.infra.services import Services
from bot.people import access, directory
from bot.people.access import Actor
from bot.slack import errors, payloads
from bot.slack.client import PROMPT_SECONDS, PromptClient, certificates
from bot.slack.errors import UnansweredError, classify
from bot.slack.response_urls import ResponseUrl
from bot.views import home, modals, texts
from handlers.context import run_later, send_answer

log = logging.getLogger(__name__)

TOKEN_CACHE_TIME = timedelta(minutes=5)
"""How long a team's token is used without checking it with Slack again."""
REMEMBERED_PEOPLE = 2000
"""Whose language is kept in memory."""
REMOVALS = frozenset({"app_uninstalled", "tokens_revoked"})
"""Events that a team has removed the bot; after them there is no token to answer with."""


class TeamAuthorize(Authorize):
    """Authorizes a team's requests; cached for a few minutes, until the bot is removed.

    While Slack cannot say whether the token is good, a team that was connected before is served: people's clicks are
    about our records.
    """

    def __init__(self, services: Services) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._services = services
        self._known: dict[str, tuple[datetime, int, AuthorizeResult]] = {}

    def __call__(self, *, context: BoltContext, team_id: str | None, **_: str | None) -> AuthorizeResult | None:
        """Return Bolt's authorization of a team, and put the workspace id into the context; None if not installed."""
        now = self._services.now()
        known = self._known.get(team_id or "")
        if known is None or not now - TOKEN_CACHE_TIME < known[0] <= now:
            authorized = self._authorize(team_id, context["slack"])
            if authorized is None:
                return None
            known = self._known[str(team_id)] = (now, *authorized)
        context["workspace_id"] = known[1]
        return known[2]

    def _authorize(self, team_id: str | None, client: PromptClient) -> tuple[int, AuthorizeResult] | None:
        try:
            installation = directory.sync_team(self._services, client)
        except (UnansweredError, *errors.CALL_FAILED) as error:
            known = self._find_known(team_id, error)
            if known is None:
                raise
            installation = known
        if installation.team_id != team_id:
            return None
        return installation.workspace_id, AuthorizeResult(
            enterprise_id=None,
            team_id=installation.team_id,
            bot_token=client.token,
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
        )

    def _find_known(self, team_id: str | None, error: Exception) -> directory.Installation | None:
        """Return what was known of the team, unless its token is dead."""
        reason = str(error) if isinstance(error, UnansweredError) else classify(error).error
        if team_id is None or reason in errors.DEAD_TOKENS:
            return None
        with self._services.reading() as session:
            known = directory.stored_installation(session, team_id)
        if known is not None:
            self._services.slack_outage.report(reason)
        return known

    def forget(self, team_id: str | None) -> None:
        """Check the token with Slack again at the team's next request."""
        self._known.pop(team_id or "", None)


class Languages:
    """The languages of the people who acted lately, for answering them while the database is away."""

    def __init__(self) -> None:
        self._by_person: OrderedDict[tuple[str | None, str | None], str] = OrderedDict()

    def remember(self, team_id: str | None, user_id: str | None, locale: str) -> None:
        """Remember the locale of somebody who acts now; those who acted longest ago are forgotten."""
        self._by_person[team_id, user_id] = locale
        self._by_person.move_to_end((team_id, user_id))
        while len(self._by_person) > REMEMBERED_PEOPLE:
            self._by_person.popitem(last=False)

    def of(self, team_id: str | None, user_id: str | None) -> str:
        """Return somebody's locale; English for who has not acted yet."""
        return self._by_person.get((team_id, user_id), "en")


class ContextMiddleware(Middleware):
    """Puts what listeners need into the context, and rejects people who may not use the bot.

    It is a class because Bolt inspects the arguments of a middleware function again on each request.
    """

    def __init__(self, services: Services, access: TeamAuthorize, languages: Languages) -> None:
        self._services, self._access, self._languages = services, access, languages

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
        services.database_outage.end()
        if actor is not None and actor.member_id:
            self._languages.remember(context.team_id, context.user_id, actor.locale)
        t = translator(actor.locale if actor else "en")
        context["services"], context["actor"], context["t"] = services, actor, t
        if actor is not None and not actor.is_allowed:
            if body.get("event", {}).get("type") == "app_home_opened":
                view = home.refusal(texts.not_for(actor.account_type, t))
                run_later(services, _publish, context["slack"], str(context.user_id), view)
            return _reply(texts.refusal(actor.account_type, t), body, context, services, t)
        return next()


class GuardedApp(App):
    """A Bolt app that refuses what is malformed, and more requests of one person than are handled at once."""

    def __init__(self, services: Services, prompt_seconds: float, **options: Any) -> None:
        super().__init__(**options)
        self._prompt_seconds = prompt_seconds
        payloads.prepare()
        self._services, self._in_flight = services, capacity.InFlight()
        self._calls = ThreadPoolExecutor(capacity.REQUESTS, thread_name_prefix="slack")
        """For the calls that a request waits for (`PromptClient`)."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Handle a request, or refuse it."""
        fault = payloads.find_fault(req.body) or payloads.find_fault_in_ids(req.context)
        if fault is None and req.context.team_id is not None:
            try:
                fault = self._connect(req, req.context.team_id)
            except LookupError:
                log.warning("a delivery for a team without a token: %r", req.context.team_id)
                return self._say(req, texts.not_installed)
            except errors.CALL_FAILED as error:
                log.warning("no client for team %r: %r", req.context.team_id, classify(error).error)
                return BoltResponse(status=503, body="")
        if fault:
            log.warning("a malformed delivery is refused: %s", fault)
            return BoltResponse(status=400, body="")
        with self._in_flight.admitting((req.context.team_id or "", req.context.user_id or "")) as is_admitted:
            if is_admitted:
                return super().dispatch(req)
        if "event" in req.body:
            return BoltResponse(status=503, body="")  # Slack delivers it again
        return self._say(req, texts.too_many)

    def _connect(self, req: BoltRequest, team_id: str) -> str | None:
        """Put the client for this request into its context, and return what is wrong with its response URL."""
        client = req.context["slack"] = PromptClient(self._services.slack(team_id), self._calls, self._prompt_seconds)
        url = req.context.response_url
        return "its response URL is not Slack's" if url and ResponseUrl.of(url, client) is None else None

    def _say(self, req: BoltRequest, text: Callable[[Translator], dict[str, Any]]) -> BoltResponse:
        t = translator("en")  # who it is has not been looked up
        return _reply(text(t)["text"], req.body, req.context, self._services, t)


def build(services: Services, *, prompt_seconds: float = PROMPT_SECONDS) -> App:
    """Build the app. It trusts what it is given: `bot.web` lets in only what Slack has signed.

    `prompt_seconds` is how long a request may wait for calls to Slack in all.
    """
    access, languages = TeamAuthorize(services), Languages()
    app = GuardedApp(
        services,
        prompt_seconds,
        name="atrisk",
        request_verification_enabled=False,
        client=WebClient(ssl=certificates()),  # a client without a context builds one for each call
        authorize=access,
        process_before_response=True,
        attaching_function_token_enabled=False,
        ignoring_self_assistant_message_events_enabled=False,
    )

    def handle_error(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse | None:
        kind = body.get("type") or body.get("command")
        t = context.get("t") or translator(languages.of(context.team_id, context.user_id))
        reason = db_errors.explain(error, services.engine.url)
        is_unanswered = isinstance(error, UnansweredError)
        if is_unanswered:
            log.warning("%r could not be answered: %s", kind, error)
        elif reason:
            services.database_outage.report(reason)
        else:
            log.error("%r failed", kind, exc_info=error)
        if "event" in body:
            return None  # a 500, so that Slack delivers it again
        if is_unanswered and body.get("type") in {"block_actions", "shortcut"} and not context.response_url:
            return None  # a 500, for which Slack shows its own mark: a modal with a sentence could not be opened either
        message = texts.unanswered(t) if is_unanswered else texts.not_saved(t) if reason else texts.failed(t)
        return _reply(message["text"], body, context, services, t)

    app.middleware(ContextMiddleware(services, access, languages))
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
        return access.outsider(workspace_id, user_id)
    with services.read_connection() as connection:
        known = access.actor_by_slack(connection, workspace_id, user_id, services.now())
    actor = known or directory.sync_user(services, context["slack"], workspace_id, user_id)
    return actor or access.outsider(workspace_id, user_id)


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
    client: PromptClient | None = context.get("slack")
    respond = ResponseUrl.of(body.get("response_url"), client) if client else None
    if respond:
        run_later(services, send_answer, respond, {"text": sentence})
    elif client and body.get("trigger_id"):
        run_later(services, _open, client, body["trigger_id"], modals.notice(sentence, t))
    return BoltResponse(status=200, body="")


def _publish(client: PromptClient, slack_user_id: str, view: dict[str, Any]) -> None:
    client.follow_up().views_publish(user_id=slack_user_id, view=view)


def _open(client: PromptClient, trigger_id: str, view: dict[str, Any]) -> None:
    client.views_open(trigger_id=trigger_id, view=view)
