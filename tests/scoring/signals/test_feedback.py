from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.assess import assess
from scoring.dates import start_of_day
from scoring.facts import Client, Observation, Portfolio
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.feedback import complaint, goodwill, mood, survey

TODAY = date(2026, 11, 20)  # a Friday
HOLIDAYS = frozenset({date(2026, 11, 11)})


def on(day: date = TODAY) -> Context:
    return Context(Policy(), Portfolio(holidays=HOLIDAYS), day)


def heard(*remarks: Observation) -> Client:
    return Client(1, "active", UTC, observations=remarks)


def said(
    kind: str, days_ago: int, value: float | None = None, *, label: str = "", settled: bool = False
) -> Observation:
    day = TODAY - timedelta(days=days_ago)
    return Observation(kind, day, value, day if settled else None, label)


@pytest.mark.parametrize(
    ("label", "days", "severity", "level"),
    [
        ("unhappy", 0, 0.9, "red"),
        ("unhappy", 20, 0.6, "amber"),
        ("uneasy", 0, 0.6, "amber"),
        ("uneasy", 50, 0.1, "amber"),
        ("uneasy", 51, 0, None),
        ("unhappy", 53, 0.105, "amber"),
        ("unhappy", 54, 0, None),
        ("neutral", 0, 0, None),
        ("pleased", 0, 0, None),
    ],
)
def test_a_bad_mood_counts_and_fades_over_sixty_days(label: str, days: int, severity: float, level: str | None) -> None:
    found = mood(heard(said("mood", days, label=label)), on())
    assert found.severity == pytest.approx(severity)
    assert (found.level, found.state) == (level, "breach" if severity else "ok")
    assert found.until == (TODAY + timedelta(days=1) if severity else None)
    assert found.evidence == {"mood": label, "said_on": TODAY - timedelta(days=days)}


def test_a_bad_mood_holds_until_a_better_one_is_recorded() -> None:
    bad, good = said("mood", 9, label="unhappy"), said("mood", 3, label="pleased")
    assert mood(heard(good, bad), on()).state == "ok"
    assert mood(heard(said("mood", 3, label="uneasy"), good), on()).state == "breach"
    assert mood(heard(bad, said("mood", 1, label="sleepy")), on()).state == "breach"
    assert mood(heard(), on()).state == "unknown"


@pytest.mark.parametrize(
    ("days", "severity", "level", "red_in"),
    [(0, 0.6, "amber", 7), (4, 0.6, "amber", 3), (7, 0.8, "red", None), (40, 0.8, "red", None)],
)
def test_a_complaint_is_amber_at_once_and_red_once_open_for_five_working_days(
    days: int, severity: float, level: str, red_in: int | None
) -> None:
    found = complaint(heard(said("complaint", days)), on())
    assert (found.severity, found.level, found.state) == (severity, level, "breach")
    assert found.until == (red_in and TODAY + timedelta(days=red_in))
    assert found.since == TODAY - timedelta(days=days)


def test_holidays_do_not_count_towards_a_complaints_age() -> None:
    found = complaint(heard(said("complaint", 11)), on())  # Monday the 9th, with a holiday on Wednesday
    assert found.evidence["red_on"] == date(2026, 11, 17)


def test_the_third_complaint_in_ninety_days_is_red_at_once() -> None:
    settled = [said("complaint", days, settled=True) for days in (30, 89)]
    third = complaint(heard(said("complaint", 0), *settled), on())
    assert (third.level, third.severity, third.evidence["recent"]) == ("red", 0.8, 3)
    assert third.until == TODAY + timedelta(days=1)  # the oldest is then forgotten
    assert complaint(heard(said("complaint", 0), *settled), on(TODAY + timedelta(days=1))).level == "amber"
    assert complaint(heard(said("complaint", 9), *settled), on()).severity == 1


def test_resolved_complaints_are_no_breach_and_none_is_unknown() -> None:
    assert complaint(heard(said("complaint", 3, settled=True)), on()).state == "ok"
    assert complaint(heard(), on()).state == "unknown"


@pytest.mark.parametrize(
    ("scores", "severity"),
    [([7], 0), ([6], 0.5), ([3], 0.75), ([0], 1), ([9, 9, 7.5], 0), ([9, 9, 7], 0.5), ([10, 10, 6], 0.75)],
)
def test_a_survey_score_is_low_or_lower_than_the_clients_own(scores: list[float], severity: float) -> None:
    remarks = [said("survey", 90 - 30 * i, score) for i, score in enumerate(scores)]
    found = survey(heard(*reversed(remarks)), on())
    assert found.severity == pytest.approx(severity)
    assert found.state == ("breach" if severity else "ok")
    assert found.evidence["score"] == scores[-1]


def test_a_mood_asks_for_a_new_one_once_there_was_a_contact_after_it() -> None:
    client = heard(said("mood", 5, label="uneasy"))
    spoken = replace(client, last_contact_at=start_of_day(TODAY - timedelta(days=1), UTC))
    same_day = replace(client, last_contact_at=start_of_day(TODAY - timedelta(days=5), UTC))
    assert [mood(each, on()).next_step for each in (client, same_day, spoken)] == [
        *("call_client", "call_client", "ask_mood")
    ]
    assert mood(spoken, on()).evidence["contact_on"] == TODAY - timedelta(days=1)
    assert mood(spoken, on()).severity == mood(client, on()).severity


@pytest.mark.parametrize(
    ("scores", "severity"),
    [
        ([9.5, 9, 8.5, 8, 7.5], 0.5),
        ([10, 10, 9.5, 9, 8.5, 8, 7.5], 0.5),
        ([10, 9, 8, 7, 6.5], 0.7),
        ([9.5, 9, 8], 0),
        ([9, 8, 9, 8, 7.5], 0),
        ([10, 8, 6.5, 7, 8.5], 0),  # it rose again
        ([7, 8, 9, 9, 10], 0),
    ],
)
def test_a_slow_slide_of_scores_is_seen(scores: list[float], severity: float) -> None:
    found = survey(heard(*[said("survey", 400 - 90 * i, score) for i, score in enumerate(scores)]), on())
    assert found.severity == pytest.approx(severity)
    if severity == 0.5:
        assert found.evidence["slid"] == 2


def test_many_people_asked_on_one_day_are_no_slide() -> None:
    assert survey(heard(*[said("survey", 3, score) for score in (9.5, 9, 8.5, 8)]), on()).state == "ok"


def test_a_low_score_stands_until_a_better_one_however_old() -> None:
    low = said("survey", 900, 5)
    assert survey(heard(low), on()).state == "breach"
    assert survey(heard(low, said("survey", 1, 8)), on()).state == "ok"


def test_without_a_score_the_survey_is_unknown() -> None:
    assert survey(heard(said("survey", 3)), on()).state == "unknown"


def test_goodwill_eases_the_risk_a_little_and_for_a_while() -> None:
    angry = said("complaint", 0)

    def risk(*praise: Observation, days: int = 0) -> float:
        now = start_of_day(TODAY + timedelta(days=days), UTC)
        return assess(heard(angry, *praise), Portfolio(), Policy(), now).risk

    fresh, fading, gone = risk(said("praise", 0)), risk(said("praise", 30)), risk(said("referral", 60))
    assert fresh == pytest.approx(risk() * 0.9)
    assert fading == pytest.approx(risk() * 0.95)
    assert gone == risk()


def test_goodwill_is_never_a_breach_and_the_freshest_counts() -> None:
    found = goodwill(heard(said("future_talk", 20), said("praise", 30), said("referral", 90)), on())
    assert (found.state, found.severity, found.evidence["kind"]) == ("ok", 0, "future_talk")
    assert found.until == TODAY + timedelta(days=1)
    assert goodwill(heard(said("referral", 60)), on()).until is None
    assert goodwill(heard(), on()).state == "unknown"
