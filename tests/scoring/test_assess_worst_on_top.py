"""Of an agency's list, whoever is in real trouble stands at the top, whatever is due soon at the others."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from scoring.assess import assess
from scoring.facts import Client, Invoice, Observation, Portfolio
from scoring.policy import Policy
from scoring.value import client_value

DAY = timedelta(days=1)
ON = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
FEES = (80_000, 120_000, 200_000, 240_000, 300_000, 520_000, 900_000)
TYPICAL = 240_000


def healthy(number: int, fee: int) -> Client:
    """A client spoken with lately, some of them due tomorrow, that pays on the day."""
    paid = [date(2026, month, 15) for month in range(4, 12)]
    spoken_at = NOW - number % 10 * DAY
    return Client(
        id=number,
        status="active",
        zone=ZoneInfo("Europe/Warsaw"),
        started_on=date(2024, 1, 1) + 11 * number * DAY,
        created_on=date(2026, 1, 1),
        renews_on=ON + (95 + 13 * number) * DAY,
        monthly_fee=fee,
        currency="EUR",
        last_contact_at=spoken_at,
        last_call_at=spoken_at,
        invoices=tuple(Invoice(str(day), day - 14 * DAY, day, fee, fee, day, "paid") for day in paid),
    )


TROUBLED = healthy(39, TYPICAL)
TROUBLES = {
    "complaint": replace(TROUBLED, observations=(Observation("complaint", ON - 14 * DAY),)),
    "unhappy": replace(TROUBLED, observations=(Observation("mood", ON - 14 * DAY, label="unhappy"),)),
    "silent": replace(TROUBLED, last_contact_at=NOW - 20 * DAY, last_call_at=NOW - 20 * DAY),
    "unpaid": replace(
        TROUBLED, invoices=(*TROUBLED.invoices[:-2], Invoice("late", ON - 60 * DAY, ON - 35 * DAY, TYPICAL))
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_one_troubled_client_among_39_healthy_ones_is_among_the_first_three(trouble: str) -> None:
    others = [healthy(number, FEES[number % len(FEES)]) for number in range(39)]
    values = [client_value(client, Portfolio(), Policy(), ON) or 0 for client in others]
    portfolio = Portfolio(median_value={"EUR": round(median(values))})
    judged = [assess(client, portfolio, Policy(), NOW) for client in others]
    assert {assessment.colour for assessment in judged} == {"green"}
    assert not [assessment.alarms for assessment in judged if assessment.alarms]
    own = assess(TROUBLES[trouble], portfolio, Policy(), NOW)
    assert own.colour in {"amber", "red"}
    assert 1 + sum(other.priority > own.priority for other in judged) <= 3
