"""What people sent can neither pass for a line of the log nor reach a terminal as a command."""

import logging
from typing import Literal

import pytest

from bot.cli.logs import configure_logging
from bot.infra.settings import Settings

FORGED = "x\n2026-11-18 09:00:00,000 ERROR   bot.web: all is lost\x1b[2J"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_message_stays_on_its_own_line(
    capsys: pytest.CaptureFixture[str], log_format: Literal["text", "json"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "root", logging.RootLogger(logging.WARNING))
    configure_logging(Settings(log_format=log_format))
    logging.root.warning("somebody sent %s", FORGED)
    (line,) = capsys.readouterr().err.splitlines()
    assert "somebody sent x\\n2026-11-18" in line
    assert "\x1b" not in line


def test_a_traceback_is_indented_whatever_the_error_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "root", logging.RootLogger(logging.WARNING))
    configure_logging(Settings(log_format="text"))
    logging.root.error("it failed", exc_info=ValueError(FORGED))
    first, *trace = capsys.readouterr().err.splitlines()
    assert first.endswith("it failed")
    assert trace
    assert all(line.startswith("    ") for line in trace)
    assert "\x1b" not in "".join(trace)
