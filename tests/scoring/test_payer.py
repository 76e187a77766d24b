from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.facts import Invoice
from scoring.payer import Payer, Payment, payer

FIRST_DUE = date(2025, 1, 31)
LATENESS = st.integers(min_value=-40, max_value=200)


def invoice(number: int, late: int | None) -> Payment:
    """The ``number``-th monthly invoice, due 30 days after issue; None: not paid."""
    due = FIRST_DUE + timedelta(days=30 * number)
    paid = None if late is None else due + timedelta(days=late)
    return Payment(due - timedelta(days=30), due, paid, 100_000)


def invoices(*late: int | None) -> list[Payment]:
    return [invoice(number, days) for number, days in enumerate(late)]


def settled(*late: int | None) -> Payer:
    """The payer long after the last invoice was paid."""
    return payer(invoices(*late), FIRST_DUE + timedelta(days=30 * len(late) + 400))


def numbers(found: Payer) -> tuple[float, float]:
    assert found.expected_days_late is not None
    assert found.chance_late_10 is not None
    return found.expected_days_late, found.chance_late_10


def test_without_a_past_nothing_is_known() -> None:
    assert payer([]) == payer([], date(2026, 1, 1)) == Payer()
    assert payer(invoices(None), FIRST_DUE) == Payer()


def test_the_expected_delay_is_the_mean_shrunk_by_one_invoice_of_five_days() -> None:
    assert settled(10).expected_days_late == pytest.approx((10 + 5) / 2)
    assert settled(0, 0, 0, 2).expected_days_late == pytest.approx(7 / 5)


def test_the_chance_is_the_stated_formula() -> None:
    # Level (0 + 20 + 5) / 3 = 8.33, one of the last three late, the last 20: logit −2.2 + 1.284 + 0.15 + 0.628, which
    # makes 0.466; it is worth three invoices beside a late one of weight 1 and one in time of weight 0.95.
    assert settled(0, 20).chance_late_10 == pytest.approx((3 * 0.466 + 1) / (3 + 1.95), abs=0.0005)


def test_of_a_payer_of_whom_much_is_known_the_chance_is_how_often_it_was_late() -> None:
    for late in (2, 5):
        _, chance = numbers(settled(*([30] * late + [0] * (10 - late)) * 6))
        assert chance == pytest.approx(late / 10, abs=0.08)


def test_an_unpaid_invoice_counts_as_very_late_from_the_eleventh_day_on() -> None:
    day = FIRST_DUE + timedelta(days=90)
    (_, before), (_, after) = (numbers(payer(invoices(0, 0, 0, None), day + timedelta(days=days))) for days in (10, 11))
    assert after > before + 0.1


def test_a_good_payer_and_a_bad_one_are_far_apart() -> None:
    _, good = numbers(settled(*[0] * 8))
    _, bad = numbers(settled(*[30] * 8))
    assert good < 0.06
    assert bad > 0.85


def test_the_last_invoices_count_for_more_than_the_same_ones_long_ago() -> None:
    assert numbers(settled(0, 0, 0, 0, 20, 20))[1] > numbers(settled(20, 20, 0, 0, 0, 0))[1]


def test_the_order_of_the_invoices_does_not_matter() -> None:
    rows = invoices(0, 12, 3, None, 40)
    as_of = FIRST_DUE + timedelta(days=200)
    assert payer(rows, as_of) == payer(rows[::-1], as_of)


def test_a_good_payer_is_turning_with_one_invoice_very_late_and_not_with_one_a_little_late() -> None:
    assert not settled(0, 0, 1, 0, 0, 0, 0, 10).turning
    assert not settled(0, 0, 1, 0, 0, 0, 7, 7).turning
    assert settled(0, 0, 1, 0, 0, 0, 0, 12).turning
    assert settled(0, 0, 1, 0, 0, 0, 14, 16).turning


def test_one_very_late_invoice_is_enough_to_be_turning() -> None:
    assert settled(0, 0, 0, 0, 0, 45).turning


def test_a_payer_who_was_always_late_is_not_turning() -> None:
    assert not settled(*[15] * 9).turning


def test_three_invoices_are_too_few_to_have_been_a_good_payer() -> None:
    assert not settled(20, 20, 20).turning
    assert not settled(0, 0, 20, 20, 20).turning
    assert settled(0, 0, 0, 20, 20, 20).turning


def test_the_usual_delay_is_the_median_of_what_was_paid() -> None:
    assert settled(8, 9, 10, 11, 90).usual_delay_days == 10
    assert settled(-5, -3, 0).usual_delay_days == 0
    assert payer(invoices(None), FIRST_DUE + timedelta(days=9)).usual_delay_days is None


def test_an_open_invoice_is_late_so_far() -> None:
    as_of = FIRST_DUE + timedelta(days=150 + 25)  # the sixth is 25 days past due
    found = payer(invoices(0, 0, 0, 0, 0, None), as_of)
    assert found.last_days_late == 25
    assert found == payer(invoices(0, 0, 0, 0, 0, 25), as_of)


def test_an_invoice_just_past_due_does_not_flatter_a_late_payer() -> None:
    late = invoices(30, 30, 30, 30)
    as_of = FIRST_DUE + timedelta(days=30 * 4 + 1)
    with_open = payer([*late, invoice(4, None)], as_of)
    assert numbers(with_open)[0] == numbers(payer(late, as_of))[0]
    assert numbers(with_open)[1] == pytest.approx(numbers(payer(late, as_of))[1], abs=0.01)


def test_an_unpaid_invoice_that_is_not_past_due_does_not_count() -> None:
    as_of = FIRST_DUE + timedelta(days=60)
    assert payer(invoices(0, 5, None), as_of) == payer(invoices(0, 5), as_of)


@pytest.mark.parametrize("amount", [0, -500])
def test_credit_notes_do_not_count(amount: int) -> None:
    note = replace(invoice(3, 60), amount=amount)
    as_of = FIRST_DUE + timedelta(days=400)
    assert payer([*invoices(0, 0, 0), note], as_of) == payer(invoices(0, 0, 0), as_of)


def test_an_invoice_of_the_smallest_amount_counts() -> None:
    assert settled(30) == payer([replace(invoice(0, 30), amount=1)])


def test_a_payment_on_the_day_itself_is_known() -> None:
    found = payer(invoices(12), FIRST_DUE + timedelta(days=12))
    assert found.usual_delay_days == 12


def test_five_days_are_not_yet_late_and_six_are() -> None:
    assert settled(5, 5, 5).late_of_last_three == 0
    assert settled(6, 0, 6, 0).late_of_last_three == 1
    assert settled(6, 6, 6, 6).late_of_last_three == 3
    assert Payer().late_of_last_three == 0


def test_paying_more_than_fifteen_days_early_counts_as_fifteen() -> None:
    assert settled(-15) == settled(-40)
    assert settled(-15) != settled(-14)


def test_a_payer_whose_earlier_mean_was_above_three_days_was_not_good() -> None:
    assert settled(3, 3, 3, 20, 20, 20).turning
    assert not settled(3, 3, 4, 20, 20, 20).turning


def test_turning_begins_at_a_chance_of_one_in_twelve() -> None:
    calm, alarmed = settled(*[0] * 10, 10), settled(*[0] * 10, 11)
    assert (calm.turning, alarmed.turning) == (False, True)
    assert numbers(calm)[1] < 0.08 <= numbers(alarmed)[1]


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        ((0, 0, 0), 0),
        ((-9, -3, 0), 0),
        ((0, 0, 0, 0, 0, 30), 0),
        ((-2, -3, -1, -2, 0, -2, 25, -3, -1, 0, -2, -2), 0),
        ((10,), 22),
        ((10, 10, 10), 15),
        ((10,) * 24, 11),
        ((5, 8, 11, 8, 6, 10, 8, 9, 7, 8, 3, 12), 12),
        ((8, 8, 9, 7, 8, 8, 9, 7, 8, 60, 9, 8), 11),
    ],
)
def test_what_a_payer_keeps_is_what_nearly_all_of_its_payments_kept(late: tuple[int, ...], kept: int) -> None:
    assert settled(*late).kept_days == kept


def test_a_payer_who_is_turning_is_held_to_what_it_kept_before() -> None:
    assert settled(0, 0, 0, 0, 0, 20, 25, 30).kept_days == 0
    assert settled(0, 0, 0, 0, 20, 25, 30, 20, 25, 30, 25).kept_days == 38
    assert payer(invoices(None), FIRST_DUE + timedelta(days=9)).kept_days is None


def test_a_dispute_of_a_year_weighs_no_more_than_ninety_days() -> None:
    assert settled(0, 0, 365) == settled(0, 0, 90)


def test_without_a_day_the_last_thing_that_happened_is_today() -> None:
    rows = invoices(0, 12, None)
    assert payer(rows) == payer(rows, FIRST_DUE + timedelta(days=30 + 12))


def test_the_clients_own_invoices_are_read_as_they_are() -> None:
    rows = invoices(0, 12, 3)
    facts = [
        Invoice(str(i), row.issued_on, row.due_on, row.amount, row.amount, row.paid_on, "paid")
        for i, row in enumerate(rows)
    ]
    assert payer(facts) == payer(rows)


@given(st.lists(LATENESS, min_size=1, max_size=15), st.data(), st.integers(min_value=1, max_value=300))
def test_a_later_payment_never_lowers_what_is_expected(late: list[int], data: st.DataObject, more: int) -> None:
    at = data.draw(st.integers(min_value=0, max_value=len(late) - 1))
    # The day is any after this one's due date: other invoices, and then this one too, may still be open on it.
    as_of = invoice(at, 0).due_on + timedelta(days=data.draw(st.integers(min_value=1, max_value=400)))
    rows = invoices(*late)
    worse = [invoice(at, late[at] + more) if i == at else row for i, row in enumerate(rows)]
    before, after = numbers(payer(rows, as_of)), numbers(payer(worse, as_of))
    assert after[0] >= before[0] - 1e-9
    assert after[1] >= before[1] - 1e-9


@given(
    st.lists(st.integers(min_value=-10, max_value=3), min_size=3, max_size=9),
    st.tuples(LATENESS, LATENESS, LATENESS),
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)),
)
def test_a_good_payer_who_is_turning_still_is_when_the_last_three_are_later(
    before: list[int], last: tuple[int, int, int], more: tuple[int, int, int]
) -> None:
    worse = [days + extra for days, extra in zip(last, more, strict=True)]
    assert settled(*before, *worse).turning >= settled(*before, *last).turning


@given(st.lists(st.one_of(st.none(), LATENESS), max_size=12), st.integers(min_value=-40, max_value=500), LATENESS)
def test_what_happened_after_the_day_is_ignored(late: Sequence[int | None], day: int, other: int) -> None:
    as_of = FIRST_DUE + timedelta(days=day)
    rows = invoices(*late)
    forgotten = [
        replace(row, paid_on=None if row.paid_on and row.paid_on > as_of else row.paid_on)
        for row in rows
        if row.issued_on <= as_of
    ]
    later = invoice(40, other)
    assert payer(rows, as_of) == payer(forgotten, as_of) == payer([*forgotten, later], as_of)


@given(st.lists(LATENESS, min_size=1, max_size=20))
def test_the_chance_lies_between_0_and_1(late: list[int]) -> None:
    found = settled(*late)
    _, chance = numbers(found)
    assert 0 < chance < 1
    assert 0 <= found.late_of_last_three <= 3
