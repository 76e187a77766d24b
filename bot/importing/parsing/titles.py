"""Compares the titles of columns, and words, however they are typed."""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def normalize_title(name: str) -> str:
    """Return a title without case, accents, spaces and signs: ``Fecha de emisión`` as ``fecha_de_emision``."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "_", bare).strip("_")
