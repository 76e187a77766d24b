from dataclasses import replace
from datetime import UTC, date, timedelta

from scoring.facts import Client, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context

TODAY = date(2026, 11, 16)
ACME = Client(1, "active", UTC, metrics={"spend": Series(TODAY - timedelta(days=2), (10, 20))})


def test_a_metric_is_read_once() -> None:
    ctx = Context(Policy(), Portfolio(), TODAY)
    assert ctx.window(ACME, "spend") is ctx.window(ACME, "spend")


def test_two_clients_in_turn_are_not_mixed_up() -> None:
    ctx = Context(Policy(), Portfolio(), TODAY)
    other = replace(ACME, metrics={"spend": Series(TODAY - timedelta(days=2), (30, 40))})
    known = [ctx.window(client, "spend") for client in (ACME, other, ACME)]
    assert [each and each.values for each in known] == [(10, 20), (30, 40), (10, 20)]


def test_a_metric_that_nobody_recorded_has_no_window() -> None:
    ctx = Context(Policy(), Portfolio(), TODAY)
    ctx.window(ACME, "spend")
    assert ctx.window(ACME, "leads") is None
    assert ctx.window(replace(ACME, metrics={}), "spend") is None
