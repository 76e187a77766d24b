"""The whole bot on its stage, and a real browser in front of it where there is one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.demo.stage import Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """The practice page, open; whatever goes wrong in it fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 1000})
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.goto(stage.url)
    yield opened
    opened.close()
    assert wrong == []
