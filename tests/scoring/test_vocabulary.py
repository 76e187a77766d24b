"""Each list of words stands once, in `scoring.vocabulary`: everybody else imports it."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from scoring import vocabulary
from scoring.vocabulary import COLOURS, METRICS, OBSERVATION_KINDS, is_worse

ROOT = Path(__file__).parent.parent.parent
LISTS = {name: frozenset(words) for name, words in vars(vocabulary).items() if isinstance(words, tuple | frozenset)}
PRETEND_SLACK = "practice"
"""The room that knows nothing of ours."""


def literals(tree: ast.AST) -> Iterator[tuple[int, frozenset[str]]]:
    """Find every tuple, list, set and row of arguments with only different words in it, by line.

    Left out are dictionaries, since labels are keyed by these words, lists that repeat a word, which are weighted, and
    `__all__`, which lists names of functions.
    """
    exported = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Assign) and "__all__" in names(node)}
    for node in ast.walk(tree):
        items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else getattr(node, "args", None)
        if not isinstance(items, list) or not isinstance(node, ast.expr) or id(node) in exported:
            continue
        words = [each.value for each in items if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if len(words) == len(set(words)):
            yield node.lineno, frozenset(words)


def names(assignment: ast.Assign) -> set[str]:
    return {target.id for target in assignment.targets if isinstance(target, ast.Name)}


def copies(source: str) -> list[tuple[int, str]]:
    """Find the lists of the vocabulary that source code writes out, by line."""
    return [
        (line, name)
        for line, words in literals(ast.parse(source))
        for name, listed in LISTS.items()
        if len(listed) > 1 and listed <= words
    ]


def test_no_list_of_words_is_written_out_a_second_time() -> None:
    files = [path for room in ("bot", "handlers", "scoring") for path in sorted((ROOT / room).rglob("*.py"))]
    found = {
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in files
        if PRETEND_SLACK not in path.parts and path != Path(vocabulary.__file__)
        for line, name in copies(path.read_text())
    }
    assert len(files) > 100
    assert found == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('MOODS = ("unhappy", "uneasy", "neutral", "pleased")', ["MOODS"]),
        ('choice("reporting", "month", "quarter")', ["REPORTING_PERIODS"]),
        ('if colour in {"red", "amber", "green", None}: ...', ["COLOURS"]),
        ('{"reached": "We were in touch", "attempt": "No answer"}', []),
        ('random.choice(("out", "out", "in"))', []),
        ('("spend", "leads")', []),
        ('Colour = Literal["green", "amber", "red"]', ["COLOURS"]),
    ],
)
def test_a_copy_is_found_in_whatever_order_and_shape(source: str, found: list[str]) -> None:
    assert [name for _, name in copies(source)] == found


def test_no_list_has_a_word_twice() -> None:
    for name in LISTS:
        words = list(getattr(vocabulary, name))
        assert len(words) == len(set(words)) > 0, name


def test_the_groups_are_parts_of_what_they_group() -> None:
    whole = {
        "FULLY_WATCHED": "STATUSES",
        "WRITTEN_CHANNELS": "CHANNELS",
        "BILLED_STATUSES": "INVOICE_STATUSES",
        "MONEY_METRICS": "METRICS",
        "GOAL_METRICS": "METRICS",
    } | dict.fromkeys(("GOODWILL_KINDS", "RECAP_KINDS", "ENGAGEMENT_KINDS"), "OBSERVATION_KINDS")
    for part, all_of_them in whole.items():
        assert LISTS[part] < LISTS[all_of_them], part
    assert not LISTS["METRICS"] & LISTS["OBSERVATION_KINDS"]
    assert (METRICS[0], OBSERVATION_KINDS[0]) == ("spend", "complaint")


def test_a_colour_is_worse_than_those_before_it_and_than_no_other() -> None:
    worse = [(colour, than) for colour, than in product((*COLOURS, None, "blue"), repeat=2) if is_worse(colour, than)]
    assert worse == [("amber", "green"), ("red", "green"), ("red", "amber")]
