"""A database that cannot be used: one line that names it and what to do, from every command and from doctor."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.bot.cli.conftest import CommandResult, Run
from tests.conftest import ROOT, with_tables

COMMANDS = (
    ("migrate",),
    ("list",),
    ("explain", "acme"),
    ("import", "clients", "clients.csv"),
    ("export", "clients"),
    ("forget", "acme", "--yes"),
    ("sweep",),
    ("digest", "--dry-run"),
    ("policy", "show"),
    ("backtest",),
    ("audit",),
    ("member", "list"),
    ("backup", "copy.db"),
    ("export", "--person", "a@x.example"),
    ("workspace", "forget", "T1", "--yes"),
    ("doctor",),
)
OWN_DISK = ("unshare", "--map-root-user", "--mount")
"""Runs a program that may mount disks which nobody else sees."""
HAS_OWN_DISK = (
    shutil.which("unshare") is not None
    and subprocess.run([*OWN_DISK, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode
    == 0
)


def other_file(path: Path) -> None:
    path.write_bytes(b"not a database at all, " * 300)


def damaged(path: Path) -> None:
    """Overwrite every page but the first."""
    with_tables(f"sqlite:///{path}")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def without_a_table(path: Path) -> None:
    with_tables(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    for table in ("clients", "members", "workspaces"):
        connection.execute(f"DROP TABLE {table}")
    connection.close()


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_in_one_line_that_the_file_is_damaged_and_what_to_do(
    command_line: Callable[[str], Run], tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert_named(command_line, tmp_path, damaged, words, "is damaged", "atrisk restore FILE")


@pytest.mark.parametrize("words", [("list",), ("doctor",)], ids=" ".join)
@pytest.mark.parametrize(
    ("trouble", "said", "advice"),
    [
        (other_file, "is not a database", "check DATABASE_URL"),
        (without_a_table, "is not complete", "atrisk restore FILE"),
        (folder, "is a folder", "check DATABASE_URL"),
    ],
    ids=["another file", "tables missing", "a folder"],
)
def test_a_file_that_is_no_database_of_atrisk_is_named(
    command_line: Callable[[str], Run],
    tmp_path: Path,
    trouble: Callable[[Path], None],
    said: str,
    advice: str,
    words: tuple[str, ...],
) -> None:
    assert_named(command_line, tmp_path, trouble, words, said, advice)


def assert_named(
    command_line: Callable[[str], Run],
    folder: Path,
    trouble: Callable[[Path], None],
    words: tuple[str, ...],
    *parts: str,
) -> None:
    """Assert that a command names the trouble in one line; of doctor's lines, the one about the database does."""
    path = folder / "atrisk.db"
    trouble(path)
    (folder / "clients.csv").write_text("external_id,name,owner\nacme,Acme,a@x.example\n")
    result = command_line(f"sqlite:///{path}")(*words)
    if words == ("doctor",):
        (line,) = [line for line in result.out.splitlines() if line.startswith("FIX  database")]
        assert result.code == 1
        assert [part for part in (*parts, str(path)) if part not in line] == [], line
    else:
        assert_one_line(result, *parts, str(path))


def assert_one_line(result: CommandResult, *parts: str) -> None:
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1), result.err
    assert [part for part in parts if part not in result.err] == [], result.err


def test_a_folder_that_is_not_there_is_named(command_line: Callable[[str], Run], tmp_path: Path) -> None:
    result = command_line(f"sqlite:///{tmp_path}/nowhere/atrisk.db")("list")
    assert_one_line(result, f"there is no folder {tmp_path}/nowhere")


def test_a_database_of_a_newer_program_is_left_alone(command_line: Callable[[str], Run], tmp_path: Path) -> None:
    with_tables(f"sqlite:///{tmp_path}/atrisk.db")
    connection = sqlite3.connect(tmp_path / "atrisk.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert_one_line(command_line(f"sqlite:///{tmp_path}/atrisk.db")("list"), "9999", "does not know")


@pytest.mark.skipif(not HAS_OWN_DISK, reason="this machine lets nobody mount a disk of their own")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("mount -o remount,ro disk", "may not be written to"),
        ("cat /dev/zero > disk/filler", "is full: free some space"),
    ],
    ids=["read-only", "full"],
)
@pytest.mark.parametrize("words", [("import", "clients", "clients.csv"), ("doctor",)], ids=" ".join)
def test_a_disk_that_takes_nothing_is_named(tmp_path: Path, change: str, said: str, words: tuple[str, ...]) -> None:
    (tmp_path / "disk").mkdir()
    rows = "".join(f"k{number},Client {number},a@x.example\n" for number in range(5000))
    (tmp_path / "clients.csv").write_text(f"external_id,name,owner\n{rows}")
    atrisk = f"DATABASE_URL=sqlite:///{tmp_path}/disk/atrisk.db PYTHONPATH={ROOT} {sys.executable} -m bot"
    script = (
        f"mount -t tmpfs -o size=2m none disk && {atrisk} migrate && {{ {change} 2>&1; {atrisk} {' '.join(words)}; }}"
    )
    done = subprocess.run([*OWN_DISK, "sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    told = done.stdout + done.stderr
    assert said in told, told
    assert f"{tmp_path}/disk/atrisk.db" in told


def test_a_server_that_is_not_there_is_named_without_the_password(command_line: Callable[[str], Run]) -> None:
    result = command_line("postgres://bob:s3cret@127.0.0.1:1/none")("list")
    assert_one_line(result, "127.0.0.1:1 cannot be reached")
    assert "s3cret" not in result.err


def test_a_database_that_the_server_does_not_have_is_named(
    command_line: Callable[[str], Run], database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        address = make_url(database_url).set(database="not_there").render_as_string()
        assert_one_line(command_line(address)("list"), "does not exist")
