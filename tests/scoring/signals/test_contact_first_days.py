"""Contact on the first days: history that nobody knows, new clients, and whom and how to reach."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from scoring.assess import assess
from scoring.assessment import Signal
from scoring.facts import Client, Portfolio
from scoring.policy import Policy
from scoring.signals.contact import call_gap, contact_gap, contact_gaps, decision_maker_gap, unanswered, welcome
from scoring.signals.context import Context

TODAY = date(2026, 11, 20)
OLD = Client(1, "active", UTC, started_on=date(2024, 1, 1), created_on=TODAY)
NEW = Client(1, "active", UTC, started_on=TODAY, created_on=TODAY)


def on(days: int = 0, **limits: int) -> Context:
    return Context(Policy(**limits), Portfolio(), TODAY + timedelta(days=days))


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def test_a_client_from_before_its_records_is_asked_about_until_the_limit_has_run_from_the_import() -> None:
    asked = contact_gap(OLD, on(1))
    assert (asked.state, asked.kind, asked.severity, asked.next_step) == ("soon", "to_do", 0, "ask_last_contact")
    assert asked.is_open_to_do
    assert asked.evidence == {
        "last_on": None,
        "started_on": None,
        "known_on": TODAY,
        "limit_days": 10,
        "due_on": day(10),
    }
    assert (asked.since, asked.until) == (TODAY, day(10))
    silent = [contact_gap(OLD, on(n)) for n in (9, 10, 20)]
    assert [(found.state, found.kind, found.severity) for found in silent] == [
        ("soon", "to_do", 0),
        ("breach", "alarm", 0.5),
        ("breach", "alarm", 1),
    ]
    answered = replace(OLD, last_contact_at=at(day(-30)))
    assert contact_gap(answered, on(1)).level == "red"


def test_the_day_after_an_import_of_old_clients_nothing_is_red_or_amber() -> None:
    for client in (
        OLD,
        replace(OLD, started_on=None),
        replace(OLD, renews_on=date(2025, 6, 30)),
        replace(OLD, monthly_fee=2000_00, currency="EUR"),
    ):
        found = assess(client, Portfolio(), Policy(), at(day(1)))
        assert (found.colour, found.alarms) == ("green", ())


@pytest.mark.parametrize(("created", "is_known"), [(-9, True), (0, True), (3, True), (4, False), (40, False)])
def test_a_client_known_from_its_start_counts_from_its_start(created: int, *, is_known: bool) -> None:
    client = replace(NEW, created_on=day(created))
    found = contact_gap(client, on(45))
    assert found.evidence["due_on"] == day(7 if is_known else created + 7)
    assert (found.evidence.get("known_on") is None) == is_known
    assert (welcome(client, on(1)).state == "breach") == is_known


def test_a_new_client_gets_a_welcome_until_the_first_contact_or_the_limit() -> None:
    assert welcome(NEW, on(-1)).state == "ok"
    first = welcome(NEW, on(1))
    assert (first.state, first.kind, first.level, first.next_step) == ("breach", "to_do", "amber", "welcome_client")
    assert (first.since, first.until) == (TODAY, day(7))
    assert welcome(NEW, on(7)).state == "ok"
    assert welcome(replace(NEW, last_contact_at=at(TODAY)), on(1)).state == "ok"
    assert welcome(replace(NEW, last_contact_at=at(day(-20))), on(1)).state == "breach"  # before it was a client
    assert assess(NEW, Portfolio(), Policy(), at(day(1))).risk == 0


@pytest.mark.parametrize(
    ("billing", "limits", "limit"),
    [
        ("retainer", {"project_contact_limit_days": 30}, 10),
        ("project", {}, 10),
        ("project", {"contact_limit_days": 14}, 14),
        ("project", {"project_contact_limit_days": 30}, 30),
        ("share_of_spend", {"project_contact_limit_days": 30, "share_of_spend_contact_limit_days": 5}, 5),
    ],
)
def test_a_kind_of_billing_may_have_its_own_contact_limit(billing: str, limits: dict[str, int], limit: int) -> None:
    client = replace(OLD, billing=billing, last_contact_at=at(TODAY))
    assert contact_gap(client, on(0, **limits)).evidence["limit_days"] == limit
    assert contact_gap(replace(client, contact_limit_days=3), on(0, **limits)).evidence["limit_days"] == 3


def test_calls_have_a_limit_of_their_own_beside_any_contact() -> None:
    client = replace(OLD, created_on=day(-90), call_every_days=14, last_contact_at=at(TODAY), last_call_at=at(day(-14)))
    anyhow, call = contact_gaps(client, on())
    assert (anyhow.state, call.key, call.state, call.severity) == ("ok", "contact_gap:call", "breach", 0.4)
    assert [call_gap(client, on(n)).state for n in (-3, -2, -1)] == ["ok", "soon", "soon"]
    assert (call_gap(client, on(14)).severity, call_gap(client, on(14)).until) == (0.7, None)
    never = replace(client, last_call_at=None)
    assert call_gap(never, on()).evidence["due_on"] == day(-76)
    assert len(contact_gaps(replace(client, call_every_days=None), on())) == 1


def test_who_decides_is_asked_for_where_contacts_say_whom_they_were_with() -> None:
    client = replace(OLD, last_contact_at=at(TODAY), people_named_from=day(-100))
    _, never = contact_gaps(client, on())
    assert (never.key, never.state, never.kind) == ("contact_gap:decision_maker", "breach", "to_do")
    spoken = replace(client, last_decision_maker_at=at(day(-44)))
    assert [decision_maker_gap(spoken, on(n)).state for n in (0, 1)] == ["ok", "breach"]
    assert decision_maker_gap(spoken, on()).until == day(1)
    assert len(contact_gaps(replace(spoken, people_named_from=None), on())) == 1
    quiet = replace(spoken, silent_until=day(9))
    assert decision_maker_gap(quiet, on(5)).until == day(10)


def tried(*ages: int) -> Signal:
    days = tuple(day(-age) for age in ages)
    client = replace(OLD, attempts=len(ages), tried_on=days, last_attempt_at=at(max(days)))
    return unanswered(client, on())


def test_too_many_tries_in_a_week_ask_to_ease_off() -> None:
    assert (tried(6, 3, 1).next_step, tried(9, 8, 7, 1).next_step) == ("try_another_way", "try_another_way")
    eager = tried(6, 3, 1, 0)
    assert (eager.next_step, eager.severity) == ("ease_off", 1)
    assert (eager.evidence["this_week"], eager.evidence["ease_until"], eager.until) == (4, day(1), day(1))
    assert tried(6, 3, 2, 1, 0).evidence["ease_until"] == day(4)
