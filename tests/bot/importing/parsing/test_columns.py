"""The kinds of file are what the README says they are."""

import re
from pathlib import Path

import pytest

import bot
from bot.importing.mapping.registry import IMPORT_SPECS
from bot.importing.parsing.columns import KEYS, KINDS

README = (Path(bot.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
TABLE = README.split("| kind | columns", 1)[1].split("\n\n", 1)[0]


def test_every_kind_has_columns_an_import_spec_and_a_key() -> None:
    assert set(KINDS) == set(IMPORT_SPECS) == set(KEYS)
    for kind, columns in KINDS.items():
        assert set(KEYS[kind]) <= {column.name for column in columns}


@pytest.mark.parametrize("kind", KINDS)
def test_the_readme_lists_the_columns_of_a_kind_and_says_which_are_needed(kind: str) -> None:
    (told,) = re.findall(rf"^\| {kind} \| (.*) \|$", TABLE, re.MULTILINE)
    listed = re.sub(r"\([^)]*\)", "", told).replace(" ", "").split(",")
    assert [name.strip("*") for name in listed] == [column.name for column in KINDS[kind]]
    assert [name.strip("*") for name in listed if name.startswith("**")] == [
        column.name for column in KINDS[kind] if column.required
    ]
    choices = dict(re.findall(r"([a-z_]+)\*{0,2} \(([a-z_, ]+)\)", told))
    for column in KINDS[kind]:
        if column.type == "choice" and column.name in choices:
            assert tuple(choices[column.name].split(", ")) == column.choices
