"""Finds names of clients that may be one client's: `Acme Ltd` and `ACME`, `Lindenhof Bistro` and `Bistro Lindenhof`.

By fingerprint, then by distance. Names alone are compared: never here, whether two rows are in fact one client.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

NEAR = 0.8
"""Likeness, from 0 to 1, from which a name is offered for one that is not known."""
TWIN = 0.9
"""Likeness from which two clients may be one."""
_FEWEST_LETTERS = 5
"""Of a name whose likeness says anything: two names of three letters differ by one."""

_LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        """
        ltd limited llc llp lp inc incorporated corp corporation co company plc pty gmbh ag kg ohg ug mbh gbr ev eg se
        sa sas sarl sl slu sll sau srl spa snc bv nv vof oy ab as aps hf kft zrt doo dd sro spzoo spolka zoo sp z o oo
        spk spj ооо зао оао ао пао ип тов the und and i y и e et
        """,
    )
)
"""Words that a name is written with or without."""


@lru_cache(maxsize=65_536)
def fingerprint(name: str) -> str:
    """Return what is the same for a name in any case, with or without accents and legal form, in any order of words."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o").replace("ß", "ss"))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = re.sub("([aou])e", r"\1", bare)  # Mueller is Müller
    words = re.findall(r"\w+", re.sub(r"(?<=\w)['’.](?=\w)", "", bare))
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(sorted(set(kept or words)))


def nearest(name: str, names: Iterable[str], limit: int) -> Sequence[str]:
    """Return the names that a name may be meant to be, the likeliest first: at most `limit`."""
    own = fingerprint(name)
    prints = {other: fingerprint(other) for other in names}
    scored = [(max(_likeness(own, print_), NEAR * _contains(own, print_)), other) for other, print_ in prints.items()]
    near = sorted((each for each in scored if each[0] >= NEAR), key=lambda each: (-each[0], each[1]))
    return [other for _, other in near[:limit]]


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names that may be one client's, two by two, in order.

    Only names that share a word or the first letters of one are compared, so that 10,000 names take a second.
    """
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        for key in _block_keys(fingerprint(name)):
            blocks[key].append(name)
    found: set[tuple[str, str]] = set()
    for block in blocks.values():
        if len(block) <= _LARGEST_BLOCK:
            found.update(_pairs_within(block))
    return sorted(found)


_LARGEST_BLOCK = 60
"""Names that share a word; one that more share, such as "group", says nothing."""


def _block_keys(print_: str) -> set[str]:
    return {print_, *(word[:4] for word in print_.split() if len(word) > 2)}


def _pairs_within(block: Sequence[str]) -> Iterable[tuple[str, str]]:
    for at, one in enumerate(block):
        for other in block[at + 1 :]:
            if _likeness(fingerprint(one), fingerprint(other)) >= TWIN:
                first, second = sorted((one, other))
                yield first, second


def _likeness(one: str, other: str) -> float:
    """Return how alike two fingerprints are, from 0 to 1."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _FEWEST_LETTERS or _numbers(one) != _numbers(other):
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
        return 0.0
    return matcher.ratio()


def _contains(one: str, other: str) -> bool:
    """Whether a name is another with more words: `Acme` and `Acme Outdoor`."""
    few, many = sorted((set(one.split()), set(other.split())), key=len)
    return few < many and sum(map(len, few)) >= _FEWEST_LETTERS - 1


def _numbers(print_: str) -> list[str]:
    """Return the numbers of a name: Shop 1 and Shop 2 are two clients, however alike."""
    return re.findall(r"\d+", print_)
