from datetime import date
from typing import Any

import pytest

from bot.infra.i18n import translator
from bot.practice.blocks import validate_view
from bot.views import ids
from bot.views.client_details import NOT_KNOWN, client_form, field_text, major_units, with_status
from bot.views.data import Person
from scoring.vocabulary import STATUSES, TEMPERAMENTS
from tests.bot.views import reading, samples
from tests.bot.views.samples import ALICE, BOB, TODAY

EN = translator("en-US")


def form(people: bool = True, **changed: Any) -> dict[str, Any]:  # noqa: FBT001, FBT002
    return client_form(samples.terms(**changed), EN, today=TODAY, metadata="{}", people=people)


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_who_looks_after_a_client_is_asked_of_leads_alone() -> None:
    assert set(inputs(form())) - set(inputs(form(people=False))) == {"owner", "backup"}
    assert form()["callback_id"] == "client.form"


def test_a_day_is_asked_for_where_the_status_has_one() -> None:
    assert {"lost_on", "returns_on"} & set(inputs(form())) == set()
    assert list(inputs(form(status="lost")))[:2] == ["status", "lost_on"]
    assert list(inputs(form(status="paused")))[:2] == ["status", "returns_on"]
    assert inputs(form(status="lost"))["lost_on"]["element"]["initial_date"] == "2026-11-23"
    assert inputs(form(status="lost", lost_on=date(2026, 9, 1)))["lost_on"]["element"]["initial_date"] == "2026-09-01"


def test_another_status_changes_only_what_goes_with_it() -> None:
    shown = form(status="lost", lost_on=date(2026, 9, 1))
    again = with_status({**shown, "id": "V1", "hash": "1.2", "state": {}}, "paused", EN, today=TODAY)
    assert validate_view(again) == []
    before, after = inputs(shown), inputs(again)
    assert before.keys() ^ after.keys() == {"lost_on", "returns_on"}
    assert after["status"]["element"]["initial_option"]["value"] == "paused"
    untouched = before.keys() & after.keys() - {"status"}
    assert all(before[name] == after[name] for name in untouched)
    assert reading.lines(again)[0] == reading.lines(shown)[0]


def test_its_choices_are_those_that_are_stored() -> None:
    asked = inputs(form())
    assert tuple(option["value"] for option in asked["status"]["element"]["options"]) == STATUSES
    assert asked["status"]["element"]["action_id"] == ids.STATUS
    assert asked["status"]["dispatch_action"] is True
    temperaments = [option["value"] for option in asked["temperament"]["element"]["options"]]
    assert temperaments == [NOT_KNOWN, *TEMPERAMENTS]


def test_a_limit_of_its_own_may_be_left_out_for_the_agencys() -> None:
    limit = inputs(form(contact_limit_days=None))["contact_limit_days"]
    assert limit["optional"]
    assert limit["element"]["placeholder"]["text"] == "Agency default: 10"
    assert "initial_value" not in limit["element"]


def test_somebody_who_is_not_in_slack_is_named_where_they_cannot_be_chosen() -> None:
    asked = inputs(form(owner=BOB, backup=ALICE))
    assert asked["owner"]["optional"]
    assert asked["owner"]["hint"]["text"] == "Stays Bob, who is not in Slack yet, unless you choose someone."
    assert asked["backup"]["element"]["initial_user"] == "U0ALICE"
    assert not inputs(form(owner=ALICE))["owner"]["optional"]
    assert inputs(form(owner=None))["owner"]["optional"]


@pytest.mark.parametrize(
    ("minor", "currency", "typed"),
    [(520_000, "EUR", "5200"), (520_050, "EUR", "5200.50"), (0, "EUR", "0"), (5_200, "JPY", "5200")],
)
def test_a_fee_stands_in_the_form_as_it_is_typed(minor: int, currency: str, typed: str) -> None:
    assert major_units(minor, currency) == typed
    fee = inputs(form(monthly_fee=minor, currency=currency))["monthly_fee"]
    assert fee["element"]["initial_value"] == typed
    assert fee["label"]["text"] == f"Monthly fee in {currency}"


@pytest.mark.parametrize(
    ("block", "value", "told"),
    [
        ("status", "paused", "paused"),
        ("owner", Person("Bob"), "Bob"),
        ("backup", None, "empty"),
        ("renews_on", date(2027, 3, 1), "Mar 1, 2027"),
        ("contact_limit_days", 14, "14"),
        ("monthly_fee", 520_050, "€5,200.50"),
        ("temperament", "choleric", "Fast, big picture"),
        ("temperament", None, "Not known"),
    ],
)
def test_what_somebody_else_has_made_of_a_field_is_told_in_words(block: str, value: Any, told: str) -> None:
    assert field_text(block, value, "EUR", EN) == told
