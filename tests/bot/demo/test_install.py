"""What `make` installs: which libraries the demo's lock pins, and a real pip at work on a lock of our own."""

import hashlib
import re
import zipfile
from contextlib import chdir
from io import StringIO
from pathlib import Path

import pytest

from bot.demo import install

ROOT = Path(__file__).parents[3]
NOT_FOR_THE_DEMO = {"psycopg", "psycopg-binary"}
BUILD = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
METADATA = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def pins(lock: Path) -> dict[str, list[str]]:
    """The hashes of each library with its version."""
    entries = re.findall(r"^(\S+==\S+).*((?:\n    --hash=\S+(?: \\)?)+)", lock.read_text(), re.MULTILINE)
    return {pin: re.findall(r"sha256:\w+", hashes) for pin, hashes in entries}


def test_the_demo_installs_the_same_libraries_as_the_bot_and_none_that_it_does_not_need() -> None:
    everything, demo = pins(ROOT / "requirements.lock"), pins(ROOT / "bot/demo/requirements.lock")
    assert demo.items() <= everything.items()
    assert all(demo.values())
    assert {pin.partition("==")[0] for pin in everything.keys() - demo.keys()} == NOT_FOR_THE_DEMO | BUILD


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A library of one file, as a wheel that pip can install."""
    path = tmp_path / "tiny-1.0-py3-none-any.whl"
    files = {"tiny.py": "", "tiny-1.0.dist-info/METADATA": METADATA, "tiny-1.0.dist-info/WHEEL": WHEEL}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("tiny-1.0.dist-info/RECORD", "".join(f"{name},,\n" for name in files))
    return path


def run_install(folder: Path, sha256: str) -> tuple[str, list[str]]:
    """Install a lock with the wheel's hash, and one more line; return what went wrong, and the steps shown."""
    lock, out = folder / "requirements.lock", StringIO()
    lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{sha256}\nelsewhere==1.0 ; sys_platform == 'none'\n")
    with chdir(folder):
        failure = install.install(lock, ["--no-index", f"--find-links={folder}"], out)
    return failure, [re.sub(r" \(\d+ s\)$", "", line) for line in out.getvalue().splitlines()]


def test_an_environment_is_created_and_filled_by_a_lock_and_each_step_is_a_line(wheel: Path) -> None:
    folder = wheel.parent
    failure, _ = run_install(folder, "0" * 64)
    assert "HASHES" in failure
    failure, steps = run_install(folder, hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert failure == ""
    assert steps[-2:] == ["Libraries fetched: 1", "Libraries installed: 1"]
    assert list(folder.glob(".venv/lib/python*/site-packages/tiny.py"))
    _, steps = run_install(folder, hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert steps[-1] == "Libraries: all installed already"
