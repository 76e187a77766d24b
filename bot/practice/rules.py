"""Rules for one JSON value each, and the report that they write their complaints into.

Here: the small alphabet from which `elements` and `blocks` spell Block Kit (a string of some length, one of some
words, an object with these fields …). Never here: anything that knows a block by its name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Rule = Callable[[Any, str, "Report"], None]
"""A rule is given a value and its JSON pointer, and adds what is wrong with the value to the report."""


@dataclass(slots=True)
class Report:
    """What is wrong with a payload, in Slack's own words, each problem with a pointer to its place."""

    surface: str
    problems: list[str] = field(default_factory=list)

    def add(self, problem: str, pointer: str) -> None:
        """Add one problem at one place."""
        self.problems.append(f"{problem} [json-pointer:{pointer}]")


def string(most: int, least: int = 1) -> Rule:
    """A string of `least` to `most` characters."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must be a string", at)
        elif len(value) > most:
            report.add(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", at)

    return check


def matching(pattern: str, meaning: str) -> Rule:
    """A string that matches the whole pattern; `meaning` says in words what that is."""
    form = re.compile(pattern)

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            report.add(f"must be {meaning}", at)

    return check


def link(most: int = 3000) -> Rule:
    """An address of at most `most` characters with a scheme that Slack follows."""
    length = string(most)

    def check(value: Any, at: str, report: Report) -> None:
        length(value, at, report)
        if isinstance(value, str) and not re.match(r"(https?://|mailto:|slack://|tel:)", value):
            report.add("must be a valid URL", at)

    return check


def boolean(value: Any, at: str, report: Report) -> None:
    """True or false, and not their spellings."""
    if not isinstance(value, bool):
        report.add("must be a boolean", at)


def integer(least: int, most: int = 2**53) -> Rule:
    """A whole number from `least` to `most`."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add("must be an integer", at)
        elif not least <= value <= most:
            report.add(f"must be between {least} and {most}", at)

    return check


def number(value: Any, at: str, report: Report) -> None:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        report.add("must be a number", at)


def one_of(*words: str) -> Rule:
    """One of these words."""

    def check(value: Any, at: str, report: Report) -> None:
        if value not in words:
            report.add(f"must be one of: {', '.join(words)}", at)

    return check


def anything(value: Any, at: str, report: Report) -> None:
    """A value that is checked elsewhere."""
    del value, at, report


def items(rule: Rule, *, least: int = 1, most: int = 2**31) -> Rule:
    """A list of `least` to `most` things, each by `rule`."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must be an array", at)
            return
        if len(value) > most:
            report.add(f"no more than {most} items allowed", at)
        if len(value) < least:
            report.add(f"must have at least {least} items", at)
        for index, item in enumerate(value):
            rule(item, f"{at}/{index}", report)

    return check


def shape(fields: Mapping[str, Rule], required: tuple[str, ...] = (), then: Rule | None = None) -> Rule:
    """An object with these fields and no others; `then` is given it once its fields are right."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must be an object", at)
            return
        before = len(report.problems)
        for name in required:
            if value.get(name) is None:
                report.add(f"missing required field: {name}", at)
        for name, item in value.items():
            rule = fields.get(name)
            if rule is None:
                report.add(f"invalid additional property: {name}", at)
            elif item is not None:
                rule(item, f"{at}/{name}", report)
            elif name not in required:
                report.add("must not be null", f"{at}/{name}")
        if then is not None and len(report.problems) == before:
            then(value, at, report)

    return check


def everywhere(kind: str, surface: str) -> bool:
    """The condition of a kind that is allowed on every surface."""
    del kind, surface
    return True


def kinds(table: Mapping[str, Rule], allowed: Callable[[str, str], bool] = everywhere) -> Rule:
    """An object whose `type` names its rule in `table`; `allowed(type, surface)` says whether it may stand here."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must be an object", at)
            return
        kind = value.get("type")
        if not isinstance(kind, str):
            report.add("missing required field: type", at)
        elif kind not in table or not allowed(kind, report.surface):
            report.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            table[kind](value, at, report)

    return check
