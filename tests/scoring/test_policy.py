from dataclasses import fields, replace
from typing import Any

import pytest

from scoring.policy import FALSE_ALARM_RATES, FALSE_ALARMS, RETIRED, Policy, replace_from
from scoring.vocabulary import PAUSED_SIGNALS, SIGNALS


def test_the_defaults_are_those_that_the_product_promises() -> None:
    policy = Policy()
    assert (policy.contact_limit_days, policy.new_contact_limit_days, policy.new_client_days) == (10, 7, 90)
    assert (policy.due_soon_days, policy.unanswered_attempts, policy.invoice_latest_days) == (2, 2, 15)
    assert (policy.amber_risk, policy.red_risk, policy.invoice_red_days) == (30, 60, 30)
    assert (policy.value_floor, policy.value_ceiling, policy.relationship_new) == (0.5, 2, 1.25)
    assert (policy.effort_quick, policy.effort_deep, policy.pacing_tolerance) == (1.1, 0.9, 0.1)


def test_every_field_has_its_range_unit_and_meaning() -> None:
    for rule in fields(Policy):
        assert rule.metadata["low"] <= rule.default <= rule.metadata["high"], rule.name
        assert rule.metadata["unit"], rule.name
        assert rule.metadata["about"], rule.name


def test_every_signal_has_a_weight_and_no_other() -> None:
    weights = {field.name.removesuffix("_weight") for field in fields(Policy) if field.name.endswith("_weight")}
    assert weights == {*SIGNALS, *PAUSED_SIGNALS}
    assert all(0 <= Policy().weight(name) <= 1 for name in weights)


def test_what_an_agency_changed_replaces_the_default() -> None:
    policy = replace_from({"contact_limit_days": 14.0, "spend_pacing_weight": 1})
    assert policy == replace(Policy(), contact_limit_days=14, spend_pacing_weight=1.0)
    assert (type(policy.contact_limit_days), type(policy.spend_pacing_weight)) == (int, float)
    assert replace_from({}) == Policy()


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"contact_limit_days": 0}, "contact_limit_days 0: must be 1 to 365 days"),
        ({"contact_limit_days": 10.5}, "contact_limit_days 10.5: must be a whole number of days, 1 to 365"),
        ({"contact_limit_days": True}, "contact_limit_days True: must be a whole number of days, 1 to 365"),
        ({"red_severity": "high"}, "red_severity 'high': must be a number of severity, 0.0 to 1.0"),
        ({"unanswered_weight": 1.2}, "unanswered_weight 1.2: must be 0.0 to 1.0 share of risk"),
        ({"unanswered_weight": float("nan")}, "unanswered_weight nan: must be 0.0 to 1.0 share of risk"),
        ({"contact_limit_days": float("inf")}, "contact_limit_days inf: must be a whole number of days, 1 to 365"),
        ({"contact_limits": 3}, "contact_limits: no such field in the policy"),
        ({"amber_risk": 70}, "amber_risk 70.0: must be less than red_risk, 60.0"),
        ({"invoice_worst_days": 40, "invoice_red_days": 40}, "invoice_red_days 40: must be less than"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_reason(overrides: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        replace_from(overrides)
    assert str(refused.value).startswith(reason)


def test_a_rate_of_false_alarms_has_a_word_and_normal_is_the_default() -> None:
    rates = [rule for rule in fields(Policy) if rule.name.endswith(FALSE_ALARMS)]
    for rule in rates:
        assert rule.default == FALSE_ALARM_RATES["normal"]
        assert rule.metadata["unit"] == "a client-year"
        assert getattr(replace_from({rule.name: "keen"}), rule.name) == 3.0
    assert FALSE_ALARM_RATES["calm"] == pytest.approx(1 / 3, abs=0.001)


def test_no_retired_field_is_one_that_exists() -> None:
    assert not set(RETIRED) & {rule.name for rule in fields(Policy)}
    assert all(RETIRED.values())
