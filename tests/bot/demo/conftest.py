"""The whole bot on its stage, and a real browser in front of it where there is one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.demo.stage import Stage
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(ack_seconds=PATIENCE_SECONDS) as running:  # a busy machine is no slow bot
        yield running


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """The practice page, open; whatever goes wrong in it fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 1000})
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.set_default_timeout(PATIENCE_SECONDS * 1000)
    opened.goto(stage.url)
    yield opened
    opened.close()
    assert wrong == []
