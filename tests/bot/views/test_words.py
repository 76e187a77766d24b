from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from bot.importing.parsing.columns import KINDS, METRICS, OBSERVATIONS
from bot.infra.i18n import translator
from bot.views import names, signals, words
from bot.views.signals import sources
from scoring.assessment import Signal, State
from scoring.policy import Policy
from tests.bot.views import samples
from tests.bot.views.samples import TODAY, contact_gap, goal, invoice, no_goals, spend, unanswered

EN = translator("en-US")


def returning(state: str = "breach") -> Signal:
    back = date(2026, 11, 20) if state == "breach" else date(2026, 11, 24)
    return Signal("returning", state, 0.5, evidence={"returns_on": back}, next_step="confirm_return")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (contact_gap(12), "No contact for 12 days (limit 10)"),
        (contact_gap(1, 1), "No contact for 1 day (limit 1)"),
        (contact_gap(8), "Contact is due by Wed, Nov 25"),
        (contact_gap(9), "Contact is due tomorrow"),
        (unanswered(2), "2 attempts without an answer, last on Tue, Nov 17"),
        (unanswered(1), "1 attempt without an answer, last on Tue, Nov 17"),
        (invoice(), "Invoice INV-14 (€2,400) is 9 days late; this client usually pays within 2 days"),
        (invoice(usual_delay_days=0), "Invoice INV-14 (€2,400) is 9 days late"),
        (
            invoice(turning=True, punctual=True),
            "Invoice INV-14 (€2,400) is 9 days late; until now this client paid on time",
        ),
        (invoice(turning=True), "Invoice INV-14 (€2,400) is 9 days late; this client used to pay sooner"),
        (
            invoice(count=3, balance=720_000, usual_delay_days=0),
            "3 invoices are late (€7,200 in all), the oldest, INV-14, by 9 days",
        ),
        (spend(), "Spend heads for €7,900 of €10,000 (79%, range €7,400 to €8,400, 96% sure to miss)"),
        (
            spend(period_start=date(2026, 10, 1), period_end=date(2026, 12, 31)),
            "Spend heads for €7,900 of €10,000 (79%, range €7,400 to €8,400, 96% sure to miss, this quarter)",
        ),
        (
            spend(data_through=date(2026, 11, 19)),
            "Spend heads for €7,900 of €10,000 (79%, range €7,400 to €8,400, 96% sure to miss, data 4 days old)",
        ),
        (
            spend(chance=1.0),
            "Spend heads for €7,900 of €10,000 (79%, range €7,400 to €8,400, 99% sure to miss)",
        ),
        (goal("leads"), "Leads head for 31 of 40 (78%, range 28 to 35, 96% sure to miss)"),
        (goal("conversions"), "Conversions head for 31 of 40 (78%, range 28 to 35, 96% sure to miss)"),
        (goal("revenue"), "Revenue heads for €31,000 of €40,000 (78%, range €28,000 to €35,000, 96% sure to miss)"),
        (returning(), "Still paused, was expected back Fri, Nov 20"),
        (returning("soon"), "Paused, expected back tomorrow"),
        (no_goals(), "No goals set yet"),
        (Signal("contact_gap", "unknown"), "Time since contact: no data yet; it takes touchpoints"),
        (
            Signal("goal_pacing", "unknown", subject="leads"),
            "Leads against the goal: no data yet; it takes targets (leads), metrics (leads)",
        ),
        (
            Signal("survey", "unknown", evidence={"score": 3}),
            "Survey score: not enough data yet; it takes observations (survey)",
        ),
        (Signal("new_one", "unknown"), "Something else: no data yet"),
        (
            Signal("fee_trend", "unknown", evidence={"billing": "project"}),
            "Fees: work paid by project comes in lumps, so that no trend is read from it",
        ),
        (
            Signal("fee_trend", "unknown", evidence={"before": 0, "lately": 100}),
            "Fees: not enough data yet; it takes invoices",
        ),
        (Signal("no_goals", "ok"), "Goals are set"),
        (Signal("unanswered", "ok", evidence={"attempts": 0}), "No attempt waits for an answer"),
        (Signal("invoice_overdue", "ok", evidence={"count": 0}), "No invoice is open"),
        (Signal("new_one", "breach", 0.5), "Something else is worth a look"),
    ],
)
def test_a_reason_says_what_is_up_in_numbers(signal: Signal, said: str) -> None:
    assert words.reason(signal, EN, TODAY) == said


def seen(name: str, state: State = "breach", subject: str = "", **evidence: Any) -> Signal:
    return Signal(name, state, 0.5, subject, evidence=evidence, next_step="anything")


SAID_ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("signal", "said", "short"),
    [
        (seen("mood", mood="uneasy", said_on=SAID_ON), "The client seemed uneasy on Fri, Nov 20", "uneasy"),
        (seen("mood", mood="unhappy", said_on=SAID_ON), "The client seemed unhappy on Fri, Nov 20", "unhappy"),
        (
            seen("complaint", open=1, recent=1, since=SAID_ON),
            "1 complaint open since Fri, Nov 20",
            "complaint open 3 days",
        ),
        (
            seen("complaint", open=2, recent=3, since=SAID_ON),
            "2 complaints open, the oldest since Fri, Nov 20; 3 lately",
            "complaint open 3 days",
        ),
        (seen("complaint", "ok", open=0), "No complaint is open", "complaint open 0 days"),
        (
            seen("survey", score=5.0, average=7.5, said_on=SAID_ON),
            "Survey score 5 of 10 on Fri, Nov 20, 7.5 before",
            "survey score 5",
        ),
        (
            seen("survey", score=5.0, average=None, said_on=SAID_ON),
            "Survey score 5 of 10 on Fri, Nov 20",
            "survey score 5",
        ),
        (
            seen("engagement", subject="email_engagement", value=30.0, average=60.0, said_on=SAID_ON),
            "E-mail opens fell by 50%",
            "engagement down 50%",
        ),
        (seen("goodwill", "ok", kind="referral", said_on=SAID_ON), "Referred somebody on Fri, Nov 20", "goodwill"),
        (
            seen("renewal", renews_on=date(2026, 12, 23)),
            "The contract ends in 30 days, on Wed, Dec 23, with no renewal recorded",
            "contract ends in 30 days",
        ),
        (
            seen("renewal", renews_on=SAID_ON),
            "The contract ended on Fri, Nov 20, with no renewal recorded",
            "contract ended",
        ),
        (
            seen("renewal", "ok", renews_on=date(2027, 9, 30)),
            "The contract runs until Sep 30, 2027",
            "contract ends in 311 days",
        ),
        (
            seen("recap", missing="recap_mail", due_on=SAID_ON),
            "The month's recap was told, but not confirmed in writing",
            "recap not finished",
        ),
        (
            seen("recap", missing="recap_call recap_mail", due_on=SAID_ON),
            "The month's recap was neither told nor written",
            "recap not finished",
        ),
        (
            seen("fee_trend", before=900_000, lately=600_000, currency="EUR"),
            "Billed €6,000 in three months, €9,000 in the three before",
            "we bill less",
        ),
        (
            seen("cost_per_lead", cost=5_600, target=4_000, leads=12, currency="EUR"),
            "A lead costs €56 this month, the goal is €40",
            "leads cost 40% more",
        ),
        (
            seen("cost_per_lead", cost=5_600, usual=4_000, leads=12, currency="EUR"),
            "A lead costs €56 this month, €40 is usual in this industry",
            "leads cost 40% more",
        ),
        (
            seen("recap", subject="report", sent_on=SAID_ON, call_by=SAID_ON),
            "A report was sent on Fri, Nov 20, with no call around it",
            "no call about the report",
        ),
        (
            seen("recap", "ok", "report", sent_on=SAID_ON, call_by=date(2026, 11, 25)),
            "A report was sent on Fri, Nov 20, a call belongs to it by Wed, Nov 25",
            "no call about the report",
        ),
        (
            seen("recap", "ok", "report", sent_on=SAID_ON),
            "The report of Fri, Nov 20 was talked about",
            "no call about the report",
        ),
        (
            seen("cost_per_lead", cost=None, target=4_000, leads=0, currency="EUR"),
            "Money is spent this month, and no lead has come yet",
            "leads cost too much",
        ),
        (
            seen("lead_quality", recent_part=8, recent_whole=64, before_part=50, before_whole=125),
            "1 in 8 leads was qualified lately, 1 in 2.5 before",
            "fewer leads qualified",
        ),
        (
            seen("traffic_to_lead", recent_part=0, recent_whole=640, before_part=50, before_whole=1500),
            "No visit became a lead lately, 1 in 30 before",
            "fewer visits become leads",
        ),
        (
            seen("delivery", subject="stopped", stopped_on=SAID_ON),
            "No spend since Fri, Nov 20, though budget is left",
            "spend has stopped",
        ),
        (
            seen("delivery", subject="no_result", expected=7.3),
            "Not one lead or conversion in the last week, for about 7 expected",
            "spend without results",
        ),
        (
            seen("delivery", "soon", subject="data", data_through=SAID_ON),
            "No data since Fri, Nov 20: a fault of the data, not of the client",
            "data 3 days old",
        ),
        (
            seen("cost_per_result", cost=1_200, cost_before=800, results=50.0, currency="EUR", budget_changed=False),
            "A result costs €12, €8 in the four weeks before",
            "results cost 50% more",
        ),
        (
            seen(
                "cost_per_result",
                cost=1_200,
                cost_before=800,
                results=50.0,
                currency="EUR",
                budget_changed=True,
                by_volume=0.04,
                by_price=-5.26,
                by_rate=2.0,
                running_days=90,
            ),
            (
                "A result costs €12, €8 in the four weeks before; clicks got dearer (results a week: ±0 by spend,"
                " −5.3 by the price of a click, +2 by results from clicks); the budget was changed lately"
            ),
            "results cost 50% more",
        ),
        (
            seen("cost_per_result", cost=1_200, cost_before=800, results=50.0, currency="EUR", running_days=90),
            (
                "A result costs €12, €8 in the four weeks before; the campaigns have run for 90 days without a break,"
                " with no budget change on record"
            ),
            "results cost 50% more",
        ),
        (
            seen("cost_per_result", cost=1_200, cost_before=800, results=50.0, currency="EUR", running_days=55),
            "A result costs €12, €8 in the four weeks before",
            "results cost 50% more",
        ),
        (
            seen("cost_per_result", results=0.0, expected=12.4, cost=None, by_price=-1.0, by_rate=-2.0),
            "Not one result in a week, for about 12 expected; fewer clicks become results",
            "results cost too much",
        ),
        (
            seen("cost_per_result", "ok", cost=800, cost_before=800),
            "What a result costs holds",
            "results cost too much",
        ),
        (
            seen("cost_per_result", subject="click", cost=320, usual=160, currency="EUR", day=SAID_ON),
            "A click cost €3.20 on Fri, Nov 20, €1.60 usually",
            "a click cost 100% more",
        ),
        (
            seen("cost_per_result", subject="result", cost=3_200, usual=1_600, currency="EUR", day=SAID_ON),
            "A result cost €32 on Fri, Nov 20, €16 usually",
            "results cost 100% more",
        ),
        (
            seen("resource_score", score=3.5, said_on=SAID_ON),
            "Working together scored 3.5 of 10 on Fri, Nov 20",
            "working together 3.5 of 10",
        ),
    ],
)
def test_what_the_client_said_is_told_with_its_day(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short


def test_what_a_lead_costs_is_told_without_amounts_to_who_may_not_see_them() -> None:
    cost = seen("cost_per_lead", cost=5_600, target=4_000, leads=12, currency="EUR")
    assert words.reason(cost, EN, TODAY, money=False) == "A lead costs 40% more this month than it should"


@pytest.mark.parametrize(
    ("subject", "than", "said"),
    [
        ("", "cost_before", "A result costs 50% more than in the four weeks before"),
        ("click", "usual", "A click cost 50% more than usual on Fri, Nov 20"),
        ("result", "usual", "A result cost 50% more than usual on Fri, Nov 20"),
    ],
)
def test_what_a_result_costs_is_told_without_amounts_to_who_may_not_see_them(
    subject: str, than: str, said: str
) -> None:
    dear = seen("cost_per_result", subject=subject, cost=1_200, currency="EUR", day=SAID_ON, **{than: 800})
    assert words.reason(dear, EN, TODAY, money=False) == said


def test_what_we_bill_is_told_without_amounts_to_who_may_not_see_them() -> None:
    fees = seen("fee_trend", before=900_000, lately=600_000, currency="EUR")
    assert words.reason(fees, EN, TODAY, money=False) == "What we bill has fallen over the last three months"


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


def test_a_client_never_contacted_is_counted_from_its_start() -> None:
    told = {"last_on": None, "started_on": date(2026, 11, 14), "limit_days": 7, "due_on": TODAY}
    never = contact_gap()._replace(evidence=told)
    assert words.reason(never, EN, TODAY) == "No contact yet, 9 days after the start (limit 7)"
    assert words.next_step(never, EN) == "Say hello today: call or write."
    assert words.short(never, EN, TODAY) == "no contact yet"


def test_expected_silence_is_said_rather_than_a_due_date() -> None:
    quiet = Signal("contact_gap", "ok", evidence={"due_on": TODAY, "silent_until": date(2026, 12, 4)})
    assert words.reason(quiet, EN, TODAY) == "Silence expected until Fri, Dec 4"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (invoice(), "Invoice INV-14 is 9 days late; this client usually pays within 2 days"),
        (spend(), "Spend heads for 79% of its target"),
        (goal("revenue"), "Revenue heads for 78% of its target"),
        (goal("leads"), "Leads head for 31 of 40 (78%, range 28 to 35, 96% sure to miss)"),
    ],
)
def test_without_money_the_same_is_said_with_no_amount_in_it(signal: Signal, said: str) -> None:
    assert words.reason(signal, EN, TODAY, money=False) == said
    assert "€" not in (words.next_step(signal, EN, money=False) or "")


def test_evidence_whose_amounts_were_left_out_reads_like_one_without_money() -> None:
    kept = {name: value for name, value in spend().evidence.items() if not isinstance(value, int)}
    stripped = spend()._replace(evidence={**kept, "share": 0.79})
    assert words.reason(stripped, EN, TODAY) == "Spend heads for 79% of its target"
    assert words.short(stripped, EN, TODAY) == "spend at 79% of target"
    unsaid = spend()._replace(evidence={**kept, "direction": "over"})
    assert words.reason(unsaid, EN, TODAY) == "Spend heads for more than its target"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (contact_gap(12), "Call or write today."),
        (contact_gap(9), "A short call or message before then is enough."),
        (unanswered(), "Try another channel or another person."),
        (invoice(), "Ask when the payment will go out."),
        (spend(), "Raise the budget to about €420 a day from tomorrow to land on target."),
        (spend(direction="over"), "Lower the budget to about €420 a day from tomorrow to land on target."),
        (spend(daily_needed=9_577), "Raise the budget to about €96 a day from tomorrow to land on target."),
        (spend(daily_needed=577), "Raise the budget to about €5.77 a day from tomorrow to land on target."),
        (spend(direction="over", daily_needed=0), "The budget is used up: pause, or agree on more."),
        (spend(days_left=0, daily_needed=None), "The period ends today: tell the client how it comes out."),
        (goal(), "Look for what slowed the campaigns down: 2 a day from tomorrow land on target."),
        (
            goal("revenue"),
            "Look for what slowed the campaigns down: €2,000 a day from tomorrow land on target.",
        ),
        (goal(daily_needed=0), "Look for what slowed the campaigns down."),
        (goal(days_left=0, daily_needed=None), "The period ends today: tell the client how it comes out."),
        (returning(), "Ask whether they are coming back, or set a new date."),
        (no_goals(), "Agree on a goal for the month and enter it."),
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
        (unanswered(), "2 tries unanswered"),
        (invoice(), "invoice 9 days late"),
        (spend(), "spend at 79% of target"),
        (goal(), "leads at 78% of goal"),
        (returning(), "return due Fri, Nov 20"),
        (no_goals(), "no goals yet"),
        (Signal("new_one", "breach", 0.5), "worth a look"),
    ],
)
def test_the_short_form_fits_a_lock_screen(signal: Signal, said: str) -> None:
    assert words.short(signal, EN, TODAY) == said


def test_what_has_no_data_says_which_columns_of_which_spreadsheet_would_have_to_be_fed_in() -> None:
    assert {key.partition(":")[0] for key in sources.SOURCES} == set(signals.ALL)
    known = {kind: {column.name for column in columns} for kind, columns in KINDS.items()}
    known |= {"observations": set(OBSERVATIONS), "targets": set(METRICS)}
    for key, needed in sources.SOURCES.items():
        assert needed, key
        for kind, columns in needed.items():
            assert set(columns) <= known[kind], key


def test_every_signal_has_words_of_its_own_in_every_state() -> None:
    for signal in samples.everything():
        for state in ("ok", "soon", "breach", "unknown"):
            said = words.reason(signal._replace(state=state), EN, TODAY)
            assert said
            assert not said.endswith(".")
            assert "None" not in said


def test_a_signal_is_said_even_when_its_evidence_is_missing() -> None:
    for signal in samples.everything():
        bare = signal._replace(evidence={})
        assert words.reason(bare, EN, TODAY)
        assert words.short(bare, EN, TODAY)
        assert words.next_step(bare, EN)


def test_numbers_dates_and_money_are_those_of_the_locale() -> None:
    german_way = translator("en-GB")
    assert words.reason(unanswered(), german_way, TODAY) == "2 attempts without an answer, last on Tue 17 Nov"


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
