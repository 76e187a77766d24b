"""What the log says of an outage."""

import pytest

from bot.infra.outages import Outage


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_outage_is_one_line_a_minute_and_one_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    seconds = Seconds()
    outage = Outage("the database", seconds)
    for _ in range(180):
        outage.report("connection refused")
        assert outage.is_on
        seconds.now += 1
    outage.end()
    outage.end()
    assert not outage.is_on
    assert [record.getMessage() for record in caplog.records] == [
        *["waiting for the database: connection refused"] * 3,
        "the database is back, after 180 s",
    ]


def test_nothing_is_said_while_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    Outage("Slack").end()
    assert caplog.records == []
