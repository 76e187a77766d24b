"""Whoever changes what an import may have written says so, in the row itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.infra.provenance import IMPORTED
from tests.conftest import ROOT

MARKING = {
    "bot/clients/clients.py": "an expected silence, and its reason in the notes",
    "bot/clients/details.py": "what is agreed with a client",
    "bot/clients/observations.py": "moods and cards that are noted again",
    "bot/clients/touchpoints.py": "details of a contact, and Undo",
}
"""The modules that change such rows for somebody, and what of them."""
SILENT = {
    "bot/clients/contacts.py": "nobody where somebody was: their rows that are kept say nobody either",
    "bot/importing/mapping/relationships.py": "the key that an export gives a contact: the import's own",
    "bot/jobs/clock.py": "times of a clock that was ahead",
    "bot/infra/provenance.py": "says how",
    "bot/judging/assessment_rows.py": "how a client stands",
    "bot/judging/assessments.py": "how a client stands",
    "bot/judging/benchmarks.py": "when it is judged again",
    "bot/judging/policies.py": "when it is judged again",
    "bot/people/duplicates.py": "the same person under another id",
    "bot/people/preferences.py": "when it is judged again",
}
"""Those that change only what no import has written, or must not keep one from being taken back; and why."""
TABLES = "|".join(model.__tablename__ for model in IMPORTED)
WRITTEN_AS_TEXT = re.compile(rf"\b(?:UPDATE|INSERT INTO) (?:{TABLES})\b")


def test_each_module_that_changes_imported_rows_marks_them_or_need_not() -> None:
    changing = {path.relative_to(ROOT).as_posix() for path in modules() if changes_rows(path)}
    assert changing == MARKING.keys() | SILENT.keys()


def test_the_modules_that_mark_do() -> None:
    for name in MARKING:
        source = (ROOT / name).read_text(encoding="utf-8")
        assert re.search(r"mark_by_hand|mark_row_by_hand|-abs\(observations\.import_run_id\)", source), name


def modules() -> Iterator[Path]:
    for room in ("bot", "handlers"):
        for path in (ROOT / room).rglob("*.py"):
            if "practice" not in path.parts and "demo" not in path.parts:
                yield path


def changes_rows(path: Path) -> bool:
    """Whether a module updates a table that imports write, as a statement or as text."""
    source = path.read_text(encoding="utf-8")
    names = {model.__name__ for model in IMPORTED}
    statements = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    updated = {
        node.args[0].id
        for node in statements
        if isinstance(node.func, ast.Name)
        and node.func.id == "update"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    return bool(updated & names or WRITTEN_AS_TEXT.search(source) or "mark_row_by_hand(" in source)
