"""`backup` and `restore`: a whole copy while others write, and back in place with nothing sent twice."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.bot.cli.conftest import Run
from tests.bot.cli.test_context_bad_disks import damaged
from tests.waiting import eventually

WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE pairs (number INTEGER, half TEXT)")
for number in range(10**9):
    connection.execute("BEGIN IMMEDIATE")
    for half in ("first", "second"):
        connection.execute("INSERT INTO pairs VALUES (?, ?)", (number, half * 50))
    connection.execute("COMMIT")
    print(number, flush=True)
"""
HOLDER = """
import sys
from sqlalchemy import text
from bot.infra.db import connect, reading
engine = connect(sys.argv[1])
with reading(engine) as session:
    session.execute(text("SELECT 1"))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def atrisk(command_line: Callable[[str], Run], folder: Path) -> Run:
    """The command line on a SQLite database with one client."""
    run = command_line(f"sqlite:///{folder}/atrisk.db")
    (folder / "clients.csv").write_text("external_id,name,owner\nacme,Acme,a@x.example\n")
    assert run("import", "clients", folder / "clients.csv").code == 0
    return run


@contextmanager
def running(program: str, argument: object) -> Iterator["subprocess.Popen[str]"]:
    """Run a program in a process of its own until the end of the block; it has printed its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(argument)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_backup_made_while_another_process_writes_is_whole(atrisk: Run, folder: Path) -> None:
    with running(WRITER, folder / "atrisk.db") as writer:
        assert writer.stdout is not None
        for number in range(3):
            committed = int(writer.stdout.readline())
            copy = folder / f"copy-{number}.db"
            assert atrisk("backup", copy).code == 0
            halves = ask(copy, "SELECT count(*), count(DISTINCT number), max(number) FROM pairs")[0]
            assert halves[0] == 2 * int(str(halves[1]))
            assert int(str(halves[2])) >= committed
    assert ask(copy, "PRAGMA integrity_check") == [("ok",)]
    assert ask(copy, "PRAGMA journal_mode") == [("delete",)]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir() if "unfinished" in path.name or "copy-0.db-" in path.name] == []


def test_a_restored_backup_is_the_database_and_the_former_one_is_kept(atrisk: Run, folder: Path) -> None:
    assert atrisk("backup", folder / "copy.db").code == 0
    assert atrisk("forget", "acme", "--yes").code == 0
    result = atrisk("restore", folder / "copy.db", "--yes")
    assert result.code == 0, result.err
    assert "Acme" in atrisk("export", "clients").out
    (kept,) = [path for path in folder.glob("atrisk.db.before-*") if not path.name.endswith(("-wal", "-shm"))]
    assert str(kept) in result.out
    assert ask(kept, "SELECT count(*) FROM clients") == [(0,)]
    actions = {action for (action,) in ask(folder / "atrisk.db", "SELECT action FROM audit")}
    assert "backup.restored" in actions


def test_nothing_is_restored_under_a_running_program(atrisk: Run, folder: Path) -> None:
    assert atrisk("backup", folder / "copy.db").code == 0
    with running(HOLDER, f"sqlite:///{folder}/atrisk.db"):
        result = atrisk("restore", folder / "copy.db", "--yes")
        assert result.code == 2
        assert "stop `atrisk run`" in result.err
    eventually(lambda: atrisk("restore", folder / "copy.db", "--yes").code == 0)


def add_message(path: Path, key: str, message_id: int | None) -> None:
    """Add a waiting message, written by hand: the ids are what this is about."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO outbox "
            "(id, workspace_id, key, kind, member_id, body, data, state, created_at, not_before, tries) "
            "SELECT ?, workspace_id, ?, 'notice', id, '{}', '{}', 'waiting', '2026-11-18 09:00:00', "
            "'2026-11-18 09:00:00', 0 FROM members",
            (message_id, key),
        )


def test_messages_that_waited_are_looked_up_and_new_ones_get_ids_never_used(atrisk: Run, folder: Path) -> None:
    path = folder / "atrisk.db"
    add_message(path, "waits", 7)
    change(path, "UPDATE members SET dm_channel = 'D1'")
    assert atrisk("backup", folder / "copy.db").code == 0
    add_message(path, "sent since", 90)
    assert atrisk("restore", folder / "copy.db", "--yes").code == 0
    assert ask(path, "SELECT id, channel, posting_at IS NOT NULL FROM outbox") == [(7, "D1", 1)]
    add_message(path, "new", None)
    assert int(str(ask(path, "SELECT max(id) FROM outbox")[0][0])) > 1_000_090


def test_a_damaged_database_is_replaced_and_kept(atrisk: Run, folder: Path) -> None:
    assert atrisk("backup", folder / "copy.db").code == 0
    size = (folder / "atrisk.db").stat().st_size
    (folder / "atrisk.db").write_bytes(b"\xa5" * size)
    assert "atrisk restore" in atrisk("list").err
    assert atrisk("restore", folder / "copy.db", "--yes").code == 0
    assert "Acme" in atrisk("export", "clients").out


def test_a_damaged_database_makes_no_backup_and_an_older_one_stays(atrisk: Run, folder: Path) -> None:
    assert atrisk("backup", folder / "copy.db").code == 0
    before = (folder / "copy.db").read_bytes()
    (folder / "atrisk.db").unlink()
    damaged(folder / "atrisk.db")
    result = atrisk("backup", folder / "copy.db")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert "damaged" in result.err
    assert (folder / "copy.db").read_bytes() == before


@pytest.mark.parametrize("trouble", ["nothing there", "another file", "newer", "damaged"])
def test_what_is_no_backup_is_refused_and_the_database_stays(atrisk: Run, folder: Path, trouble: str) -> None:
    copy = folder / "copy.db"
    assert atrisk("backup", copy).code == 0
    if trouble == "nothing there":
        copy.unlink()
    elif trouble == "another file":
        copy.write_text("external_id,name\n")
    elif trouble == "newer":
        change(copy, "UPDATE alembic_version SET version_num = '9999'")
    else:
        content = bytearray(copy.read_bytes())
        content[8192 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 8192)
        copy.write_bytes(content)
    result = atrisk("restore", copy, "--yes")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1), result.err
    assert str(copy) in result.err or "damaged" in result.err
    assert "Acme" in atrisk("export", "clients").out


def test_a_file_that_is_no_backup_is_never_overwritten(atrisk: Run, folder: Path) -> None:
    for name in ("clients.csv", "atrisk.db"):
        before = (folder / name).read_bytes()
        assert atrisk("backup", folder / name).code == 2
        assert (folder / name).read_bytes() == before


def test_on_postgres_the_command_is_named_without_the_password(command_line: Callable[[str], Run]) -> None:
    url = make_url("postgres://bob@db.example:5433/atrisk").set(password="s3cret")
    run = command_line(url.render_as_string(hide_password=False))
    assert (
        "pg_dump --format=custom --file=x.dump --dbname=postgresql://bob@db.example:5433/atrisk"
        in run("backup", "x.dump").err
    )
    assert "pg_restore --clean --if-exists" in run("restore", "x.dump").err
    assert "s3cret" not in run("backup", "x.dump").err
