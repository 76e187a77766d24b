"""The house rules that no linter knows."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "scoring", "migrations")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
AT_THE_TOP = {
    ".ci",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "Procfile",
    "README.md",
    "SECURITY.md",
    "bot",
    "handlers",
    "manifest.yaml",
    "migrations",
    "pyproject.toml",
    "requirements.lock",
    "scoring",
    "tests",
}
OPEN_TRANSACTIONS = (
    "handlers.",
    "bot.cli",
    "bot.demo",
    "bot.__main__",
    "bot.app",
    "bot.web",
    "bot.worker",
    "bot.infra.services",
    "bot.infra.db",
    "bot.jobs.",
    "bot.importing.importer",
    "bot.importing.undo",
    "bot.people.directory",
)
"""Doors, jobs and those who run them. Nouns are given a session."""


ACROSS_FILES = {
    "bot/jobs/test_crashes.py": "every job, killed at every moment",
    "bot/views/test_limits.py": "every view, with the longest plausible data",
    "bot/views/test_translation.py": "every view, in other languages",
    "handlers/test_audit_trail.py": "every way in that changes something",
    "handlers/test_outsiders.py": "every way in, for those who may see nothing",
    "handlers/test_twins.py": "two agencies with the same names, through the whole house",
    "handlers/test_who_may.py": "every button, whoever presses it",
    "scoring/test_faults.py": "the faults that the tests of scoring have to find",
    "scoring/test_laws.py": "laws of the judgement as a whole",
    "scoring/test_public_face.py": "what the README promises of the package",
    "test_docs.py": "the documents",
    "test_house.py": "the repository",
    "test_known_holes.py": "the locks",
    "test_readme.py": "the README",
}
"""The tests that are of no one file, and what each is of."""


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if path.parts[-2] != "versions" and path.name != "env.py":
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def test_importing_any_module_reads_no_environment_opens_no_socket_and_makes_no_engine() -> None:
    program = """
import importlib, os, socket, sys
names = sys.argv[1:]
for library in ("alembic.command", "babel.dates", "babel.numbers", "babel.lists", "babel.messages.pofile",
                "bot.infra.db", "holidays", "httpx", "prometheus_client", "slack_bolt.app",
                "slack_bolt.adapter.socket_mode", "slack_sdk", "sqlalchemy.orm", "starlette.applications", "typer",
                "uvicorn", "apscheduler.schedulers.background", "websockets", "rich.console",
                "matplotlib.figure", "psycopg", "bot.infra.settings",
                "rich.progress", "scipy.optimize", "yaml", "orjson"):
    importlib.import_module(library)  # what libraries do by themselves is theirs
import sqlalchemy
def refuse(*_, **__):
    raise AssertionError("an import did something")
class Env(dict):
    def __getitem__(self, key): refuse()
    def get(self, key, default=None): refuse()
socket.socket.connect = socket.socket.bind = refuse
sqlalchemy.create_engine = refuse
import bot.infra.db
bot.infra.db.create_engine = refuse
os.environ = Env()
os.getenv = refuse
for name in names:
    importlib.import_module(name)
"""
    names = [name for name, _ in modules() if name != "bot.__main__"]
    done = subprocess.run(
        [sys.executable, "-c", program, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_only_doors_jobs_and_the_command_line_open_a_transaction() -> None:
    offenders = [
        f"{name}:{call.lineno}"
        for name, path in modules()
        if name.startswith(("bot.", "handlers")) and not f"{name}.".startswith(OPEN_TRANSACTIONS)
        for call in calls(path)
        if called(call) in {"transaction", "reading"}
    ]
    assert offenders == []


def test_nobody_but_the_one_who_opened_a_transaction_ends_it() -> None:
    offenders = [
        f"{name}:{call.lineno}"
        for name, path in modules()
        if name.startswith("bot.") and not name.startswith(("bot.infra.db", "bot.practice", "bot.cli"))
        for call in calls(path)
        if called(call) in {"commit", "rollback"}
    ]
    assert offenders == []


def test_a_new_message_reaches_slack_only_through_the_outbox() -> None:
    offenders = [
        f"{name}:{call.lineno}"
        for name, path in modules()
        if not name.startswith(("bot.jobs.delivery", "bot.practice"))
        for call in calls(path)
        if called(call) in {"chat_postMessage", "chat_scheduleMessage", "posting"}
    ]
    assert offenders == []


def test_every_module_of_the_house_has_its_place_in_the_dependency_rule() -> None:
    (layers,) = [c["layers"] for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    placed = {name.strip("() ") for layer in layers for name in layer.split("|")}
    top = {".".join(name.split(".")[:2]) for name, _ in modules() if name.startswith("bot.")} | {"handlers", "scoring"}
    assert top - placed == set()


def test_the_dependency_rule_holds() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_stay_short_enough_to_hold_one_noun() -> None:
    long = {name: lines for name, lines in lengths("bot", "handlers", "scoring").items() if lines > 300}
    long |= {name: lines for name, lines in lengths("tests").items() if lines > 500}
    assert long.keys() <= {"bot/infra/models.py"}, long


def lengths(*rooms: str) -> dict[str, int]:
    """The lines of each file."""
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in paths}


def test_each_test_sits_where_its_module_sits() -> None:
    """`tests/bot/jobs/test_digest.py` tests `bot/jobs/digest.py`; a subject may follow the module's name."""
    astray = {
        path.relative_to(ROOT / "tests").as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if not modules_named_by(path)
    }
    assert astray == ACROSS_FILES.keys()


def modules_named_by(test: Path) -> list[str]:
    """The modules and packages that a test file may be named after."""
    subject = test.stem.removeprefix("test_")
    room = ROOT / test.parent.relative_to(ROOT / "tests")
    named = {path.stem for path in room.glob("*") if path.suffix == ".py" or path.is_dir()} - {"__init__"}
    return [name for name in named if f"{subject}_".startswith(f"{name}_")]


def test_nothing_else_stands_at_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not a checkout: nobody knows which files are the project's")
    assert {line.split("/")[0] for line in tracked.splitlines()} <= AT_THE_TOP


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
