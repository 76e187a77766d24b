"""No package in our locks has a hole that is known: by an offline list, of 27 November 2026.

The list (`known_holes.toml`) holds what was looked up by hand; a hole that was published since, or overlooked, passes
here. Where the network is, `pip-audit -r requirements.lock` asks the database itself: run it before each release.
"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "tests/requirements.lock")
LIST = tomllib.loads((ROOT / "tests/known_holes.toml").read_text())


def locked(lock: str) -> set[tuple[str, Version]]:
    """The packages of a lock; one may be there in two versions, for two Pythons."""
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {(name, Version(version)) for name, version in found}


def holes_of(packages: set[tuple[str, Version]]) -> list[str]:
    return [
        f"{name} {version}: {hole['id']}, {hole['what']}"
        for name, version in sorted(packages)
        for hole in LIST["hole"]
        if hole["package"] == name and SpecifierSet(hole["affected"], prereleases=True).contains(version)
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_of_a_lock_has_a_hole_that_is_known(lock: str) -> None:
    assert holes_of(locked(lock)) == []


def test_a_version_with_a_hole_is_found_and_the_first_one_without_it_is_not() -> None:
    assert [told.partition(",")[0] for told in holes_of({("h11", Version("0.15.0"))})] == ["h11 0.15.0: CVE-2025-43859"]
    assert holes_of({("h11", Version("0.16.0"))}) == []


def test_the_list_says_its_date_and_names_each_hole_of_a_locked_package_once() -> None:
    names = {name for lock in LOCKS for name, _ in locked(lock)}
    assert {hole["package"] for hole in LIST["hole"]} <= names, "no longer in a lock: take it out of the list"
    assert len({hole["id"] for hole in LIST["hole"]}) == len(LIST["hole"])
    assert f"{LIST['as_of']:%-d %B %Y}" in (__doc__ or "")
