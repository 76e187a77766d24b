from dataclasses import fields, replace
from datetime import date

import pytest

from bot.importing.parsing.columns import KINDS
from bot.infra.i18n import translator
from bot.views import names, signals, words
from bot.views.signals import sources
from scoring.assessment import Signal
from scoring.policy import Policy
from scoring.vocabulary import METRICS, OBSERVATION_KINDS, State
from tests.bot.views import samples
from tests.bot.views.samples import TODAY, contact_gap, goal, invoice, no_goals, seen, spend, unanswered

EN = translator("en-US")


def returning(state: State = "breach") -> Signal:
    back = date(2026, 11, 20) if state == "breach" else date(2026, 11, 24)
    return Signal("returning", state, 0.5, evidence={"returns_on": back}, next_step="confirm_return")


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (contact_gap(12), "No contact for 12 days (limit 10)"),
        (contact_gap(1, 1), "No contact for 1 day (limit 1)"),
        (contact_gap(8), "Contact due by Wed, Nov 25"),
        (contact_gap(9), "Contact due tomorrow"),
        (unanswered(2), "2 tries with no answer, the last on Tue, Nov 17"),
        (unanswered(1), "1 try with no answer, on Tue, Nov 17"),
        (invoice(), "€2,400 is 9 days overdue (invoice INV-14); they usually pay within 2 days of the due date"),
        (invoice(usual_delay_days=0), "€2,400 is 9 days overdue (invoice INV-14)"),
        (
            invoice(turning=True, punctual=True),
            "€2,400 is 9 days overdue (invoice INV-14); they used to pay on time",
        ),
        (invoice(turning=True), "€2,400 is 9 days overdue (invoice INV-14); they used to pay sooner"),
        (
            invoice(count=3, balance=720_000, usual_delay_days=0),
            "3 invoices overdue, €7,200 in total, the oldest by 9 days (INV-14)",
        ),
        (spend(), "On course to spend €7,900 of €10,000 (21% under)"),
        (
            spend(forecast=1_620_700, target=1_260_000, direction="over"),
            "On course to spend €16,200 of €12,600 (29% over)",
        ),
        (
            spend(period_start=date(2026, 10, 1), period_end=date(2026, 12, 31)),
            "On course to spend €7,900 of €10,000 (21% under, this quarter)",
        ),
        (
            spend(data_through=date(2026, 11, 19)),
            "On course to spend €7,900 of €10,000 (21% under, data 4 days old)",
        ),
        (Signal("spend_pacing", "ok", evidence={"forecast": 10_400, "target": 10_000}), "On course to overspend by 4%"),
        (Signal("spend_pacing", "ok", evidence={"forecast": 10_001, "target": 10_000}), "Spend on course"),
        (
            Signal("spend_pacing", "ok", evidence={"forecast": 1_000_100, "target": 1_000_000, "currency": "EUR"}),
            "On course to spend €10,000 of €10,000",
        ),
        (goal("leads"), "On pace for 31 of 40 leads"),
        (goal("conversions"), "On pace for 31 of 40 conversions"),
        (goal("revenue"), "On pace for €31,000 of €40,000 in revenue"),
        (returning(), "Still paused, though due back Fri, Nov 20"),
        (returning("soon"), "Paused, due back tomorrow"),
        (no_goals(), "No goal set yet"),
        (Signal("contact_gap", "unknown"), "Days since contact: no data yet; import touchpoints"),
        (
            Signal("goal_pacing", "unknown", subject="leads"),
            "Leads goal: no data yet; import targets (leads), metrics (leads)",
        ),
        (
            Signal("survey", "unknown", evidence={"score": 3}),
            "Survey score: not enough data yet; import observations (survey)",
        ),
        (Signal("new_one", "unknown"), "Something else: no data yet"),
        (
            Signal("fee_trend", "unknown", evidence={"billing": "project"}),
            "Fees: billed by project, so there is no trend to read",
        ),
        (
            Signal("fee_trend", "unknown", evidence={"before": 0, "lately": 100}),
            "Fees: not enough data yet; import invoices",
        ),
        (Signal("no_goals", "ok"), "Goals set"),
        (
            Signal("no_goals", "ok", evidence={"since": date(2026, 12, 1)}),
            "No goal set yet, asked for from Tue, Dec 1",
        ),
        (Signal("delivery", "ok", subject="stopped", evidence={"data_through": TODAY}), "Campaigns are running"),
        (
            Signal("delivery", "ok", subject="stopped", evidence={"data_through": TODAY, "period_start": TODAY}),
            "No spend on Mon, Nov 23, nothing unusual",
        ),
        (Signal("delivery", "ok", subject="no_result", evidence={"expected": 4.2}), "Spend brings results"),
        (
            Signal("delivery", "ok", subject="no_result", evidence={"expected": 0.0}),
            "Too little spend to expect results from",
        ),
        (
            Signal("resource_score", "unknown", evidence={"score": 7.0, "said_on": date(2026, 9, 1)}),
            "Working together: the latest is from Tue, Sep 1, too old to tell; import observations (resource_card)",
        ),
        (
            Signal("lead_quality", "unknown", evidence={"part_through": date(2026, 11, 9), "data_through": TODAY}),
            "Lead quality: the latest is from Mon, Nov 9, too old to tell; import metrics (leads, qualified_leads)",
        ),
        (
            Signal("lead_quality", "unknown", evidence={"part_through": TODAY, "data_through": TODAY}),
            "Lead quality: not enough data yet; import metrics (leads, qualified_leads)",
        ),
        (Signal("unanswered", "ok", evidence={"attempts": 0}), "No tries waiting for an answer"),
        (Signal("invoice_overdue", "ok", evidence={"count": 0}), "No overdue invoices"),
        (Signal("new_one", "breach", 0.5), "Something else is worth a look"),
    ],
)
def test_a_reason_says_what_is_up_in_numbers(signal: Signal, said: str) -> None:
    assert words.reason(signal, EN, TODAY) == said


SAID_ON = date(2026, 11, 20)


def judged() -> list[str]:
    """The signals that the judgement weighs."""
    return [field.name.removesuffix("_weight") for field in fields(Policy) if field.name.endswith("_weight")]


@pytest.mark.parametrize("name", judged())
def test_every_signal_that_is_judged_has_words_of_its_own(name: str) -> None:
    assert name in signals.ALL
    for state in ("ok", "soon", "breach", "unknown"):
        bare = seen(name, state)
        assert words.reason(bare, EN, TODAY)
        assert words.next_step(bare, EN).endswith(".")


DEARER = seen(
    "cost_per_result",
    since=date(2026, 11, 9),
    cost=1_200,
    cost_before=800,
    results=50.0,
    currency="EUR",
    by_volume=0.04,
    by_price=-5.26,
    by_rate=2.0,
)


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (spend(), "On course to spend €7,900 of €10,000 (21% under, between €7,400 and €8,400, 96% likely to miss)"),
        (
            spend(chance=1.0),
            "On course to spend €7,900 of €10,000 (21% under, between €7,400 and €8,400, 99% likely to miss)",
        ),
        (goal("leads"), "On pace for 31 of 40 leads (between 28 and 35, 96% likely to miss)"),
        (
            goal("revenue"),
            "On pace for €31,000 of €40,000 in revenue (between €28,000 and €35,000, 96% likely to miss)",
        ),
        (
            DEARER,
            (
                "Conversions cost €12 each since Mon, Nov 9, €8 before; clicks cost more (conversions a week: ±0 from"
                " spend, −5.3 from the cost per click, +2 from the conversion rate)"
            ),
        ),
    ],
)
def test_ranges_and_breakdowns_are_given_to_a_reader_who_asks_why(signal: Signal, said: str) -> None:
    assert words.reason(signal, EN, TODAY, in_full=True) == said
    assert len(words.reason(signal, EN, TODAY)) < len(said)


def test_a_client_never_contacted_is_counted_from_its_start() -> None:
    told = {"last_on": None, "started_on": date(2026, 11, 14), "limit_days": 7, "due_on": TODAY}
    never = replace(contact_gap(), evidence=told)
    assert words.reason(never, EN, TODAY) == "No contact on record since they started with us 9 days ago (limit 7)"
    assert words.next_step(never, EN) == "Log the last time you spoke, or say hello today."
    assert words.short(never, EN, TODAY) == "no contact on record"


def test_expected_silence_is_said_rather_than_a_due_date() -> None:
    quiet = Signal("contact_gap", "ok", evidence={"due_on": TODAY, "silent_until": date(2026, 12, 4)})
    assert words.reason(quiet, EN, TODAY) == "Silence expected until Fri, Dec 4"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (invoice(), "Invoice INV-14 is 9 days overdue; they usually pay within 2 days of the due date"),
        (spend(), "On course to underspend by 21%"),
        (goal("revenue"), "Revenue on pace to miss the goal by 22%"),
        (goal("leads"), "On pace for 31 of 40 leads"),
    ],
)
def test_without_money_the_same_is_said_with_no_amount_in_it(signal: Signal, said: str) -> None:
    assert words.reason(signal, EN, TODAY, money=False) == said
    assert "€" not in (words.next_step(signal, EN, money=False) or "")


def test_evidence_whose_amounts_were_left_out_reads_like_one_without_money() -> None:
    kept = {name: value for name, value in spend().evidence.items() if not isinstance(value, int)}
    stripped = replace(spend(), evidence={**kept, "share": 0.79})
    assert words.reason(stripped, EN, TODAY) == "On course to underspend by 21%"
    assert words.short(stripped, EN, TODAY) == "heading 21% under budget"
    unsaid = replace(spend(), evidence={**kept, "direction": "over"})
    assert words.reason(unsaid, EN, TODAY) == "On course to overspend"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (contact_gap(12), "Call or write today."),
        (contact_gap(9), "A quick call or message before then will do."),
        (unanswered(), "Try another channel or another person."),
        (invoice(), "Ask when the payment will go out."),
        (spend(), "Raise the budget to about €420 a day from tomorrow to land on target."),
        (spend(direction="over"), "Lower the budget to about €420 a day from tomorrow to land on target."),
        (spend(daily_needed=9_577), "Raise the budget to about €96 a day from tomorrow to land on target."),
        (spend(daily_needed=577), "Raise the budget to about €5.77 a day from tomorrow to land on target."),
        (spend(direction="over", daily_needed=0), "The budget is used up: pause, or get a yes for more."),
        (spend(days_left=0, daily_needed=None), "Today is the last day: tell the client how it came out."),
        (goal(), "Find out what slowed the campaigns down; reaching the goal takes 2 a day from tomorrow."),
        (
            goal("revenue"),
            "Find out what slowed the campaigns down; reaching the goal takes €2,000 a day from tomorrow.",
        ),
        (goal(daily_needed=0), "Find out what slowed the campaigns down."),
        (goal(days_left=0, daily_needed=None), "Today is the last day: tell the client how it came out."),
        (returning(), "Ask if they are coming back, or agree on a new date."),
        (no_goals(), "Agree on a goal for the month and get it added."),
        (Signal("contact_gap", "ok"), ""),
    ],
)
def test_a_next_step_is_one_gentle_sentence(signal: Signal, said: str) -> None:
    assert words.next_step(signal, EN) == said


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (contact_gap(12), "12 days since contact"),
        (contact_gap(9), "contact due tomorrow"),
        (unanswered(), "2 tries, no answer"),
        (invoice(), "invoice 9 days overdue"),
        (spend(), "heading 21% under budget"),
        (goal(), "leads 22% behind goal"),
        (returning(), "due back Fri, Nov 20"),
        (no_goals(), "no goal set"),
        (Signal("new_one", "breach", 0.5), "worth a look"),
    ],
)
def test_the_short_form_fits_a_lock_screen(signal: Signal, said: str) -> None:
    assert words.short(signal, EN, TODAY) == said


def test_amounts_in_other_currencies_are_told_as_left_out() -> None:
    known, unknown = (
        seen("cost_per_lead", state="ok", left_out="USD"),
        seen("cost_per_lead", state="unknown", left_out="USD"),
    )
    assert words.reason(known, EN, TODAY).endswith("; amounts in USD are left out")
    assert words.reason(unknown, EN, TODAY) == "Cost per lead: amounts in USD are left out"


def test_what_has_no_data_names_the_columns_of_the_spreadsheet_to_import() -> None:
    assert {key.partition(":")[0] for key in sources.SOURCES} == set(signals.ALL)
    known = {kind: {column.name for column in columns} for kind, columns in KINDS.items()}
    known |= {"observations": set(OBSERVATION_KINDS), "targets": set(METRICS)}
    for key, needed in sources.SOURCES.items():
        assert needed, key
        for kind, columns in needed.items():
            assert set(columns) <= known[kind], key


def test_every_signal_has_words_of_its_own_in_every_state() -> None:
    for signal in samples.everything():
        for state in ("ok", "soon", "breach", "unknown"):
            said = words.reason(replace(signal, state=state), EN, TODAY)
            assert said
            assert not said.endswith(".")
            assert "None" not in said


def test_a_signal_is_said_even_when_its_evidence_is_missing() -> None:
    for signal in samples.everything():
        bare = replace(signal, evidence={})
        assert words.reason(bare, EN, TODAY)
        assert words.short(bare, EN, TODAY)
        assert words.next_step(bare, EN)


def test_numbers_dates_and_money_are_those_of_the_locale() -> None:
    german_way = translator("en-GB")
    assert words.reason(unanswered(), german_way, TODAY) == "2 tries with no answer, the last on Tue 17 Nov"


def test_each_temperament_has_its_line_and_none_has_none() -> None:
    lines = {names.temperament_advice(kind, EN) for kind in ("choleric", "sanguine", "melancholic", "phlegmatic")}
    assert len(lines) == 4
    assert None not in lines
    assert names.temperament_advice(None, EN) is None


def test_a_day_is_said_as_people_say_it() -> None:
    assert [names.near_day(date(2026, 11, day), TODAY, EN) for day in (22, 23, 24, 25)] == [
        "yesterday",
        "today",
        "tomorrow",
        "Wed, Nov 25",
    ]
    assert names.near_day(date(2027, 9, 30), TODAY, EN) == "Sep 30, 2027"
