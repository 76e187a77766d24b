"""A row of a file on its way to a record, and the rules by which rows of one key are taken.

Never here: how entries are made (`bot.importing.rows`) and put together (`bot.importing.grouping`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot.importing.answers import Repeats
from bot.importing.formats import RowMeaning
from bot.importing.mapping.context import Record
from bot.importing.parsing.parsed_rows import Refusal


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, mapped or refused, and what it says beside its record."""

    row: int
    key: int | None
    """The hash of its key; None where the key can't be read, or no other row can have the same."""
    record: Record | None = None
    refusals: tuple[Refusal, ...] = ()
    """Empty where there is no record either: the row says that it is none."""
    detail: tuple[str, ...] = ()
    """Its cells under titles that are left out, and its day where the key is a month: what sets parts apart."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Its cells by column, as they stand in the file: for rows whose key others have."""
    figures: tuple[Decimal, ...] = ()
    """The numbers among them, in minor units."""
    states_currency: bool = False
    """Whether the file says its currency."""
    unknown_client: str = ""
    """The client that it names, where that is not known."""


@dataclass(frozen=True, slots=True)
class GroupingRules:
    """How a file's rows of one key are taken."""

    kind: str
    rows: RowMeaning | None = None
    """What a row of a known export is."""
    repeated: frozenset[str] = frozenset()
    """Fields that say the same on each line of a record."""
    repeats: Repeats | None = None
    """What whoever imports the file says."""
    inferred: bool = False
    """Whether `rows` is no known export's, but what the rows themselves look like."""
