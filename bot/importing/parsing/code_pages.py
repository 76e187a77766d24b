"""Tells which code page a text was written in that is no Unicode, by how likely its words are in some language.

In each code page the bytes from 0x80 are other letters. A list's words are read in each, and each reading is compared
with the words of the languages of Europe: the names that the Unicode CLDR has for countries, languages and currencies,
by the letters that follow each other in them. Where two readings come close, nobody is to guess: it is refused.

`python -m tests.benchmarks encodings` measures it on lists of names in es, de, fr, pl, ru and uk, in all code pages
that they use. Right of 1 name 85%, of 3 names 95%, of 10 names 99%, of 30 and more all; the others are refused,
and none is wrong. On the same lists chardet 7.7 is right for 75% of 1 name and 83 to 85% of more, charset-normalizer
3.5 for 36% and 59 to 81%, and wrong for all others: neither says when it does not know.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import log

from babel import Locale

from bot.importing.errors import ImportFileError

NAMES = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "iso8859_2": "ISO 8859-2",
    "iso8859_15": "ISO 8859-15",
    "iso8859_5": "ISO 8859-5",
    "koi8_r": "KOI8-R",
    "koi8_u": "KOI8-U",
    "mac_roman": "Mac Roman",
    "mac_latin2": "Mac Central European",
    "mac_cyrillic": "Mac Cyrillic",
    "cp437": "DOS 437",
    "cp850": "DOS 850",
    "cp852": "DOS 852",
    "cp866": "DOS 866",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
}
"""The code pages that can be told, by Python's names for them: those of Windows first, which are the usual ones."""
_USUAL = {
    "cp1252": "áéíóúüñçàâèêëîïôœùûäößº",
    "cp1250": "ąćęłńóśźżäöüß",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
}
"""Those of Windows, which are what people have, and the letters of the languages that are promised."""
_POLISH = ("iso8859_2", "mac_latin2", "cp852")
_NEVER_FIRST = "îïëêûùßçª"
"""Letters that hardly any word begins with; in other code pages their bytes are capitals."""
_NEVER_SO = re.compile(r"[aeoá]á|[iu]á$|á[aeo]|ê[^bcghlmnpqrstvx]")
"""Where á is the ß of DOS, and ê the ę of Polish."""
_PLAIN_SIGNS = "«»–’€£№\u00a0"
_PRIOR = 10.0
"""How much likelier these are, where no other letters are in them."""
PROMISED = 6
LANGUAGES = (
    *("es", "pl", "ru", "de", "fr", "en"),
    *("uk", "cs", "sk", "hu", "pt", "it", "ro", "sv", "da", "nb", "fi", "nl", "hr", "sl", "ca"),
    *("bg", "sr", "be", "el", "tr", "lt", "lv", "et", "he", "ar"),
)
"""Those of `bot.importing.parsing.aliases`, of which there are so many, and others, for which more has to tell."""
_RARE = 6.0
"""How much less likely a list in one of the other languages is."""
MAX_WORDS = 400
"""Different words that are compared: more make no difference."""
_MAX_WORD_BYTES = 60
"""A longer run of letters is no word."""
_MARGIN = 4.0
"""How much likelier, as a natural logarithm, the best reading has to be than any other one."""
_ALONE = 4.0
"""How much likelier still where a single letter is all that tells."""
_LEAST = -6.5
"""The least likelihood of a letter, on average, at which a reading is believed at all."""
_STRANGE = -12.0
"""The likelihood of a letter that no word of a language has."""
_NEVER = -20.0
"""The likelihood of a control character, a piece of a frame, or any other sign that nobody writes in a name."""
_CASE = -7.0
"""The likelihood of a capital letter after a small one."""
_SIGN = -5.0
"""The likelihood of a sign beside a word."""
_TOUCHING = -11.0
"""That of one that no space parts from it."""
_SMOOTHING = 20.0
"""Letters' pairs, at which a pair counts as much as its second letter alone."""
_FOREIGN = 6.0
"""How much less likely a word of another language is than one of the list's own."""
_BEFORE_NO_VOWEL, _VOWELS = frozenset("ńśźŃŚŹ"), frozenset("aeouyąęó")
"""Polish spells these with an i before a vowel."""
_QUOTES = "«»“”„‘’‚‹›\"'"
_BEFORE, _AFTER = frozenset("«“„‘‚¿¡\u00a0"), frozenset("»”“’‘…\u00a0")
"""Those of them that people write right before or after a letter."""
_APART = frozenset("–—…•€£§°№®™©¿¡ªº·²³½¼\u00a0\u00ad" + _QUOTES)
"""Signs that people write between words and beside numbers."""
_ORDINAL = re.compile(r"(?:[0-9]+|[A-Za-z]{1,2})[ªº]")
"""As in "Nº factura" and "3ª planta"."""
_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]*+[\x80-\xff](?:[A-Za-z]|[\x80-\xff])*+")
_DIGIT_BEFORE = re.compile(rb"[0-9] ?$")


def find_words(block: bytes) -> list[bytes]:
    """Return the words that have a byte beyond ASCII in them, each with the digit before and after it, if any."""
    words = []
    for match in _WORD.finditer(block):
        start, end = match.span()
        if end - start <= _MAX_WORD_BYTES:
            before = _DIGIT_BEFORE.search(block, max(start - 2, 0), start)
            after = block[end : end + 1]
            # a sign alone stands by the amount before it
            digit = before[0].strip() if before and (end - start == 1 or not before[0].endswith(b" ")) else b""
            words.append(digit + match[0] + (after if after.isdigit() else b""))
    return words


def choose(words: Iterable[bytes], possible: Sequence[str]) -> str:
    """Return the code page, out of those that are possible, in which words are most likely to have been written.

    Raises:
        ImportFileError: when none makes words of them, or several do.
    """
    distinct = list(dict.fromkeys(words))[:MAX_WORDS]
    readings = {name: [word.decode(name) for word in distinct] for name in possible}
    scores = {name: _score(reading) + _PRIOR * _is_usual(name, reading) for name, reading in readings.items()}
    ranked = sorted(possible, key=scores.__getitem__, reverse=True)
    letters = sum(map(len, distinct))
    if not ranked or (letters and scores[ranked[0]] < _LEAST * letters):
        raise ImportFileError("its letters are in an encoding that is not known here: save it as CSV UTF-8")
    best = ranked[0]
    telling = sum(not letter.isascii() for word in readings[best] for letter in word)
    margin = _MARGIN + _ALONE / max(telling, 1)
    for other in ranked[1:]:
        alike = scores[best] - scores[other] < margin or (telling == 1 and _are_both_polish(best, other, readings))
        if alike and readings[other] != readings[best]:
            names = f"{NAMES[best]} or {NAMES[other]}"
            raise ImportFileError(f"its letters could be {names}, and too few of them tell: save it as CSV UTF-8")
    return best


def _are_both_polish(best: str, other: str, readings: Mapping[str, Sequence[str]]) -> bool:
    """Whether a single letter is a Polish one in two code pages: Świk and Ćwik are names, both of them."""
    return best == "cp1250" and other in _POLISH and _is_clean(readings[other], _USUAL[best])


def _is_usual(name: str, words: Sequence[str]) -> bool:
    """Whether words are in a code page of Windows and have only the letters of the languages that it is used for."""
    return name in _USUAL and _is_clean(words, _USUAL[name])


def _is_clean(words: Sequence[str], letters: str) -> bool:
    """Whether words have some of these letters, or amounts, and nothing else beyond ASCII that is out of place."""
    return any(letter in letters or letter.isdigit() for word in words for letter in word.lower()) and all(
        _ORDINAL.fullmatch(word)
        or (
            min(map(_score_signs, f" {word}", word, f"{word[1:]} ")) >= _SIGN
            and all(letter.isascii() or letter in letters or letter in _PLAIN_SIGNS for letter in word.lower())
            and word[0].lower() not in _NEVER_FIRST
            and not _NEVER_SO.search(word.lower())
        )
        for word in words
    )


def _score(words: Sequence[str]) -> float:
    """Return how likely words are, in the language in which they are most likely, as a natural logarithm."""
    each = [_score_word(word) for word in words]
    best = [max(scores) - _FOREIGN for scores in each]
    return max(
        sum(max(scores[at], other) for scores, other in zip(each, best, strict=True)) - (at >= PROMISED) * _RARE
        for at in range(len(LANGUAGES))
    )


@cache
def _score_word(word: str) -> tuple[float, ...]:
    """Return how likely a word is in each language."""
    if _ORDINAL.fullmatch(word):
        word = word[:-1]
    padded = f" {word} "
    written = sum(map(_score_signs, padded, padded[1:], padded[2:]))
    runs = re.findall(r"[^\W\d_ªº]+", word)
    scripts = [{unicodedata.name(letter, "?").split()[0] for letter in run} for run in runs]
    written += _STRANGE * sum(len(each) - 1 for each in scripts)
    lower = [f"  {run.lower()} " for run in runs]
    letters = [run[at : at + 3] for run in lower for at in range(len(run) - 2)]
    return tuple(written + sum(map(model.likelihood, letters)) for model in _models())


def _score_signs(before: str, sign: str, after: str) -> float:
    """Return how likely a letter's case is, or a sign that is no letter, between its neighbours."""
    if sign.isdigit() or sign == " ":
        return 0.0
    if sign.isalpha() and sign not in "ªº":
        return _score_place(before, sign, after)
    if sign not in _APART:
        return _NEVER
    if before.isalpha() and after.isalpha():
        return _TOUCHING if sign in "'’" else _NEVER
    touching = (after.isalpha() and sign not in _BEFORE) or (before.isalpha() and sign not in _AFTER)
    return _TOUCHING if touching else _SIGN


def _score_place(before: str, letter: str, after: str) -> float:
    """Return how likely a letter stands between its neighbours: a capital, beside a digit, before a vowel."""
    turned = before.islower() and letter.isupper()
    mixed = before.isupper() and letter.isupper() and after.islower() and after != "ß"
    hard = letter in _BEFORE_NO_VOWEL and after != "" and after.lower() in _VOWELS
    numbered = before.isdigit() + after.isdigit()
    return _CASE * (turned + mixed + numbered) + _STRANGE * hard


class _Model:
    """How likely a letter is in a language after the two before it."""

    def __init__(self, words: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        for word in words:
            padded = f"  {word} "
            for at in range(2, len(padded)):
                counts.update((padded[at], padded[at - 1 : at + 1], padded[at - 2 : at + 1]))
        self._counts = counts
        self._before: Counter[str] = Counter()
        for letters, count in counts.items():
            self._before[letters[:-1]] += count
        self._known: dict[str, float] = {}

    def likelihood(self, letters: str) -> float:
        """Return how likely the last of three letters is, as a natural logarithm; spaces begin and end a word."""
        found = self._known.get(letters)
        if found is None:
            share = 0.0
            for start in (2, 1, 0):
                part = letters[start:]
                share = (self._counts[part] + _SMOOTHING * share) / (self._before[part[:-1]] + _SMOOTHING)
            found = self._known[letters] = max(log(share), _STRANGE) if share else _STRANGE
        return found


@cache
def _models() -> tuple[_Model, ...]:
    return tuple(_Model(_list_words(language)) for language in LANGUAGES)


def _list_words(language: str) -> Iterable[str]:
    locale = Locale(language)
    cities = [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
    known = (locale.territories, locale.languages, locale.scripts, locale.currencies, dict(enumerate(cities)))
    for names in known:
        for name in names.values():
            yield from re.findall(r"[^\W\d_]+", name.lower())
