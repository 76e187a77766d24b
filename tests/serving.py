"""The real web stack on its own port, in a thread of the test, and HTTP requests with generous timeouts."""

import threading
from typing import Any

import httpx
import uvicorn

from bot import app, web
from bot.infra.services import Services
from bot.slack.client import certificates
from tests.waiting import PATIENCE_SECONDS, eventually


def get(url: str, **options: Any) -> httpx.Response:
    """Ask for a page, as patiently as a slow machine needs: httpx by itself gives up after 5 s."""
    return httpx.get(url, verify=certificates(), timeout=PATIENCE_SECONDS, **options)


def post(url: str, **options: Any) -> httpx.Response:
    """Send something, as patiently."""
    return httpx.post(url, verify=certificates(), timeout=PATIENCE_SECONDS, **options)


class Server:
    """A web application on its own port, in a thread of the test; on a busy machine a slow Slack is no ill one."""

    def __init__(
        self,
        services: Services,
        signing_secret: str,
        metrics_token: str | None = None,
        *,
        prompt_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        built = app.build(services, prompt_seconds=prompt_seconds)
        application = web.create(built, services, signing_secret, metrics_token)
        self._server = uvicorn.Server(uvicorn.Config(application, port=0, log_config=None, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> str:
        self._thread.start()
        eventually(lambda: self._server.started, or_fail=self._check_alive)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def _check_alive(self) -> None:
        assert self._thread.is_alive(), "the server has stopped"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
