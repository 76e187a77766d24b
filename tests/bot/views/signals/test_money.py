"""The wording of what is billed."""

from datetime import date
from typing import Any

import pytest

from bot.infra.i18n import translator
from bot.views import words
from scoring.assessment import Signal
from tests.bot.views.samples import TODAY, margin, seen

EN = translator("en-US")
SAID_ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("signal", "said", "short"),
    [
        (
            seen("fee_trend", before=900_000, lately=600_000, currency="EUR"),
            "Billed €6,000 in the last three months, €9,000 in the three before",
            "billing down",
        ),
        (
            seen("resource_score", score=3.5, said_on=SAID_ON),
            "Working together rated 3.5 of 10 on Fri, Nov 20",
            "working together 3.5 of 10",
        ),
    ],
)
def test_fees_and_scores_are_told_with_what_they_were(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short


def test_what_we_bill_is_told_without_amounts_to_who_may_not_see_them() -> None:
    fees = seen("fee_trend", before=900_000, lately=600_000, currency="EUR")
    assert words.reason(fees, EN, TODAY, money=False) == "Billing down over the last three months"


def test_a_season_is_told_as_one() -> None:
    assert words.reason(seen("fee_trend", "ok"), EN, TODAY) == "Billing steady"
    assert words.reason(seen("fee_trend", "ok", usual_fall=0.4), EN, TODAY) == "Billing down, as at this time last year"


@pytest.mark.parametrize(
    ("evidence", "said", "without_money"),
    [
        (
            {"count": 0, "promised_on": date(2026, 12, 4)},
            "Payment is promised for Fri, Dec 4",
            "Payment is promised for Fri, Dec 4",
        ),
        (
            {"count": 1, "balance": 60_000, "credit": 40_000, "number": "7", "due_on": date(2026, 11, 13)},
            "€600 is 10 days overdue (invoice 7), after a credit of €400",
            "Invoice 7 is 10 days overdue",
        ),
        (
            {"count": 0, "disputed_count": 2, "disputed": 120_000},
            "No overdue invoices; €1,200 is disputed",
            "No overdue invoices; 2 invoices are disputed",
        ),
    ],
)
def test_what_is_promised_or_disputed_is_told(evidence: dict[str, Any], said: str, without_money: str) -> None:
    signal = seen("invoice_overdue", currency="EUR", **evidence)
    assert words.reason(signal, EN, TODAY) == said
    assert words.reason(signal, EN, TODAY, money=False) == without_money


def test_late_payment_and_cut_spend_are_told_as_one_cause() -> None:
    late: dict[str, Any] = {"count": 1, "balance": 150_000, "number": "261118", "due_on": date(2026, 11, 14)}
    by_spend = seen("invoice_overdue", currency="EUR", distress="spend", **late)
    assert words.reason(by_spend, EN, TODAY) == (
        "€1,500 is 9 days overdue (invoice 261118), and they cut their ad spend: money may be tight"
    )
    assert words.next_step(by_spend, EN) == "Ask how business is going, and agree on when they can pay."
    by_fees = seen("invoice_overdue", currency="EUR", distress="fees", **late)
    assert words.reason(by_fees, EN, TODAY).endswith(", and they buy less from us: money may be tight")


def test_a_client_to_narrow_is_told_with_its_own_words() -> None:
    narrow = margin(narrow=True)
    assert words.reason(narrow, EN, TODAY).endswith("41.5 hours worked, 36 agreed; and hard to work with")
    assert words.reason(margin(narrow=True, hours_budget=None), EN, TODAY, money=False) == (
        "Thin margin; and hard to work with"
    )
    assert words.short(narrow, EN, TODAY) == "narrow it: too much work for the fee, hard to work with"
    assert words.next_step(narrow, EN) == "Narrow it: keep what pays, at a fee that fits, or part on good terms."
