"""What the README promises of `scoring` to whoever calls it from Python: these functions, from these paths, no more."""

import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scoring.assessment import Assessment
from scoring.facts import Client, Portfolio
from scoring.forecast import Forecast
from scoring.payer import Payer
from scoring.policy import Policy

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
FACE = {
    "scoring.forecast.month_end": ("history", "as_of"),
    "scoring.forecast.quarter_end": ("history", "as_of"),
    "scoring.signals.results.shock": ("values", "timestamps"),
    "scoring.signals.money.payer": ("history", "as_of"),
    "scoring.assess.assess": ("client", "portfolio", "policy", "now"),
}


def public(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", FACE)
def test_each_function_takes_what_is_promised_by_position_or_by_name(path: str) -> None:
    parameters = inspect.signature(public(path)).parameters.values()
    assert tuple(parameter.name for parameter in parameters) == FACE[path]
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


def test_the_readme_names_these_functions_and_no_other() -> None:
    table = README.split("### The judgement from Python\n")[1].split("```python")[0]
    named = re.findall(r"^\| `(scoring[\w.]+)\((.*?)\)`", table, re.MULTILINE)
    assert {path: tuple(arguments.split(", ")) for path, arguments in named} == {
        path: arguments for path, arguments in FACE.items() if not path.endswith("quarter_end")
    }
    assert "`quarter_end` likewise" in table
    assert "`scoring.shock.SHOCK`" in table


def test_each_answer_has_what_is_promised() -> None:
    day = date(2026, 11, 20)
    forecast = public("scoring.forecast.month_end")({day: 100.0}, as_of=day)
    assert isinstance(forecast, Forecast)
    assert [field.name for field in fields(forecast)] == ["low", "mid", "high"]
    scores = public("scoring.signals.results.shock")(
        [1.0] * 3, [datetime(2026, 11, 1 + n, tzinfo=UTC) for n in range(3)]
    )
    assert scores == [0.0, 0.0, 0.0]
    assert 0 < importlib.import_module("scoring.shock").SHOCK < 1
    paid = public("scoring.signals.money.payer")([], as_of=day)
    assert isinstance(paid, Payer)
    assert (paid.expected_days_late, paid.chance_late_10, paid.turning) == (None, None, False)
    now = datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(hours=1)
    judged = public("scoring.assess.assess")(Client(1, "lost", UTC), Portfolio(), Policy(), now)
    assert isinstance(judged, Assessment)
    assert (judged.signals, judged.risk, judged.colour, judged.priority) == ((), 0, "green", 0)


def test_the_standard_library_is_enough() -> None:
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "scoring").rglob("*.py")]
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import importlib; [*map(importlib.import_module, {modules})]"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
