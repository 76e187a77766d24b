from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scoring.assessment import Signal
from scoring.facts import Client, Observation, Portfolio
from scoring.policy import Policy
from scoring.signals.contact import contact_gap, unanswered
from scoring.signals.context import Context
from scoring.signals.recap import recap

TODAY = date(2026, 11, 20)
WARSAW = ZoneInfo("Europe/Warsaw")
CLIENT = Client(1, "active", WARSAW, started_on=date(2024, 1, 1), created_on=date(2026, 1, 1))


def on(day: date = TODAY) -> Context:
    return Context(Policy(), Portfolio(), day)


def ago(days: int) -> datetime:
    return datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=days)


def after(days: int, client: Client = CLIENT) -> Signal:
    """Judge contact so many days after the last one."""
    return contact_gap(replace(client, last_contact_at=ago(days)), on())


@pytest.mark.parametrize(
    ("days", "state", "severity", "level"),
    [
        (0, "ok", 0, None),
        (7, "ok", 0, None),
        (8, "soon", 0.2, None),
        (9, "soon", 0.2, None),
        (10, "breach", 0.5, "amber"),
        (15, "breach", 0.75, "amber"),
        (16, "breach", 0.8, "red"),
        (20, "breach", 1, "red"),
        (400, "breach", 1, "red"),
    ],
)
def test_contact_is_due_soon_then_due_then_worse_every_day(
    days: int, state: str, severity: float, level: str | None
) -> None:
    found = after(days)
    assert (found.state, found.severity, found.level) == (state, severity, level)
    assert found.evidence == {
        "last_on": TODAY - timedelta(days=days),
        "started_on": None,
        "limit_days": 10,
        "due_on": TODAY + timedelta(days=10 - days),
    }


def test_since_and_until_are_the_days_between_which_it_reads_like_that() -> None:
    assert (after(7).since, after(7).until) == (None, TODAY + timedelta(days=1))
    assert (after(9).since, after(9).until) == (TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    assert (after(12).since, after(12).until) == (TODAY - timedelta(days=2), TODAY + timedelta(days=1))
    assert (after(20).since, after(20).until) == (TODAY - timedelta(days=10), None)


def test_the_day_of_a_contact_is_the_owners_day() -> None:
    late = replace(CLIENT, last_contact_at=datetime(2026, 11, 9, 23, 30, tzinfo=UTC))
    assert contact_gap(late, on()).evidence["last_on"] == date(2026, 11, 10)
    assert contact_gap(replace(late, zone=UTC), on()).evidence["last_on"] == date(2026, 11, 9)


def test_an_attempt_does_not_reset_the_clock() -> None:
    tried = replace(CLIENT, last_contact_at=ago(12), attempts=1, last_attempt_at=ago(1))
    assert contact_gap(tried, on()) == after(12)


def test_a_client_never_contacted_counts_from_its_start() -> None:
    found = contact_gap(replace(CLIENT, started_on=TODAY - timedelta(days=8)), on())
    assert (found.state, found.evidence["last_on"]) == ("breach", None)
    assert found.evidence["started_on"] == TODAY - timedelta(days=8)


def test_an_unknown_start_is_the_day_of_the_record_and_makes_no_client_new() -> None:
    heard = replace(CLIENT, started_on=None, created_on=TODAY - timedelta(days=8))
    found = contact_gap(heard, on())
    assert (found.state, found.evidence["limit_days"]) == ("soon", 10)


def test_with_nothing_to_count_from_contact_is_unknown() -> None:
    assert contact_gap(replace(CLIENT, started_on=None, created_on=None), on()).state == "unknown"


def test_the_limit_is_seven_days_while_the_relationship_is_new() -> None:
    assert after(7, replace(CLIENT, started_on=TODAY - timedelta(days=60))).state == "breach"
    assert after(7, replace(CLIENT, started_on=TODAY + timedelta(days=5))).state == "breach"


@pytest.mark.parametrize(("age", "limit"), [(89, 7), (90, 10)])
def test_the_shorter_limit_holds_for_what_falls_due_in_the_first_90_days(age: int, limit: int) -> None:
    fell_due_today = replace(CLIENT, started_on=TODAY - timedelta(days=age), last_contact_at=ago(7))
    assert contact_gap(fell_due_today, on()).evidence["limit_days"] == limit


def test_a_breach_does_not_close_because_the_relationship_is_no_longer_new() -> None:
    client = replace(CLIENT, started_on=TODAY - timedelta(days=88), last_contact_at=ago(7))
    assert [contact_gap(client, on(TODAY + timedelta(days=n))).state for n in range(4)] == ["breach"] * 4


def test_a_clients_own_limit_comes_first() -> None:
    own = replace(CLIENT, contact_limit_days=21)
    assert (after(18, own).state, after(19, own).state, after(21, own).state) == ("ok", "soon", "breach")
    assert after(20, replace(own, started_on=TODAY - timedelta(days=30))).evidence["limit_days"] == 21


@pytest.mark.parametrize(("limit", "states"), [(1, ["ok", "breach"]), (2, ["ok", "soon"]), (3, ["ok", "soon"])])
def test_what_was_logged_today_is_never_due_soon(limit: int, states: list[str]) -> None:
    assert [after(days, replace(CLIENT, contact_limit_days=limit)).state for days in (0, 1)] == states


def test_expected_silence_asks_for_no_contact_until_the_day_after() -> None:
    last_day = TODAY + timedelta(days=3)
    silent = replace(CLIENT, last_contact_at=ago(30), attempts=4, last_attempt_at=ago(2), silent_until=last_day)
    for found in (contact_gap(silent, on()), unanswered(silent, on(last_day))):
        assert (found.state, found.severity, found.evidence["silent_until"]) == ("ok", 0, last_day)
        assert found.until == last_day + timedelta(days=1)
    assert contact_gap(silent, on(last_day + timedelta(days=1))).state == "breach"
    assert unanswered(silent, on(last_day + timedelta(days=1))).state == "breach"


def test_a_contact_dated_in_the_future_is_a_contact() -> None:
    found = contact_gap(replace(CLIENT, last_contact_at=ago(-2)), on())
    assert (found.state, found.severity, found.until) == ("ok", 0, TODAY + timedelta(days=10))


@pytest.mark.parametrize(("attempts", "severity"), [(0, 0), (1, 0), (2, 0.6), (3, 0.8), (4, 1), (9, 1)])
def test_attempts_in_a_row_weigh_more_the_more_they_are(attempts: int, severity: float) -> None:
    found = unanswered(replace(CLIENT, last_contact_at=ago(9), attempts=attempts, last_attempt_at=ago(1)), on())
    assert (found.severity, found.state) == (severity, "breach" if severity else "ok")
    assert found.evidence == {"attempts": attempts, "last_on": TODAY - timedelta(days=1) if attempts else None}
    assert found.until is None


def test_a_client_that_nobody_tried_to_reach_is_unknown() -> None:
    assert unanswered(CLIENT, on()).state == "unknown"
    assert unanswered(replace(CLIENT, last_contact_at=ago(3)), on()).state == "ok"


@pytest.mark.parametrize(
    ("recorded", "day", "state", "severity"),
    [
        ([("recap_call", -20)], 6, "ok", 0),
        ([("recap_call", -20)], 7, "breach", 0.7),
        ([("recap_call", -7)], 7, "breach", 0.7),  # Saturday 24 October
        ([("recap_call", -5)], 7, "breach", 0.5),  # Monday 26 October begins October's last five working days
        ([("recap_call", -5), ("recap_mail", -1)], 7, "ok", 0),
        ([("recap_call", 1)], 7, "breach", 0.5),
        ([("recap_call", 1), ("recap_mail", 7)], 7, "ok", 0),
        ([("report", 1)], 7, "unknown", 0),
    ],
)
def test_the_recap_is_told_in_a_call_and_in_writing_by_the_fifth_working_day(
    recorded: list[tuple[str, int]], day: int, state: str, severity: float
) -> None:
    first = date(2026, 11, 1)  # a Sunday: the fifth working day is Friday the 6th
    remarks = tuple(Observation(kind, first + timedelta(days=n - 1)) for kind, n in recorded)
    found = recap(replace(CLIENT, observations=remarks), on(first + timedelta(days=day - 1)))[0]
    assert (found.state, found.severity) == (state, severity)
    if state == "breach":
        assert (found.since, found.until) == (date(2026, 11, 7), date(2026, 12, 1))


def test_a_recap_is_of_the_month_that_ended_and_days_off_move_both_of_its_ends() -> None:
    told = (Observation("recap_call", date(2026, 12, 21)), Observation("recap_mail", date(2026, 12, 22)))
    days_off = frozenset(date(2026, 12, n) for n in range(24, 32)) | {date(2027, 1, 1), date(2027, 1, 6)}

    def judge(day: date, client: Client = CLIENT, holidays: frozenset[date] = days_off) -> Signal:
        return recap(replace(client, observations=told), Context(Policy(), Portfolio(holidays=holidays), day))[0]

    assert judge(date(2027, 1, 4)).evidence["month"] == date(2026, 12, 1)
    assert judge(date(2027, 1, 15)).state == "ok"
    assert judge(date(2027, 1, 15), holidays=frozenset()).state == "breach"
    assert judge(date(2027, 2, 3)).evidence["missing"] == "recap_call recap_mail"
    assert judge(date(2027, 2, 6)).evidence["due_on"] == date(2027, 2, 5)
    new = replace(CLIENT, started_on=date(2026, 12, 18))
    assert judge(date(2026, 12, 30), new).evidence == {"started_on": date(2026, 12, 18)}
    late = replace(CLIENT, observations=(Observation("recap_call", date(2026, 12, 16)),))
    assert recap(late, Context(Policy(), Portfolio(holidays=days_off), date(2027, 1, 12)))[0].state == "breach"


MONDAY = date(2026, 11, 2)


def reported(day: date, calls: tuple[int, ...] = (), reports: tuple[int, ...] = (7,)) -> Signal:
    """Judge on a day, with reports sent and calls made so many days after Monday 2 November."""
    remarks = tuple(Observation("report", MONDAY + timedelta(days=n)) for n in reports)
    talks = [datetime(2026, 11, 2, 9, tzinfo=UTC) + timedelta(days=n) for n in calls]
    return recap(replace(CLIENT, observations=remarks, last_call_at=max(talks, default=None)), on(day))[-1]


@pytest.mark.parametrize(
    ("call", "state"),
    [(1, "breach"), (2, "ok"), (7, "ok"), (10, "ok"), (11, "ok")],  # Tuesday is four working days before, Wednesday 3
)
def test_a_report_is_talked_about_in_the_three_working_days_before_it_or_later(call: int, state: str) -> None:
    found = reported(date(2026, 11, 13), (call,))
    assert (found.key, found.state) == ("recap:report", state)


def test_three_working_days_are_left_to_talk_about_a_report() -> None:
    days = [reported(date(2026, 11, n), (0,)) for n in (9, 12, 13)]
    assert [found.state for found in days] == ["ok", "ok", "breach"]
    assert days[0].until == days[1].until == days[2].since == date(2026, 11, 13)
    assert days[2].evidence == {"sent_on": date(2026, 11, 9), "call_by": date(2026, 11, 12)}
    assert (days[2].severity, days[2].next_step, days[2].until) == (0.5, "call_client", date(2026, 12, 9))


def test_after_thirty_days_a_report_that_nobody_talked_about_is_left_to_rest_and_says_so() -> None:
    assert [reported(date(2026, 12, n), (0,)).state for n in (8, 9)] == ["breach", "ok"]
    found = reported(date(2026, 12, 9), (0,))
    assert found.evidence == {"sent_on": date(2026, 11, 9), "rested_on": date(2026, 12, 9)}
    assert reported(date(2026, 12, 9), (8,)).evidence == {"sent_on": date(2026, 11, 9), "rested_on": None}
    assert reported(date(2026, 11, 20), (8,)).until == date(2026, 12, 9)


def test_of_two_reports_that_nobody_talked_about_the_older_counts() -> None:
    found = reported(date(2026, 11, 20), (0,), (7, 14))
    assert (found.state, found.evidence["sent_on"]) == ("breach", date(2026, 11, 9))
    assert reported(date(2026, 11, 20), (8,), (7, 14)).evidence["sent_on"] == date(2026, 11, 16)


def test_without_any_recorded_call_a_report_is_unknown_and_a_recap_told_counts_as_a_call() -> None:
    assert reported(date(2026, 11, 20)).state == "unknown"
    told = (Observation("report", MONDAY), Observation("recap_call", MONDAY - timedelta(days=30)))
    monthly, report = recap(replace(CLIENT, observations=told), on(date(2026, 11, 9)))
    assert (monthly.key, report.key, report.state) == ("recap", "recap:report", "breach")
    told = (told[0], replace(told[1], occurred_on=MONDAY))
    assert recap(replace(CLIENT, observations=told), on(date(2026, 11, 9)))[1].state == "ok"
