"""Tells what a row is by its form alone: the column names, data, a total, a section's title, or a footer.

Never here: how a row is split into cells, and which titles are column names.
"""

import re
from collections.abc import Container, Iterable, Sequence

from bot.importing.parsing.cells import Cell, display_text, is_blank, is_formula_error
from bot.importing.parsing.table import HeaderScore

HEADER_ROWS = 40
"""Rows with something in them, among which the one with the column names is."""

_TOTAL = (
    r"(?:(?:grand|sub|account|overall|report|page|running)[\s-]*+)?totals?|totales|totaux"
    r"|(?:gesamt|zwischen|end)?summen?|gesamt(?:ergebnis|betrag)?|teilergebnis|insgesamt"
    r"|razem|suma(?:\s(?:końcowa|częściowa|całkowita|total))?|ogółem|łącznie"
    r"|(?:общий\s|промежуточный\s)?итоги?|итого|всего|subtotal(?:es)?"
)
"""Words that make a total of a label wherever they stand in it."""
_MAYBE_TOTAL = (
    r"sum|overall|average|avg|mean|ergebnis|durchschnitt|mittelwert|podsumowanie|średnia|сумма|среднее|promedio|media"
)
"""Words that do so only where nothing else stands beside them."""
_TOTAL_LABEL = re.compile(
    rf"[\W_]*+(?:(?:{_TOTAL}|{_MAYBE_TOTAL})(?:[\W_]*+|\s*+[:(–—-].*+)"
    rf"|(?:{_TOTAL})\s.*+|.*\S[\s:–—-]++(?:{_TOTAL}|ergebnis)[\W_]*+|results\sfrom\s\d.*+)",
    re.IGNORECASE | re.DOTALL,
)
_BARE_TOTAL = re.compile(rf"[\W_]*+(?:{_TOTAL})[\W_]*+", re.IGNORECASE)
_SECTION_LABEL = re.compile(
    r"current|not\s(?:yet\s)?due|no\sdue\sdate|overdue|past\sdue"
    r"|[<>≥≤]?\s?\d{1,3}\+?(?:\s?(?:-|–|—|to|bis|do|a|до)\s?\d{1,3}|\sor\smore|\sand\sover|\sor\sless)?"
    r"\s(?:days?|tage?n?|dni|d[ií]as?|дн(?:ей|я)?)\b.*+"
    r"|(?:over|above|under|über|unter|ponad|powyżej|más\sde|более|свыше)\s\d{1,3}\b.*+",
    re.IGNORECASE | re.DOTALL,
)
_FOOTER_LABEL = re.compile(
    r"©.*+|\(c\)\s.*+|copyright\b.*+|all\srights\sreserved.*+|powered\sby\b.*+"
    r"|(?:report\s|data\s|file\s)?(?:was\s)?(?:generated|exported|created|downloaded|printed|produced|prepared|last\supdated)"
    r"\s(?:on|by|at|with|from|in|:).*+"
    r"|(?:generated|exported|created|downloaded|printed|source|disclaimer|filters?|rows|records|report\s(?:time|name))\s?:.*+"
    r"|(?:erstellt|exportiert|gedruckt|generiert|stand)\s?(?:am|von|mit|:)\s.*+|stand:?\s\d.*+"
    r"|(?:wygenerowano|wyeksportowano|utworzono|wydrukowano|źródło|stan\sna)\b.*+"
    r"|(?:generado|exportado|creado|impreso|fuente)\b(?:\s(?:el|por|con|en|de)\b|\s?:).*+"
    r"|(?:сформирован|создан|выгружен|экспортирован|напечатан)[оаы]?\b.*+|источник\s?:.*+"
    r"|(?:page|seite|strona|página|pagina|страница|стр\.)\s\d++(?:\s?(?:of|von|z|de|из|/)\s?\d++)?"
    r"|(?:accrual|cash)\sbasis\b.*+|.*\b(?:accrual|cash)\sbasis"
    r"|-*+\s*+end\sof\s(?:report|file|data).*+|#(?![A-Z0-9/]++[!?]?$).*+",
    re.IGNORECASE | re.DOTALL,
)
_FIGURE = re.compile(
    r"[^\w]*+(?:[A-Z]{3}\s?)?[^\w]*+\d[\d\s.,'’:]*+(?:%|h|h\s?\d++m(?:in)?|[^\w\s]|\s?[^\W\d_]{1,3}\.?)?[^\w]*+"
)
_DAY = re.compile(r"\d{1,4}([./-])\d{1,2}(?:\1\d{1,4}\.?)(?:\s.*+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def choose_header(rows: Iterable[Sequence[Cell]], header_score: HeaderScore) -> tuple[int, int]:
    """Return which of a file's first rows has the column names, from 0, and its score.

    It is the first of those that name the most columns. Where none names any, or a row below the fullest one names but
    one, as data may by chance, it is the first one with the most cells filled, so that its titles can be shown.
    """
    best, score, widest, width = 0, 0, 0, 0
    for at, cells in enumerate(rows):
        named = header_score(cells)
        if named > score:
            best, score = at, named
        filled = sum(not is_empty(cell) for cell in cells)
        if filled > width:
            widest, width = at, filled
    return (best, score) if score > 1 or (score and best <= widest) else (widest, 0)


def is_empty(cell: Cell) -> bool:
    """Whether a cell has nothing in it, or a mark that stands for nothing."""
    return is_blank(cell) or (isinstance(cell, str) and not cell.strip(" \t\r\n\u00a0-–—"))


def is_doubtful(cell: Cell) -> bool:
    """Whether a row that has this cell among its keys may be none of data; so may one that repeats a title there."""
    return is_empty(cell) or (isinstance(cell, str) and bool(_BARE_TOTAL.fullmatch(cell)))


def is_total_label(text: str) -> bool:
    """Whether a text says that its row is a sum of others: ``Total``, ``Razem``, ``All campaigns``."""
    return bool(_TOTAL_LABEL.fullmatch(text) or _ALL.fullmatch(text))


_ALL = re.compile(r"(?:all|alle|todos|todas|wszystkie|все)(?:\s.+)?", re.IGNORECASE)


def find_total(
    cells: Sequence[Cell],
    key_positions: Sequence[int],
    header: Sequence[Cell] = (),
    names: Container[str] = frozenset(),
) -> str:
    """Return what a row below the column names is where it is no data; empty for data.

    ``"total"``, ``"section"`` (a title above some of the rows), ``"footer"``, or ``"header"`` (the column names once
    more, given as `header`). A row all of whose cells at `key_positions` are filled is data, whatever they say: there
    are clients called Total Wine. Only where no cell of several has a digit, of a day or a number, one may say "Total".
    A row that begins with one of `names`, in lower case, is data although a key is missing.
    """
    width = len(cells)
    for position in key_positions:
        if position >= width or is_empty(cells[position]):
            break
    else:
        keys = [cells[position] for position in key_positions]
        if len(keys) > 1 and _has_bare_total(keys):
            return "total"
        return "header" if header and _repeats(cells, header, key_positions) else ""
    filled = [(position, cell) for position, cell in enumerate(cells) if not is_empty(cell)]
    words = [(position, display_text(cell)) for position, cell in filled if not is_figure(cell)]
    if not words:
        is_total = len(filled) > 1 and not any(position in key_positions for position, _ in filled)
        return "total" if is_total else ""
    if words[0][1].casefold() in names:
        return ""
    return _name_kind(*words[0], beside=len(filled) - 1, words=len(words), key_positions=key_positions)


def _name_kind(position: int, label: str, *, beside: int, words: int, key_positions: Sequence[int]) -> str:
    """Name a row's kind by its label: how many cells are filled `beside` it, and how many of all are `words`."""
    if words == 1 and _TOTAL_LABEL.fullmatch(label):
        return "total"
    if beside <= 1 and _FOOTER_LABEL.fullmatch(label) and not is_formula_error(label):
        return "footer"
    if not beside and (_SECTION_LABEL.fullmatch(label) or position not in key_positions):
        return "section"
    return ""


def _has_bare_total(keys: Sequence[Cell]) -> bool:
    """Whether several key cells have nothing but words in them, and one of them only says that it is a total."""
    words = [cell for cell in keys if isinstance(cell, str) and not any(map(str.isdigit, cell))]
    return len(words) == len(keys) and any(map(_BARE_TOTAL.fullmatch, words))


def _repeats(cells: Sequence[Cell], header: Sequence[Cell], key_positions: Sequence[int]) -> bool:
    """Whether the cells of a row at these positions, one at least, are the titles of their columns."""
    return bool(key_positions) and all(
        position < len(header) and display_text(cells[position]).casefold() == display_text(header[position]).casefold()
        for position in key_positions
    )


def is_figure(cell: Cell) -> bool:
    """Whether a cell is an amount, a count, a share or a currency's code: all that a total has beside its label."""
    if isinstance(cell, str):
        text = cell.strip()
        return bool(_CURRENCY.fullmatch(text) or (_FIGURE.fullmatch(text) and not _DAY.fullmatch(text)))
    return isinstance(cell, int | float) and not isinstance(cell, bool)
