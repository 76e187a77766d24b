"""Whether the tests would notice: faults put into the code one at a time. ``python -m tests.benchmarks.faults [ROOM]``.

Each is a sign, an off-by-one, a swapped window, a dropped rule: a text of a file and what it is replaced by, in a copy
of the tree that is thrown away. ROOM is `scoring`, `parsing`, `files` or `importing`; without one it is all. The tests
of that file run first, then those of its whole room, each with the same examples every time; a fault is caught where
one of them fails. A text that is not there exactly once stops all, so that the tables keep up with the code; so does a
test that fails without any fault.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.benchmarks.file_faults import FILE_FAULTS
from tests.benchmarks.importing_faults import IMPORTING_FAULTS
from tests.benchmarks.parsing_faults import PARSING_FAULTS, Fault

ROOT = Path(__file__).parents[2]
ROOMS = {
    "scoring": "scoring",
    "parsing": "bot/importing/parsing",
    "files": "bot/importing/parsing",
    "importing": "bot/importing",
}
WHOLE_ROOM = {
    "scoring": ("tests/scoring/test_assess.py", "tests/scoring/test_laws.py"),
    "parsing": ("tests/bot/importing/parsing/test_values.py",),
    "files": tuple(
        f"tests/bot/importing/parsing/test_{name}.py" for name in ("text_tables", "xlsx", "encodings", "foreign")
    ),
    "importing": ("tests/bot/importing/test_formats.py", "tests/bot/importing/test_answers.py"),
}
EVERYTHING = ("bot", "handlers", "scoring", "migrations", "tests")
FOLDERS = {"scoring": ("scoring", "tests/scoring"), "parsing": EVERYTHING, "files": EVERYTHING, "importing": EVERYTHING}
ELSEWHERE = {
    "pacing.py": ("tests/scoring/signals/test_results.py",),
    "invoice_lines.py": ("tests/bot/importing/test_grouping.py",),
    "repeated_keys.py": ("tests/bot/importing/test_grouping.py",),
}
"""Files whose tests have another name."""
AT_ONCE = 2
LONGEST = 600  # seconds for one fault: tests that hang have noticed, too

SCORING_FAULTS: tuple[Fault, ...] = (
    ("assess.py", "safe *= 1 - weight * severity", "safe *= 1 + weight * severity"),
    ("assess.py", "* (1 - policy.goodwill_weight", "* (1 + policy.goodwill_weight"),
    ("assess.py", "if risk >= policy.red_risk", "if risk > policy.red_risk"),
    ("assess.py", "priority=risk * factors.product", "priority=risk"),
    ("assess.py", "policy.new_client_days + 1)", "policy.new_client_days)"),
    ("assess.py", "return (on - start).days / (last", "return (last - on).days / (last"),
    ("assess.py", "if factors_until and until and factors_until < until:", "if False:"),
    ("assessment.py", "self.value * self.relationship * self.timing * self.effort", "self.value * self.relationship"),
    ("value.py", "1 + log2(worth) / 2", "1 - log2(worth) / 2"),
    ("value.py", "renewals = rate * (1 + renewals)", "renewals = rate + renewals"),
    ("dates.py", "for n in range(1, (b - a).days + 1)", "for n in range((b - a).days + 1)"),
    ("metric_window.py", "timedelta(days=day + 1)", "timedelta(days=day)"),
    ("metric_window.py", "middle = max(0, stop - recent_days)", "middle = max(0, stop - prior_days)"),
    ("forecast.py", "_STEADY_HALF_LIFE, _STEADY_ODD = 7 * _FOUR_WEEKS, 14", "_STEADY_HALF_LIFE, _STEADY_ODD = 28, 7"),
    ("forecast.py", "mid = so_far + belief * level", "mid = so_far + level"),
    ("shock.py", "_RHYTHM_CYCLES = 21", "_RHYTHM_CYCLES = 14"),
    ("shock.py", "if earliest <= at < slot - near", "if earliest <= at <= slot - near"),
    ("shock.py", "distance * _DIP", "distance"),
    ("payer.py", "-2.2, 1.0, 0.15, 0.3", "-2.2, 0.3, 0.15, 1.0"),
    ("payer.py", "for days in completed[-3:]", "for days in completed[-4:]"),
    ("signals/results.py", "elapsed / len(plan.by_day) / 2)", "elapsed / len(plan.by_day))"),
    ("signals/results.py", 'outlook.direction == "under" or not subject', 'outlook.direction == "over" or not subject'),
    ("signals/results.py", "outlook.strength >= 1 and", ""),
    ("signals/results.py", "stays = is_open and", "stays = False and"),
    ("signals/results.py", "dark >= _DARK_DAYS", "dark > _DARK_DAYS"),
    ("signals/results.py", "(plan.end - ctx.on).days - 1", "(plan.end - ctx.on).days"),
    ("receivables.py", "invoice.due_on < day <=", "invoice.due_on <= day <="),
    ("signals/money.py", "(past.kept_days or 0) + 1", "(past.kept_days or 0)"),
    ("signals/fees.py", "known.total(middle, end)", "known.total(middle - 1, end)"),
    ("signals/contact.py", "if on >= due_on:", "if on > due_on:"),
    ("signals/contract.py", "elif on >= ends_on - _NEARER:", "elif on > ends_on - _NEARER:"),
    ("signals/recap.py", "if last_call < day and workdays_between", "if last_call > day and workdays_between"),
    ("signals/feedback.py", "recent >= policy.complaint_repeats", "recent > policy.complaint_repeats"),
    ("signals/feedback.py", "average - score >= policy.survey_fall", "score - average >= policy.survey_fall"),
    ("signals/engagement.py", "since = figures[-recent][0] - _BASELINE", "since = figures[-recent][0] + _BASELINE"),
    ("signals/costs.py", 'client.lags.get("conversions", _LATE) * DAY', "0 * DAY"),
    ("signals/falls.py", "return not self.is_over", "return self.is_over"),
    ("signals/falls.py", "self.stretch.times >= 1 + by", "self.stretch.times >= 1 - by"),
    ("signals/falls.py", "skipped = max(0, len(parts) - max(0, (end - known.resolved_on).days))", "skipped = 0"),
    ("sequential.py", "(awaited * _DRIFT - total * _LOG)", "(total * _LOG - awaited * _DRIFT)"),
    ("sequential.py", "-total / limit_of_sum, under / limit", "total / limit_of_sum, over / limit"),
    ("sequential.py", "inv_cdf(1 - chance / 8)", "inv_cdf(1 - chance / 2)"),
    ("plan.py", "target = whole * (1 - (begin - start)", "target = whole * (1 + (begin - start)"),
    ("plan.py", "weights[(day - begin).days] = 0.0", "weights[(day - begin).days] *= 1.0"),
    ("signals/costs.py", "for each in past if", "for each in [*past, cost] if"),
    ("signals/rates.py", "fall.severity(limit) / _worth", "fall.severity(limit) * _worth"),
    ("signals/context.py", "found is None or found.series is not series", "found is None"),
    ("signals/delivery.py", "_MISSED_DAYS = 2", "_MISSED_DAYS = 1"),
    ("signals/margin.py", "(low - left)", "(left - low)"),
    ("signals/work.py", "elif ctx.on <= due_on:", "elif ctx.on < due_on:"),
)


FAULTS = {"scoring": SCORING_FAULTS, "parsing": PARSING_FAULTS, "files": FILE_FAULTS, "importing": IMPORTING_FAULTS}


def tests_of(room: str, file: str) -> list[str]:
    """Name the tests to run for a fault in a file: its own first."""
    folder, name = Path("tests") / ROOMS[room] / Path(file).parent, f"test_{Path(file).name}"
    own = [str(folder / name)] if (ROOT / folder / name).exists() else []
    own += ELSEWHERE.get(file, ())
    return [*own, *(path for path in WHOLE_ROOM[room] if path not in own)]


def with_fault(room: str, fault: Fault) -> str:
    """Give a file's text with the fault in it. Raises SystemExit where the text to replace is not there once."""
    file, before, after = fault
    text = (ROOT / ROOMS[room] / file).read_text()
    if text.count(before) != 1:
        raise SystemExit(f"{file}: {before!r} is there {text.count(before)} times; look at the table of faults")
    return text.replace(before, after)


def passes(room: str, tests: Iterable[str], changed: tuple[str, str] | None = None) -> bool:
    """Tell whether tests pass in a copy of the tree, with one file of a room replaced where one is given."""
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place)
        for folder in FOLDERS[room]:
            shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        if changed:
            (tree / ROOMS[room] / changed[0]).write_text(changed[1])
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "--hypothesis-seed=1", *tests]
        try:
            done = subprocess.run(command, cwd=tree, capture_output=True, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode not in (0, 1):
            raise SystemExit(f"the tests could not run:\n{done.stdout.decode()}{done.stderr.decode()}")
        return done.returncode == 0


def caught(room: str, fault: Fault) -> tuple[Fault, bool, float]:
    """Tell whether the tests notice a fault, and the seconds it took."""
    begun = time.perf_counter()
    found = not passes(room, tests_of(room, fault[0]), (fault[0], with_fault(room, fault)))
    return fault, found, time.perf_counter() - begun


def check(room: str) -> int:
    """Print each fault of a room, caught or missed, and return how many were missed."""
    faults = FAULTS[room]
    for fault in faults:
        with_fault(room, fault)
    missed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sound = pool.submit(passes, room, sorted({test for file, _, _ in faults for test in tests_of(room, file)}))
        for (file, before, after), found, took in pool.map(partial(caught, room), faults):
            missed += not found
            print(f"{'caught' if found else 'MISSED'} {took:5.1f} s  {file:24} {before}  ->  {after}", flush=True)
        if not sound.result():
            raise SystemExit("the tests fail without any fault")
    print(f"{room}: {len(faults) - missed} of {len(faults)} caught")
    return missed


def main() -> None:
    """Check the rooms that are named, else both; raises SystemExit where a fault was missed."""
    if sum([check(room) for room in sys.argv[1:] or FAULTS]):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
