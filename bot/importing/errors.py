"""What can be wrong with an import: the kind, the file as a whole, one row, or one cell.

Each message is one line for whoever wrote the file. Those about a row or a cell follow its value: "is not a number".
"""

from collections.abc import Sequence


class UnknownKindError(ValueError):
    """There is no such kind of record to import or export; the message lists the kinds."""


class ImportFileError(Exception):
    """The file as a whole can't be used; the message says why and what to do."""


class RowError(ValueError):
    """A row can't be imported: the column at fault, and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class UnknownClientError(RowError):
    """A row names a client that is not known."""

    def __init__(self, reference: str, near: Sequence[str]) -> None:
        hint = f" (is it {' or '.join(near)}?)" if near else ""
        super().__init__("client", f"is no client's external_id or name{hint}")
        self.reference = reference


class CellError(ValueError):
    """A cell can't be read as its column requires; the message is the reason."""


class NoRecordError(Exception):
    """A row says that it is none of what is imported: a task, a call that is still to come."""
