"""Detects the encoding of a text file: UTF-8, UTF-16, or one of the three Windows code pages of Europe.

The code pages differ in what the bytes from 0x80 mean. Each is tried on the file's own words, and the one whose
results look most like words wins: Cyrillic letters stand together, accented Latin letters among plain ones, and some
letters never before a vowel.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from bot.importing.errors import ImportFileError

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a file begins with that says its encoding; that of UTF-16 is the start of one of UTF-32."""
_EUROPEAN = re.compile(r"[\u00a0-\u024f\u0400-\u045f\u0490\u0491\u2010-\u2044\u20ac\u2116\u2122]")
_UNDECODED = re.compile(r"[\udc80-\udcff]")
WINDOWS = ("cp1252", "cp1250", "cp1251")
_BLOCK = 1 << 20
_MAX_WORDS = 3000
"""Different words after which no more are collected: enough to decide."""
_MAX_BLOCKS = 16
"""Blocks in which words are collected, of those that have letters beyond ASCII."""
_MAX_WORD_BYTES = 60
"""A longer run of letters is no word."""

_VOWELS = frozenset("aeiouyAEIOUYáéíóúÁÉÍÓÚ")
_COMMON = {
    "cp1250": frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáéíúýčďěňřšťůžÁÉÍÚÝČĎĚŇŘŠŤŮŽäöüßÄÖÜőűŐŰ"),
    "cp1252": frozenset("áéíóúñüÁÉÍÓÚÑÜäöüßÄÖÜàèùçâîôûëïÀÈÇãõÃÕåøÅØ¿¡"),
}
_RARE = frozenset("êÊœŒæÆîÎŕŔľĽĺĹţŢđĐ")
"""Letters of languages that the README does not promise: they count for less."""
_BEFORE_NO_VOWEL = frozenset("ćńśźĆŃŚŹ")
"""Polish spells these with an i before a vowel."""


class Encoding(NamedTuple):
    """How a text file is decoded."""

    name: str
    """Python's name for it."""
    errors: str = "strict"
    """``replace`` where a byte here and there can't be decoded: its cell then has U+FFFD in it, and is refused."""


def detect_encoding(path: Path) -> Encoding:
    """Return the encoding of a text file.

    A byte here and there that UTF-8 can't decode costs its cell, and makes no code page of the whole file.

    Raises:
        ImportFileError: when it can't be detected, or is not what the file claims.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return _require_encoding(path, encoding)
    # in UTF-16 each Latin letter, sign and digit has a zero byte, in UTF-32 three; a few alone mean nothing
    zeros = [start[at::4].count(0) for at in range(4)]
    if sum(zeros) > len(start) / 10:
        half = len(start) / 8
        if min(zeros[1], zeros[2]) > half:
            return _require_encoding(path, "utf-32-le" if zeros[0] < zeros[3] else "utf-32-be")
        return _require_encoding(path, "utf-16-le" if zeros[1] + zeros[3] > zeros[0] + zeros[2] else "utf-16-be")
    right, broken = _count_utf8(path)
    if not broken or right >= broken:
        return Encoding("utf-8", "replace" if broken else "strict")
    return Encoding(_detect_windows_encoding(path))


def _count_utf8(path: Path) -> tuple[int, int]:
    """Count the letters beyond ASCII of European scripts that UTF-8 makes of a file, and the bytes it can't decode."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    right = broken = 0
    for block in chain(read_blocks(path), [b""]):
        text = decoder.decode(block, final=not block)
        if not text.isascii():
            right += len(_EUROPEAN.findall(text))
            broken += len(_UNDECODED.findall(text))
    return right, broken


def _require_encoding(path: Path, encoding: str) -> Encoding:
    if encoding == "utf-8-sig":
        right, broken = _count_utf8(path)
        if right >= broken:
            return Encoding(encoding, "replace" if broken else "strict")
    elif _is_readable(path, encoding):
        return Encoding(encoding)
    raise ImportFileError(f"the file says that it is {encoding.upper()}, but it is not: save it as CSV UTF-8")


def read_blocks(path: Path) -> Iterable[bytes]:
    """Read a file in blocks of a mebibyte."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _is_readable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in read_blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@cache
def _word_pattern() -> re.Pattern[bytes]:
    """Match words with at least one byte that differs between the code pages, and the digit after them if any."""
    distinctive = bytes(byte for byte in range(0x80, 0x100) if _is_distinctive(byte))
    high = b"[" + re.escape(distinctive) + b"]"
    return re.compile(b"(?<![A-Za-z])[A-Za-z]*+" + high + b"(?:[A-Za-z]|" + high + b")*+[0-9]?")


def find_words(block: bytes) -> list[bytes]:
    """Return the words that tell the code pages apart."""
    return [word for word in _word_pattern().findall(block) if len(word) <= _MAX_WORD_BYTES]


def _is_distinctive(byte: int) -> bool:
    meanings = {bytes([byte]).decode(name, "replace") for name in WINDOWS}
    return len(meanings) > 1 or any(meaning.isalpha() for meaning in meanings)


def _detect_windows_encoding(path: Path) -> str:
    words: Counter[bytes] = Counter()
    possible = list(WINDOWS)
    looked_at = 0
    for block in read_blocks(path):
        if block.isascii():
            continue
        possible = [name for name in possible if _decodes(block, name)]
        looked_at += 1
        if len(words) < _MAX_WORDS and looked_at <= _MAX_BLOCKS:
            words.update(find_words(block))
    return _choose_best({name: _score_words(words, name) for name in possible}, words)


def _decodes(block: bytes, encoding: str) -> bool:
    try:
        block.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _choose_best(scores: dict[str, float], words: Counter[bytes]) -> str:
    if not scores:
        raise ImportFileError("its letters are in an encoding that is not known here: save it as CSV UTF-8")
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    best = ranked[0]
    for other in ranked[1:]:
        differs = any(word.decode(best) != word.decode(other) for word in words)
        if differs and scores[best] - scores[other] < 0.5:
            names = f"{best.replace('cp', 'Windows-')} or {other.replace('cp', 'Windows-')}"
            raise ImportFileError(f"its letters could be {names}, and too few of them tell: save it as CSV UTF-8")
    return best


def _score_words(words: Counter[bytes], encoding: str) -> float:
    score = _score_cyrillic if encoding == "cp1251" else _score_latin
    return sum(score(word.decode(encoding), encoding) * min(count, 3) for word, count in words.items())


def _score_cyrillic(word: str, _encoding: str) -> float:
    russian = [letter for letter in word if "а" <= letter.lower() <= "я" or letter in "ёЁ№"]
    mixed = sum(1 for letter in word if letter.isascii() and letter.isalpha())
    odd = sum(1 for letter in word if not letter.isascii()) - len(russian)
    turned = any(a.islower() and b.isupper() for a, b in pairwise(word))
    return len(russian) - 3.0 * min(mixed, len(russian)) - 2.0 * odd - 3.0 * turned


def _score_latin(word: str, encoding: str) -> float:
    padded = f" {word} "
    neighbours = zip(padded, padded[1:], padded[2:], strict=False)
    total = sum(_score_letter(*letters, encoding) for letters in neighbours if not letters[1].isascii())
    accented = sum(1 for letter in word if not letter.isascii())
    crowded = accented >= 2 and accented > len(word) / 2 and (accented >= 3 or accented == len(word))
    return total - (1.5 * accented if crowded else 0)


def _score_letter(before: str, letter: str, after: str, encoding: str) -> float:
    """Score how well a letter fits between its neighbours: 1 for a common one, below 0 for one out of place."""
    if letter in "¿¡":
        return 1.0 if before == " " and (after.isupper() or after == " ") else -1.0
    if not letter.isalpha():  # ³ for ł, ¹ for ą, £ for Ł
        touching = before.isalpha() + after.isalpha()
        return -1.0 * touching or 0.25
    if _out_of_place(before, letter, after):
        return -1.0
    return 0.25 if letter in _RARE else 1.0 if letter in _COMMON[encoding] else -0.5


def _out_of_place(before: str, letter: str, after: str) -> bool:
    crowded = before.isalpha() and before not in _VOWELS and before not in "śńŚŃ"
    return (
        after.isdigit()
        or (letter.islower() and after.isupper())
        or (letter in _BEFORE_NO_VOWEL and after in _VOWELS)
        or (letter in "ñÑ" and after not in _VOWELS)
        or (letter in "ćĆ" and crowded)
    )
