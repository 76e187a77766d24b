"""Shared by `backtest` and `policy fit`: the days to look back at, and the stored history, a batch at a time."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.cli import context, output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from bot.insight.history import ClientHistory
    from bot.insight.replay import DateRange

WARM_UP_DAYS = 30
"""Left out at the start of the records: contacts before them are unknown, so that every client looks silent."""
CLIENTS_PER_BATCH = 200
"""Clients held in memory at once with all their records."""


@contextmanager
def require_insight_extra() -> Iterator[None]:
    """Raise CommandError in place of the import error where the optional extra `insight` is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        raise context.CommandError(
            f"{library} is not installed; install it with `pip install '.[insight]'` in Atrisk's folder"
        ) from None


def resolve_days(engine: Engine, workspace_id: int, from_: str | None, to: str | None) -> DateRange:
    """Return the days to look back at: those asked for, else from WARM_UP_DAYS after the first record through today.

    Raises:
        CommandError: when a day cannot be read, or there is nothing to look back at.
    """
    from bot.infra.db import reading
    from bot.insight import history
    from bot.insight.replay import DateRange

    last = _parse_day("--to", to) or context.now().date()
    first = _parse_day("--from", from_)
    if first is None:
        with reading(engine) as session:
            recorded = history.find_first_record_day(session, workspace_id)
        if recorded is None:
            raise context.CommandError(
                "nothing is on record yet; import the past with `atrisk import touchpoints FILE`"
            )
        first = recorded + timedelta(days=WARM_UP_DAYS)
        if first > last:
            raise context.CommandError(
                f"the records begin on {recorded}: the first {WARM_UP_DAYS} days are skipped, and then none are left"
            )
    if first > last:
        raise context.CommandError(f"--from: {first} is after {last}")
    return DateRange(first, last)


def load_histories(engine: Engine, workspace_id: int, description: str) -> Iterator[ClientHistory]:
    """Load the whole history of each of a workspace's clients, with a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import track
    from sqlalchemy import select

    from bot.infra.db import reading
    from bot.infra.models import Client

    with reading(engine) as session:
        ids = list(session.scalars(select(Client.id).where(Client.workspace_id == workspace_id).order_by(Client.id)))
    loaded = _load_in_batches(engine, workspace_id, ids)
    hidden = not output.is_terminal()
    yield from track(loaded, description, len(ids), console=Console(stderr=True), transient=True, disable=hidden)


def _load_in_batches(engine: Engine, workspace_id: int, client_ids: Sequence[int]) -> Iterator[ClientHistory]:
    from bot.infra.db import reading
    from bot.insight import history

    for start in range(0, len(client_ids), CLIENTS_PER_BATCH):
        with reading(engine) as session:
            batch = history.load_histories(
                session, workspace_id, client_ids[start : start + CLIENTS_PER_BATCH], context.now()
            )
        yield from batch


def _parse_day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise context.CommandError(f"{option}: {text!r} is not a day like 2026-11-20") from None
