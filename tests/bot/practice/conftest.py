"""A small Bolt app of our own, which the practice workspace is tested with."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.practice import Person, Practice, Workspace
from tests.bot.practice.manifest import MANIFEST
from tests.conftest import Clock
from tests.waiting import PATIENCE_SECONDS, eventually

FORM = {
    "type": "modal",
    "callback_id": "note.form",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}


def button(text: str, action_id: str, value: str = "1") -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "action_id": action_id,
        "value": value,
    }


def card(words: str) -> list[dict[str, Any]]:
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": words}},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [button("Done", "card.done"), button("Form", "card.form"), button("Slow", "card.slow")],
        },
    ]


class SampleApp(App):
    """A Bolt app that collects what it is told, with the headers."""

    def __init__(self, practice: Practice, team: Workspace) -> None:
        client = WebClient(token=team.token, base_url=practice.api_url, retry_handlers=[])
        super().__init__(client=client, signing_secret=practice.signing_secret, process_before_response=True)
        self.heard: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        self.heard.append((dict(req.body), dict(req.headers)))
        return super().dispatch(req)


def sample_app(practice: Practice, team: Workspace) -> SampleApp:
    app = SampleApp(practice, team)
    listen_to_people(app)
    listen_to_forms(app)
    return app


def listen_to_people(app: App) -> None:

    @app.command("/echo")
    def echo(ack: Any, command: dict[str, Any], respond: Any) -> None:
        if command["text"] == "crash":
            raise RuntimeError("on purpose")
        if command["text"] == "later":
            ack()
            respond("Later on")
            return
        ack(f"You said {command['text']}")

    @app.action("card.done")
    def done(ack: Any, body: dict[str, Any], respond: Any) -> None:
        ack()
        respond(text="Done", blocks=card(f"Done by <@{body['user']['id']}>"), replace_original=True)

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": card("Home")})

    @app.event("message")
    def message(event: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(channel=event["channel"], text=f"Heard: {event['text']}")

    @app.event("user_change")
    @app.event("member_joined_channel")
    @app.event("tokens_revoked")
    @app.event("app_uninstalled")
    def noted() -> None: ...


def listen_to_forms(app: App) -> None:
    @app.action("card.form")
    def form(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("note.form")
    def saved(ack: Any, view: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        words = view["state"]["values"]["words"]["value"]["value"]
        if words == "bad":
            ack(response_action="errors", errors={"words": "Not that word"})
            return
        if words == "update":
            ack(response_action="update", view={**FORM, "title": {"type": "plain_text", "text": "Again"}})
            return
        ack()
        dm = client.conversations_open(users=body["user"]["id"])["channel"]["id"]
        client.chat_postMessage(channel=dm, text=f"Saved: {words}")

    @app.shortcut("note")
    def note(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.options("pick")
    def options(ack: Any, payload: dict[str, Any]) -> None:
        ack(options=[{"text": {"type": "plain_text", "text": payload["value"] + "!"}, "value": "x"}])


def web(app: App) -> Starlette:
    async def events(request: Request) -> Response:
        bolt_request = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(app.dispatch, bolt_request))

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


@contextmanager
def served(app: App) -> Iterator[str]:
    """The app on a port of its own; gives the address of its Slack endpoint."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(web(app), lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def shared() -> Iterator[Practice]:
    with Practice(MANIFEST, now=Clock(), ack_seconds=PATIENCE_SECONDS, retry_delays=(0.0, 0.02, 0.02)) as practice:
        yield practice


class Counter:
    value = 0


@pytest.fixture
def practice(shared: Practice) -> Iterator[Practice]:
    """A practice workspace; the server is shared, the teams are each test's own."""
    yield shared
    shared.settle(PATIENCE_SECONDS)
    shared.api.faults.clear()
    shared.enforce_rate_limits(per_channel=0)
    shared.forget_calls()
    shared.deliver_to("")


@pytest.fixture
def team(practice: Practice) -> Workspace:
    Counter.value += 1
    return practice.team(f"T{Counter.value:03}", "Alpha Agency")


@pytest.fixture
def alice(team: Workspace) -> Person:
    return team.person("U_ALICE", "Alice Kowalska", tz="Europe/Warsaw", locale="pl-PL", admin=True)


@pytest.fixture
def bob(team: Workspace) -> Person:
    return team.person("U_BOB", "Bob Stone", tz="America/New_York")


@pytest.fixture
def client(practice: Practice, team: Workspace) -> WebClient:
    return WebClient(token=team.token, base_url=practice.api_url, retry_handlers=[], timeout=int(PATIENCE_SECONDS))


@pytest.fixture
def app(practice: Practice, team: Workspace) -> Iterator[SampleApp]:
    """The sample app, listening to the practice workspace over HTTP."""
    bolt = sample_app(practice, team)
    with served(bolt) as url:
        practice.deliver_to(url)
        yield bolt
