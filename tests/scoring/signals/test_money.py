from dataclasses import replace
from datetime import UTC, date, timedelta
from itertools import pairwise

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Invoice, Observation, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.money import invoice_overdue, resource_score
from scoring.value import value_factor

TODAY = date(2026, 11, 20)
CLIENT = Client(1, "active", UTC, monthly_fee=2_000_00, currency="EUR")


def late(days: int, number: str = "open", amount: int = 1_000_00, currency: str = "EUR") -> Invoice:
    due_on = TODAY - timedelta(days=days)
    return Invoice(number, due_on - timedelta(days=14), due_on, amount, currency=currency)


def paid(*delays: int, amount: int = 1_000_00) -> tuple[Invoice, ...]:
    """Make a history: one invoice a month, the last one two months ago, each paid so many days late."""
    due = [TODAY - timedelta(days=30 * (len(delays) - n + 1)) for n in range(len(delays))]
    return tuple(
        Invoice(f"paid {on}", on, on, amount, amount, on + timedelta(days=delay), "paid", "EUR")
        for on, delay in zip(due, delays, strict=True)
    )


def look(*invoices: Invoice, on: date = TODAY, client: Client = CLIENT) -> Signal:
    (found,) = invoice_overdue(replace(client, invoices=invoices), Context(Policy(), Portfolio(), on))
    return found


@pytest.mark.parametrize(
    ("days", "severity", "level"),
    [
        (1, 0.5, "amber"),
        (29, 0.7896, "amber"),
        (30, 0.8, "red"),
        (31, 0.8067, "red"),
        (45, 0.9, "red"),
        (60, 1, "red"),
        (90, 1, "red"),
    ],
)
def test_an_invoice_is_worse_by_the_day_and_red_at_30_days(days: int, severity: float, level: str) -> None:
    found = look(late(days))
    assert (found.state, found.level) == ("breach", level)
    assert found.severity == pytest.approx(severity, abs=1e-4)
    assert (found.until == TODAY + timedelta(days=1)) == (severity < 1)


def test_an_invoice_is_not_late_on_the_day_it_is_due() -> None:
    found = look(late(0))
    assert (found.state, found.severity, found.until) == ("ok", 0, TODAY + timedelta(days=1))
    assert found.evidence["count"] == 0
    assert look(late(5), late(0, "b")).evidence["count"] == 1


@pytest.mark.parametrize(
    ("history", "opens_after"),
    [
        ((0, 0, 0), 1),
        ((-3, -3, -3), 1),
        ((0, 0, 0, 0, 0, 30), 1),
        ((4, 3, 5, 4), 7),
        ((5, 8, 11, 8, 6, 10, 8, 9, 7, 8, 3, 12), 13),
        ((13, 13), 15),
        ((40, 50, 45), 15),
    ],
)
def test_an_invoice_opens_past_what_nearly_all_payments_kept_but_after_15_days_at_most(
    history: tuple[int, ...], opens_after: int
) -> None:
    before, opened = (look(*paid(*history), late(days)) for days in (opens_after - 1, opens_after))
    assert (before.state, opened.state) == ("ok", "breach")
    assert before.until == TODAY + timedelta(days=1)
    assert opened.since == TODAY


def test_a_punctual_payer_who_turned_late_weighs_more_than_one_who_is_always_late() -> None:
    turned, always = look(*paid(0, 0, 0, 0), late(16)), look(*paid(9, 9, 9, 9), late(16))
    assert turned.evidence["turning"] is True
    assert always.evidence["turning"] is False
    assert turned.severity > always.severity


def test_the_level_the_last_three_and_the_last_payment_are_read_together() -> None:
    assert look(*paid(0, 0, 0, 0, 6, 0, 0), late(5)).evidence["turning"] is False
    assert look(*paid(0, 0, 0, 0, 0, 20, 25), late(5)).evidence["turning"] is True
    assert look(*paid(9, 9, 9, 9, 9, 20, 25), late(11)).evidence["turning"] is False
    assert look(*paid(0, 0), late(5)).evidence["turning"] is False


def test_a_balance_of_several_usual_invoices_weighs_more() -> None:
    one, three = look(*paid(9, 9), late(20)), look(*paid(9, 9), late(20), late(12, "b"), late(10, "c"))
    assert three.severity > one.severity
    assert three.severity == look(*paid(9, 9), late(20, amount=3_000_00)).severity


def test_the_evidence_holds_the_whole_overdue_balance_and_the_oldest_invoice() -> None:
    found = look(late(12, "B-2"), late(20, "B-1", amount=500_00), late(-5, "B-3"))
    assert found.evidence == {
        "count": 2,
        "balance": 1_500_00,
        "currency": "EUR",
        "number": "B-1",
        "due_on": TODAY - timedelta(days=20),
        "usual_delay_days": 0,
        "fee_share": 0.75,
        "turning": False,
        "punctual": False,
    }
    assert (found.next_step, found.effort) == ("chase_invoice", "quick")


def test_a_late_payer_within_its_usual_delay_is_shown_and_no_breach() -> None:
    found = look(*paid(10, 10, 10), late(4), late(-2, "b"))
    assert (found.state, found.severity, found.evidence["count"]) == ("ok", 0, 1)
    assert found.until == TODAY + timedelta(days=3)


def test_what_falls_due_later_changes_the_answer_even_when_it_could_not_be_worse() -> None:
    assert look(late(70), late(-5)).until == TODAY + timedelta(days=6)


def test_a_part_paid_invoice_owes_the_rest() -> None:
    assert look(replace(late(5), paid=400_00)).evidence["balance"] == 600_00
    assert look(replace(late(5), paid=1_000_00)).state == "ok"


@pytest.mark.parametrize("status", ["paid", "void", "draft", "written_off", "disputed"])
def test_only_an_open_invoice_is_owed(status: str) -> None:
    assert look(replace(late(50), status=status)).state == "ok"


def test_what_is_promised_is_not_asked_for_until_the_day_after() -> None:
    promised = replace(late(40), promised_on=TODAY + timedelta(days=3))
    found = look(promised)
    assert (found.state, found.until) == ("ok", TODAY + timedelta(days=4))
    assert found.evidence["promised_on"] == TODAY + timedelta(days=3)
    broken = look(promised, on=TODAY + timedelta(days=4))
    assert (broken.state, broken.evidence["due_on"], broken.level) == ("breach", promised.due_on, "red")
    assert look(promised, late(2, "other")).evidence["count"] == 1


def test_a_promise_is_told_from_the_day_after_the_invoice_was_due() -> None:
    promised = replace(late(0), promised_on=TODAY + timedelta(days=9))
    assert "promised_on" not in look(promised).evidence
    assert look(promised).until == TODAY + timedelta(days=1)
    assert look(promised, on=TODAY + timedelta(days=1)).evidence["promised_on"] == TODAY + timedelta(days=9)


def test_what_is_disputed_is_shown_beside_what_is_overdue() -> None:
    disputed = replace(late(40), status="disputed", paid=400_00)
    assert look(disputed).evidence["disputed"] == 600_00
    found = look(disputed, late(2, "other"))
    assert (found.evidence["count"], found.evidence["number"], found.evidence["disputed_count"]) == (1, "other", 1)


def test_currencies_are_never_added_up() -> None:
    client = replace(CLIENT, invoices=(late(5), late(6, currency="USD"), late(3, currency="")))
    found = invoice_overdue(client, Context(Policy(), Portfolio(), TODAY))
    told = {signal.subject: (signal.evidence["currency"], signal.evidence["balance"]) for signal in found}
    assert told == {"": ("EUR", 2_000_00), "USD": ("USD", 1_000_00)}
    assert found[1].evidence["fee_share"] is None


def note(amount: int, days: int = 10, currency: str = "EUR") -> Invoice:
    """Make an open credit note."""
    return late(days, "note", -amount, currency)


def test_a_credit_note_is_set_off_against_what_is_overdue() -> None:
    assert look(late(60), note(1_000_00)).state == "ok"
    assert look(late(60), note(1_000_00)).evidence["credit"] == 1_000_00
    assert look(note(1_000_00)).state == "ok"
    assert "credit" not in look(note(1_000_00)).evidence
    part = look(late(60), note(400_00))
    assert (part.evidence["balance"], part.evidence["credit"], part.evidence["count"]) == (600_00, 400_00, 1)
    used_up = replace(note(1_000_00), paid=-900_00)
    assert look(late(60), used_up).evidence["balance"] == 900_00
    assert look(late(60), replace(note(1_000_00), status="paid")).evidence["balance"] == 1_000_00
    assert [found.state for found in both(late(60), note(1_000_00, currency="USD"))] == ["breach", "ok"]


def test_a_credit_pays_the_oldest_invoice_first() -> None:
    found = look(late(60, "old"), late(5, "new"), note(1_200_00))
    assert (found.evidence["number"], found.evidence["count"], found.evidence["balance"]) == ("new", 1, 800_00)
    assert found.since == TODAY - timedelta(days=4)


def test_what_falls_due_and_is_covered_by_a_credit_is_no_debt() -> None:
    due = TODAY + timedelta(days=6)
    assert look(late(-5), note(1_000_00)).until == due
    assert look(late(-5), note(1_000_00), on=due).state == "ok"
    assert look(late(-5), note(1_000_00), on=due).until is None


@pytest.mark.parametrize(
    ("amount", "rest", "currency", "state"),
    [
        (199_02, 1, "EUR", "ok"),
        (1_000_00, 4_99, "EUR", "ok"),
        (100_00, 5_00, "EUR", "breach"),
        (2_000_00, 39_99, "USD", "ok"),
        (2_000_00, 40_00, "USD", "breach"),
        (90_000_00, 49_99, "EUR", "ok"),
        (90_000_00, 50_00, "EUR", "breach"),
        (20_000, 499, "JPY", "ok"),
        (20_000, 500, "JPY", "breach"),
        (200_000, 4_999, "KRW", "ok"),
        (200_000, 5_000, "KRW", "breach"),
    ],
)
def test_a_rest_of_small_change_is_no_debt(amount: int, rest: int, currency: str, state: str) -> None:
    invoice = replace(late(40, amount=amount, currency=currency), paid=amount - rest)
    assert both(invoice)[0].state == state
    (found,) = both(late(40, amount=amount, currency=currency), note(amount - rest, currency=currency))
    assert found.state == state


def both(*invoices: Invoice) -> tuple[Signal, ...]:
    return invoice_overdue(replace(CLIENT, invoices=invoices), Context(Policy(), Portfolio(), TODAY))


def test_a_client_without_invoices_is_unknown() -> None:
    assert look().state == "unknown"


def worth(fee: int | None, median: int = 1_000_00) -> tuple[float, float]:
    """Judge a debt of 4,000 with a client that pays so much a month: its severity, and times the value factor."""
    client = replace(CLIENT, monthly_fee=fee, invoices=(late(9, amount=4_000_00),))
    ctx = Context(Policy(), Portfolio(median_value={"EUR": median}), TODAY)
    (found,) = invoice_overdue(client, ctx)
    return found.severity, found.severity * value_factor(client, ctx.portfolio, ctx.policy, TODAY)[0]


def test_a_debt_of_several_monthly_fees_weighs_more_and_a_higher_fee_still_never_less() -> None:
    fees = [fee * 100_00 for fee in (1, 2, 5, 10, 20, 39, 40, 80, 200, 500)]
    for median in (1_000_00, 20_000_00, 100_000_00):
        told = [worth(fee, median) for fee in fees]
        severities, weighed = [severity for severity, _ in told], [product for _, product in told]
        assert severities == sorted(severities, reverse=True)
        assert all(after >= before - 1e-12 for before, after in pairwise(weighed))
    assert worth(1_000_00, 20_000_00)[0] > worth(4_000_00, 20_000_00)[0] == worth(None)[0]


def test_a_debt_weighs_by_the_fee_at_most_as_much_as_a_very_big_one() -> None:
    usual = look(*paid(0, 0, 0, amount=100_00), late(9, amount=4_000_00))
    assert worth(10_00, 20_000_00)[0] <= usual.severity
    abroad = replace(CLIENT, monthly_fee=10_00, invoices=(late(9, amount=4_000_00, currency="USD"),))
    found = invoice_overdue(abroad, Context(Policy(), Portfolio(median_value={"EUR": 20_000_00}), TODAY))[0]
    assert found.severity == look(late(9)).severity


def spending(*levels: float, end: date = TODAY, status: str = "active") -> Client:
    """A client that spent so much a day over four weeks each, through the day before a day."""
    days = [level for level in levels for _ in range(28)]
    return replace(CLIENT, status=status, metrics={"spend": Series(end - timedelta(days=len(days)), tuple(days))})


def test_a_late_payer_that_also_cut_its_spend_is_told_as_one_that_may_be_short_of_money() -> None:
    cut, steady = look(late(9), client=spending(100, 70)), look(late(9), client=spending(100, 75))
    assert (cut.evidence.get("distress"), steady.evidence.get("distress")) == ("spend", None)
    assert cut.severity > steady.severity
    assert look(late(1), client=spending(100, 70, end=TODAY - timedelta(days=8))).evidence.get("distress") == "spend"
    assert "distress" not in look(late(1), client=spending(100, 70, end=TODAY - timedelta(days=9))).evidence
    assert "distress" not in look(late(9), client=spending(70)).evidence
    assert "distress" not in look(late(9), client=spending(100, 70, status="paused")).evidence


def test_a_late_payer_whose_fees_fall_is_told_as_such() -> None:
    fees = [
        Invoice(str(month), date(2026, month, 5), date(2026, month, 19), amount, amount, date(2026, month, 19), "paid")
        for month, amount in zip(range(5, 11), (900_00, 900_00, 900_00, 400_00, 400_00, 400_00), strict=True)
    ]
    found, alike = look(*fees, late(9)), look(*(replace(each, amount=900_00) for each in fees), late(9))
    assert (found.evidence.get("distress"), alike.evidence.get("distress")) == ("fees", None)


def test_the_day_on_which_spend_that_is_known_ahead_tells_more_is_named() -> None:
    client = spending(100, 100, 40, end=TODAY + timedelta(days=28))
    found = look(late(200), client=client)
    assert (found.severity, found.evidence.get("distress")) == (1, None)
    assert found.until
    (then,) = invoice_overdue(replace(client, invoices=(late(200),)), Context(Policy(), Portfolio(), found.until))
    assert then.evidence["distress"] == "spend"


def card(score: float | None, age: int = 0) -> Signal:
    remarks = (Observation("resource_card", TODAY - timedelta(days=age), score),)
    return resource_score(replace(CLIENT, observations=remarks), Context(Policy(), Portfolio(), TODAY))


@pytest.mark.parametrize(("score", "severity"), [(10, 0), (4, 0), (3, 0.625), (0, 1)])
def test_a_client_that_is_hard_to_work_with_scores_under_four(score: float, severity: float) -> None:
    assert card(score).severity == pytest.approx(severity)
    assert card(score).until == TODAY + timedelta(days=62)


def test_an_old_card_is_unknown() -> None:
    assert (card(0, age=61).state, card(0, age=62).state, card(None).state) == ("breach", "unknown", "unknown")


@pytest.mark.parametrize(
    ("delays", "turning", "punctual"),
    [
        ((0, -3, 0), True, True),
        ((0, 0), False, False),
        ((0, 0, 1, 0), True, False),
        ((0, 0, 0, 40, 45, 50), True, False),
        ((9, 9, 9, 9), False, False),
    ],
)
def test_a_payer_is_called_punctual_only_where_every_invoice_was_paid_on_its_day(
    delays: tuple[int, ...],
    turning: bool,  # noqa: FBT001
    punctual: bool,  # noqa: FBT001
) -> None:
    told = look(*paid(*delays), late(20)).evidence
    assert (told["turning"], told["punctual"]) == (turning, punctual)
