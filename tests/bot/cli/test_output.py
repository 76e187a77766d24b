"""Whatever a name contains, a terminal shows it and does not act upon it."""

import json

import pytest

from bot.cli import output

HOSTILE = "Acme\x1b[2J\x1b]0;title\x07\x9b31m\u202eCorp"


def test_nothing_that_a_terminal_acts_upon_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    table = output.make_table()
    table.add_column("name")
    table.add_row(HOSTILE)
    output.print_renderables(table, HOSTILE)
    output.print_line(f"{HOSTILE}\n\tnext")
    output.print_error(HOSTILE)
    output.print_json({"name": HOSTILE})
    printed = capsys.readouterr()
    for shown in (printed.out, printed.err):
        assert "Acme" in shown
        assert not set("\x1b\x07\x9b\u202e") & set(shown)
    assert "\n\tnext" in printed.out


def test_json_says_what_is_stored(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"name": HOSTILE})
    assert json.loads(capsys.readouterr().out) == {"name": HOSTILE}
