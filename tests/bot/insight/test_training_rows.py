"""Client-months to learn from: one a month, as far as it is known what followed."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.insight.history import ClientHistory
from bot.insight.replay import DateRange
from bot.insight.training_rows import build_training_rows
from scoring.facts import Client, Observation
from scoring.policy import Policy
from tests.bot.insight.conftest import FIRST


def history(*, left: int | None = None) -> ClientHistory:
    """Spoken with once, on 1 January; lost so many days later."""
    client = Client(
        id=3,
        status="active" if left is None else "lost",
        zone=ZoneInfo("Europe/Madrid"),
        started_on=date(2025, 1, 1),
        lost_on=None if left is None else FIRST + timedelta(days=left),
        observations=(Observation("praise", FIRST),),
    )
    return ClientHistory(client, "acme", "Acme", "Alice", "ES", "12345", (datetime(2026, 1, 1, 7, 0, tzinfo=UTC),))


def test_a_client_has_one_row_a_month_as_far_as_it_is_known_what_followed() -> None:
    found = list(build_training_rows(history(), Policy(), DateRange(FIRST, FIRST + timedelta(days=199))))
    assert {(later.on - row.on).days for row, later in pairwise(found)} == {30}
    assert found[0].on - FIRST < timedelta(days=30)
    assert timedelta(days=60) <= FIRST + timedelta(days=199) - found[-1].on < timedelta(days=90)
    assert not any(row.left for row in found)


def test_a_row_has_the_severities_and_whether_the_client_then_left() -> None:
    found = list(build_training_rows(history(left=100), Policy(), DateRange(FIRST, FIRST + timedelta(days=199))))
    assert [row.left for row in found] == [(row.on - FIRST).days >= 40 for row in found]
    assert (found[-1].on - FIRST).days < 100
    silent = found[-1]
    assert silent.severities["contact_gap"] == (1.0,)
    assert found[0].freshness > silent.freshness


def test_a_client_whose_outcome_is_not_known_yet_has_no_rows() -> None:
    assert not list(build_training_rows(history(), Policy(), DateRange(FIRST, FIRST + timedelta(days=59))))
