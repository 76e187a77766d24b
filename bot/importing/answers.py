"""What whoever imports a file says of it that the file itself does not: `--map`, `--dates`, `--currency` and the like.

An answer is kept for the workspace and the shape of the file, so that next month's file asks for none. Never here: what
is asked, and when.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.importing.formats import LEFT_OUT
from bot.importing.parsing import currencies
from bot.importing.parsing.columns import HINTS, KINDS, Column
from bot.importing.parsing.dates import DateOrder
from bot.importing.parsing.titles import normalize_title
from bot.infra.models import ImportAnswers

ANYTHING = "*"
"""Stands for whatever a row holds: ``client:*=ACME`` is a file of one client."""

Repeats = Literal["sum", "last"]
"""Of several rows of one key: add them up, or take the last."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is said of a file; empty and None where nothing is."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our columns, or LEFT_OUT, by normalized title."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By our column and the cell's normalized text: our word, or LEFT_OUT for a row that is no record."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """What our column holds in every row, where the file does not have it: a report of one client's account."""
    dates: DateOrder | None = None
    decimal: str | None = None
    currency: str | None = None
    """Of amounts that do not say theirs."""
    zone: str | None = None
    """Of the file's moments: an IANA name."""
    repeats: Repeats | None = None

    def over(self, earlier: "Answers") -> "Answers":
        """Return these answers, and the earlier ones where these say nothing."""
        values = {
            name: {**earlier.values.get(name, {}), **self.values.get(name, {})}
            for name in {*earlier.values, *self.values}
        }
        return Answers(
            columns={**earlier.columns, **self.columns},
            values=values,
            constants={**earlier.constants, **self.constants},
            dates=self.dates or earlier.dates,
            decimal=self.decimal or earlier.decimal,
            currency=self.currency or earlier.currency,
            zone=self.zone or earlier.zone,
            repeats=self.repeats or earlier.repeats,
        )

    def without(self, other: "Answers") -> "Answers":
        """Return what these answers say and the other ones do not."""
        values = {
            name: {text: word for text, word in words.items() if text not in other.values.get(name, {})}
            for name, words in self.values.items()
        }
        return Answers(
            columns={title: names for title, names in self.columns.items() if title not in other.columns},
            values={name: words for name, words in values.items() if words},
            constants={name: word for name, word in self.constants.items() if name not in other.constants},
            dates=None if other.dates else self.dates,
            decimal=None if other.decimal else self.decimal,
            currency=None if other.currency else self.currency,
            zone=None if other.zone else self.zone,
            repeats=None if other.repeats else self.repeats,
        )

    def describe(self) -> list[str]:
        """Return the answers as options."""
        maps = [f'--map "{title}={name}"' for title, names in self.columns.items() for name in names]
        maps += [f'--map "{name}:{text}={word}"' for name, words in self.values.items() for text, word in words.items()]
        maps += [f'--map "{name}:{ANYTHING}={word}"' for name, word in self.constants.items()]
        said = {name: getattr(self, name) for name in ("dates", "decimal", "currency", "zone")}
        options = [f"--{name} {value}" for name, value in said.items() if value]
        return [*maps, *options, *([f"--{self.repeats}"] if self.repeats else ())]

    def to_json(self) -> dict[str, Any]:
        """Return what is said, without what is not, as it is stored.

        What holds in every row is not: the next file with these columns may be of another client.
        """
        said = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "constants"}
        return {name: value for name, value in said.items() if value}


def from_json(stored: Mapping[str, Any]) -> Answers:
    """Return the answers that `Answers.to_json` wrote."""
    columns = {title: tuple(names) for title, names in stored.get("columns", {}).items()}
    return Answers(**{**stored, "columns": columns})


class AnswerError(ValueError):
    """An answer can't be understood."""


def read_answers(
    kind: str,
    maps: Sequence[str] = (),
    *,
    dates: str | None = None,
    decimal: str | None = None,
    currency: str | None = None,
    zone: str | None = None,
    repeats: Repeats | None = None,
) -> Answers:
    """Read answers as they are typed: each of `maps` is ``COLUMN=NAME`` or ``NAME:VALUE=WORD``.

    Raises:
        AnswerError: when one can't be understood.
    """
    columns: dict[str, tuple[str, ...]] = {}
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, str] = {}
    for text in maps:
        title, _, name = text.rpartition("=")
        title, name = title.strip(), name.strip()
        if not title or not name:
            raise AnswerError(f'--map: {text!r} is not like "COLUMN=NAME"')
        column, value = _split_value(kind, title, name)
        if column and value == ANYTHING:
            constants[column.name] = name
        elif column:
            values.setdefault(column.name, {})[normalize_title(value)] = name
        else:
            _check_name(kind, name)
            columns[normalize_title(title)] = (*columns.get(normalize_title(title), ()), name)
    if dates not in {None, *get_args(DateOrder)}:
        raise AnswerError(f"--dates: {dates!r} is none of {', '.join(get_args(DateOrder))}")
    if decimal not in {None, ".", ","}:
        raise AnswerError(f"--decimal: {decimal!r} is neither a point nor a comma")
    if currency is not None and currency.upper() not in currencies.codes():
        raise AnswerError(f"--currency: {currency!r} is no currency code like EUR or PLN")
    if zone is not None:
        _check_zone(zone)
    order: Any = dates
    return Answers(columns, values, constants, order, decimal, currency.upper() if currency else None, zone, repeats)


def _split_value(kind: str, title: str, word: str) -> tuple[Column | None, str]:
    """Split ``outcome:bez odp.`` into our column and the value, where the word is one of the column's own."""
    name, colon, value = title.partition(":")
    columns = (*KINDS[kind], *HINTS.get(kind, ()))
    column = next((each for each in columns if each.name == normalize_title(name)), None)
    if column is None or not colon or not value.strip():
        return None, ""
    if value == ANYTHING and column.type in {"client", "currency", "key", "text"}:
        return column, value
    if not column.choices:
        return None, ""
    if word not in column.choices and (word != LEFT_OUT or value == ANYTHING):
        raise AnswerError(f"--map: {word!r} is none of {', '.join(column.choices)}, which {column.name} may be")
    return column, value


def _check_name(kind: str, name: str) -> None:
    names = [column.name for column in (*KINDS[kind], *HINTS.get(kind, ()))]
    if name not in {*names, LEFT_OUT}:
        raise AnswerError(f"--map: {name!r} is no column of {kind}; they are {', '.join(names)}")


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise AnswerError(f"--zone: {zone!r} is no time zone like Europe/Madrid") from None


def shape_of(titles: Sequence[str]) -> str:
    """Return what is the same for all files with these column names, in whatever order."""
    names = sorted(normalize_title(title) for title in titles if title)
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:32]


Remembered = Callable[[str], Answers]
"""Returns what was said of an earlier file of this shape."""


def load(session: Session, workspace_id: int, kind: str) -> Remembered:
    """Return what was said of earlier files of a kind."""
    statement = select(ImportAnswers.shape, ImportAnswers.answers).where(
        ImportAnswers.workspace_id == workspace_id, ImportAnswers.kind == kind
    )
    stored = {row.shape: row.answers for row in session.execute(statement)}
    return lambda shape: from_json(stored.get(shape, {}))


def save(session: Session, workspace_id: int, kind: str, shape: str, answers: Answers, *, now: datetime) -> None:
    """Keep what was said of a file for the next one of its shape."""
    told = answers.to_json()
    key = (ImportAnswers.workspace_id == workspace_id, ImportAnswers.kind == kind, ImportAnswers.shape == shape)
    known = session.scalars(select(ImportAnswers).where(*key)).one_or_none()
    if known is None and told:
        session.add(ImportAnswers(workspace_id=workspace_id, kind=kind, shape=shape, answers=told, updated_at=now))
    elif known is not None and known.answers != told:
        known.answers, known.updated_at = told, now
