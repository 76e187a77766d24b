"""The whole bot at work for the pretend agency: in a practice workspace, on a temporary database.

Never here: the agency's data (`agency`), or the command line.
"""

import logging
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx
import uvicorn
from sqlalchemy import select, update

from bot import worker
from bot.app import build
from bot.demo import agency
from bot.demo.people import AGENCY, PEOPLE, TEAM_ID
from bot.demo.stories import STORIES
from bot.importing import importer
from bot.infra import migrate
from bot.infra.capacity import FollowUps
from bot.infra.db import connect
from bot.infra.models import Member, Workspace
from bot.infra.services import Services
from bot.jobs import digest, sweep
from bot.people import directory, workspaces
from bot.practice import Practice
from bot.slack import manifest
from bot.slack.client import certificates, make_clients
from bot.web import create

STARTUP_SECONDS = 60


class Stage:
    """Everything in one process, from the start of a `with` block to its end; nothing is saved.

    `ack_seconds` is how long the bot may take to acknowledge what the pretend Slack delivers; `show` is called with a
    line for each step of the start.

    Raises:
        OSError: when the port is taken.
    """

    def __init__(
        self, port: int = 0, *, ack_seconds: float = 3.0, show: Callable[[str], None] = lambda _line: None
    ) -> None:
        self._closing = ExitStack()
        self._show = show
        self.folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="atrisk-demo-")))
        self.practice = Practice(
            manifest.build(), signing_secret=secrets.token_hex(16), port=port, ack_seconds=ack_seconds
        )
        try:
            self._closing.enter_context(self.practice)
        except OSError:
            self._closing.close()
            raise
        self.services = self._services()

    @property
    def url(self) -> str:
        """The page's address."""
        return self.practice.url

    def __enter__(self) -> Self:
        self._add_people()
        self._show(f"Importing half a year of a pretend agency with {len(STORIES)} clients")
        self._import_spreadsheets()
        self._match_people()
        self._show("Working out which clients are at risk")
        while sweep.run_one(self.services):
            pass
        self._serve()
        self._enqueue_digests()
        running = worker.start(self.services)
        self._closing.callback(running.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _services(self) -> Services:
        engine = connect(f"sqlite:///{self.folder / 'atrisk.db'}")
        migrate.upgrade(engine)
        self._closing.callback(engine.dispose)
        reading, posting = make_clients(lambda team_id: self.practice.team(team_id).token, self.practice.api_url)
        return Services(
            engine=engine,
            now=lambda: datetime.now(UTC),
            slack=reading,
            posting=posting,
            http=self._closing.enter_context(httpx.Client(verify=certificates())),
            later=self._closing.enter_context(FollowUps()),
        )

    def _add_people(self) -> None:
        team = self.practice.team(TEAM_ID, AGENCY)
        for person in PEOPLE:
            team.person(
                person.slack_user_id,
                person.name,
                email=person.email,
                tz=person.tz,
                locale=person.locale,
                admin=person.admin,
            )

    def _import_spreadsheets(self) -> None:
        services, now = self.services, self.services.now()
        with services.transaction() as session:
            workspace_id = workspaces.single(session, now).id
        for kind, path in agency.write_spreadsheets(self.folder, now.date()).items():
            report = importer.import_file(services.engine, workspace_id, kind, path, now=now)
            assert not report.refused, report.refusals  # noqa: S101  # our own spreadsheets

    def _match_people(self) -> None:
        """Match the spreadsheets' owners to the people in Slack, and give them their countries and roles."""
        services = self.services
        client = services.slack(TEAM_ID)
        workspace_id = directory.sync_team(services, client).workspace_id
        directory.match_by_email(services, client, workspace_id)
        with services.transaction() as session:
            session.execute(update(Workspace).where(Workspace.id == workspace_id).values(country="ES"))
            for person in PEOPLE:
                session.execute(
                    update(Member)
                    .where(Member.workspace_id == workspace_id, Member.email == person.email)
                    .values(country=person.country, role="admin" if person.admin else "am")
                )

    def _enqueue_digests(self) -> None:
        """Put this morning's digest into everybody's messages, whatever day and hour it is."""
        with self.services.transaction() as session:
            for member in session.scalars(select(Member).where(Member.slack_user_id.is_not(None))):
                digest.enqueue(session, member, self.services.now())

    def _serve(self) -> None:
        application = create(build(self.services), self.services, self.practice.app.signing_secret)
        config = uvicorn.Config(application, port=0, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name="web", daemon=True)
        thread.start()
        deadline = time.monotonic() + STARTUP_SECONDS
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the web server did not start")
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        self.practice.deliver_to(f"http://127.0.0.1:{port}/slack/events")

        def stop() -> None:
            server.should_exit = True
            thread.join(STARTUP_SECONDS)

        self._closing.callback(stop)
        logging.getLogger(__name__).debug("the bot listens on port %d", port)
