"""What the commands that look back have in common: the days asked for, and the stored history, a part at a time."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.cli import context

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from bot.insight.history import History
    from bot.insight.replay import Span

WARM_UP_DAYS = 30
"""At first nobody seems to have been contacted, since it was not recorded yet: a replay leaves these days out."""
PART = 200
"""Clients held in memory at once, with all that was ever recorded of them."""


@contextmanager
def libraries() -> Iterator[None]:
    """Turn a library of the optional extra that is not installed into one line."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        raise context.Mistake(
            f"{library} is not installed: `pip install '.[insight]'` in Atrisk's folder brings it"
        ) from None


def days(engine: Engine, workspace_id: int, from_: str | None, to: str | None) -> Span:
    """Give the days to look back at: those asked for, else from WARM_UP_DAYS after the records begin through today.

    Raises:
        context.Mistake: when a day cannot be read, or there is nothing to look back at.
    """
    from bot.infra.db import reading
    from bot.insight import history
    from bot.insight.replay import Span

    last = _day("--to", to) or context.now().date()
    first = _day("--from", from_)
    if first is None:
        with reading(engine) as session:
            recorded = history.recorded_since(session, workspace_id)
        if recorded is None:
            raise context.Mistake("nothing is recorded yet: `atrisk import touchpoints FILE` brings the past in")
        first = recorded + timedelta(days=WARM_UP_DAYS)
        if first > last:
            raise context.Mistake(
                f"the records begin on {recorded}: the first {WARM_UP_DAYS} days are left out, and then none are left"
            )
    if first > last:
        raise context.Mistake(f"--from: {first} is after {last}")
    return Span(first, last)


def histories(engine: Engine, workspace_id: int, doing: str) -> Iterator[History]:
    """Read the whole history of a workspace's clients, with a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import track
    from sqlalchemy import select

    from bot.infra.db import reading
    from bot.infra.models import Client

    with reading(engine) as session:
        ids = list(session.scalars(select(Client.id).where(Client.workspace_id == workspace_id).order_by(Client.id)))
    parts = _read(engine, workspace_id, ids)
    hidden = not context.is_terminal()
    yield from track(parts, doing, len(ids), console=Console(stderr=True), transient=True, disable=hidden)


def _read(engine: Engine, workspace_id: int, client_ids: Sequence[int]) -> Iterator[History]:
    from bot.infra.db import reading
    from bot.insight import history

    for start in range(0, len(client_ids), PART):
        with reading(engine) as session:
            part = history.load(session, workspace_id, client_ids[start : start + PART], context.now())
        yield from part


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise context.Mistake(f"{option}: {text!r} is not a day like 2026-11-20") from None
