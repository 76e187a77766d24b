"""What stands behind a date: times of day, offsets and zones, and those that several zones are called."""

import re
from datetime import datetime

import pytest

from bot.importing.errors import CellError
from bot.importing.parsing import dates

MOMENTS = """
2026-11-10T14:05:00+0100 | 2026-11-10T14:05:00+01:00
2026-11-10T14:05:00.123456789Z | 2026-11-10T14:05:00.123456+00:00
2026-11-10 14:05 UTC | 2026-11-10T14:05:00+00:00
2026-11-10 14:05:00 GMT+1 | 2026-11-10T14:05:00+01:00
2026/11/19 2:05:11 PM GMT+1 | 2026-11-19T14:05:11+01:00
2026-11-10T14:05:00-0330 | 2026-11-10T14:05:00-03:30
2026-11-10 14:05 CET | 2026-11-10T14:05:00+01:00
2026-07-10 14:05 CEST | 2026-07-10T14:05:00+02:00
2026-07-10 14:05 MSK | 2026-07-10T14:05:00+03:00
2026-11-10T14:05:00[Europe/Madrid] | 2026-11-10T14:05:00+01:00
2026-07-10T14:05:00 Europe/Madrid | 2026-07-10T14:05:00+02:00
2026-11-10T14:05:00+01:00[Europe/Madrid] | 2026-11-10T14:05:00+01:00
Tue Nov 10 2026 14:05:00 GMT+0100 (Central European Standard Time) | 2026-11-10T14:05:00+01:00
Tue, 10 Nov 2026 14:05:00 +0100 | 2026-11-10T14:05:00+01:00
20261110T140500Z | 2026-11-10T14:05:00+00:00
20261110140500 | 2026-11-10T14:05:00
2026-11-10T14 | 2026-11-10T14:00:00
2026-11-10T24:00:00 | 2026-11-11T00:00:00
20.11.2026 14.05 | 2026-11-20T14:05:00
2026-11-10 12:05 a. m. | 2026-11-10T00:05:00
2026-11-10 12:05 p.m. | 2026-11-10T12:05:00
10. November 2026 um 14 Uhr | 2026-11-10T14:00:00
10 listopada 2026 r. 14:05 | 2026-11-10T14:05:00
10.11.2026 г. 14:05 | 2026-11-10T14:05:00
jueves 12 nov 2026 18:30 | 2026-11-12T18:30:00
10-NOV-2026 02:05:06 PM | 2026-11-10T14:05:06
"""


def lines(table: str) -> list[list[str]]:
    return [line.split(" | ") for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "moment"), lines(MOMENTS))
def test_a_moment_is_read_as_programs_and_people_write_it(text: str, moment: str) -> None:
    found = dates.parse_moment(text)
    assert (found.isoformat(), type(found)) == (moment, datetime)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-07-10 14:05 CET", "has the time zone CET, which is not in force on that day"),
        ("2026-11-10 14:05 CST", "has the time zone CST, which several zones are called"),
        ("2026-11-10 14:05 EST", "has the time zone EST, which several zones are called"),
        ("2026-11-10 14:05 Mars/Base", "has a time that can't be read"),
        ("2026-11-10 14:05 +25:00", "has a time that no clock shows"),
        ("2026-11-10 14", "has a time that can't be read"),
        ("2026-11-10 1405", "has a time that can't be read"),
        ("2026-11-10 13:05 pm", "has a time that can't be read"),
        ("2026-11-10T24:01", "has a time that no clock shows"),
    ],
)
def test_a_time_that_no_clock_shows_or_whose_zone_is_not_certain_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=re.escape(reason)):
        dates.parse_moment(text)
