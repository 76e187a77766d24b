"""A client's past under several policies."""

from bot.insight.cases import build_case
from bot.insight.replay import DateRange
from scoring.policy import Policy
from tests.bot.insight.conftest import DAYS, FIRST, day, quiet


def test_policies_differ_in_what_they_say_of_the_same_past() -> None:
    found = build_case(quiet(), {"strict": Policy(contact_limit_days=5), "lax": Policy(contact_limit_days=50)}, DAYS)
    assert found is not None
    assert [found.by_policy[name].breaches[0].days.first for name in ("strict", "lax")] == [day(6), day(50)]
    # 6 January is a holiday, on which nothing runs out.
    # contact_gap turns red at 8 and at 80 days: 9 January 2026 is a Friday, 22 March a Sunday
    assert found.interruptions == {"strict": (day(8),), "lax": ()}


def test_a_client_that_left_after_the_replay_counts_as_retained() -> None:
    found = build_case(quiet(status="lost", lost_on=day(40)), {"p": Policy()}, DateRange(FIRST, day(39)))
    assert found is not None
    assert found.left_on is None
    assert found.assessed == DateRange(FIRST, day(39))
