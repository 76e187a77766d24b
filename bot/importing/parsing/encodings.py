"""Detects the encoding of a text file: UTF-8, UTF-16, UTF-32, or a code page of before them.

Never here: how a code page is told by its words (`bot.importing.parsing.code_pages`).
"""

import codecs
import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from bot.importing.errors import ImportFileError
from bot.importing.parsing import code_pages

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
_BLOCK = 1 << 20


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
    return Encoding(_detect_code_page(path))


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


def is_mangled(text: str) -> bool:
    """Whether letters of a text are lost, or were decoded wrongly before the file was written: ``CafÃ©`` for Café."""
    if text.isascii():
        return False
    if "\ufffd" in text:
        return True
    for pattern, back in _mangled_forms():
        if pattern.fullmatch(text):
            meant = text.translate(back).encode("latin-1").decode("utf-8", "ignore")
            if _EUROPEAN.search(meant):
                return True
    return False


def has_lost_letters(name: str) -> bool:
    """Whether question marks stand in the place of a name's letters: ``?ó?ta`` of Żółta."""
    return bool(_LOST_LETTER.search(name))


_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]|(?:^|\s)\?+[^\W\d_]")


@cache
def _mangled_forms() -> tuple[tuple[re.Pattern[str], dict[int, int]], ...]:
    """Return how UTF-8 looks in each code page of Windows that it is decoded with, and the bytes of its letters."""
    forms = []
    for name in ("cp1252", "cp1251", "cp1250"):
        letters = [bytes([byte]).decode(name, "ignore") or chr(byte) for byte in range(0x100)]
        first, first_of_three, others = (
            "[" + re.escape("".join(letters[start:stop])) + "]"
            for start, stop in ((0xC2, 0xE0), (0xE0, 0xF0), (0x80, 0xC0))
        )
        least = "{2,}" if name == "cp1251" else "+"  # there is a word like one such letter
        part = f"[\\x00-\\x7f]*+(?:{first}{others}|{first_of_three}{others}{{2}})"
        back = {ord(letter): byte for byte, letter in enumerate(letters)}
        forms.append((re.compile(rf"(?:{part}){least}[\x00-\x7f]*+"), back))
    return tuple(forms)


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


def _detect_code_page(path: Path) -> str:
    words: dict[bytes, None] = {}
    possible = tuple(code_pages.NAMES)
    for block in read_blocks(path):
        if block.isascii():
            continue
        possible = tuple(name for name in possible if _decodes(block, name))
        if len(words) < code_pages.MAX_WORDS:
            words.update(dict.fromkeys(code_pages.find_words(block)))
    return code_pages.choose(words, possible)


def _decodes(block: bytes, encoding: str) -> bool:
    try:
        block.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
