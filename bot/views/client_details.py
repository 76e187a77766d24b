"""The form to edit a client: its status, its terms, and who looks after it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from bot.infra.i18n import Translator
from bot.views import blocks, ids, names
from bot.views.blocks import Json
from bot.views.data import Person, Terms
from scoring.vocabulary import TEMPERAMENTS

NOT_KNOWN = "unknown"
"""The choice for a client whose working style is not known."""
STATUS, LOST_ON, RETURNS_ON = "status", "lost_on", "returns_on"
"""Block ids; the last two are there only for a lost and for a paused client."""


def client_form(found: Terms, t: Translator, *, today: date, metadata: str, people: bool) -> Json:
    """What may be changed about a client; with `people` also its owner and backup."""
    body = [
        blocks.section(t("{client}: changes count right away.", client=names.client_name(found.name, t))),
        _status(found.status, t),
        *_days(found.status, found.lost_on or today, found.returns_on, t),
        *(_people(found, t) if people else ()),
        *_contract(found, t),
        _temperament(found, t),
    ]
    return blocks.form(blocks.modal(ids.CLIENT_FORM, t("Edit client"), t("Cancel"), body), t("Save"), metadata)


def with_status(shown: Mapping[str, Any], status: str, t: Translator, *, today: date) -> Json:
    """The form as shown, asking for the day that goes with another status; what was already typed stays."""
    before = [block for block in shown["blocks"] if block.get("block_id") not in {STATUS, LOST_ON, RETURNS_ON}]
    asked = [_status(status, t), *_days(status, today, None, t)]
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    return {**{name: shown[name] for name in kept}, "blocks": [before[0], *asked, *before[1:]]}


def _status(status: str, t: Translator) -> Json:
    labels = {
        "onboarding": t("Onboarding"),
        "active": t("Active"),
        "paused": t("Paused: only money is watched"),
        "lost": t("Lost: nothing is watched"),
    }
    chosen = blocks.select(ids.STATUS, blocks.options(labels), t("Choose one"), status)
    return {**blocks.input_block(STATUS, t("Status"), chosen), "dispatch_action": True}


def _days(status: str, lost_on: date, returns_on: date | None, t: Translator) -> list[Json]:
    if status == "lost":
        return [blocks.input_block(LOST_ON, t("Lost on"), blocks.date_picker(ids.VALUE, lost_on))]
    if status == "paused":
        picker = blocks.date_picker(ids.VALUE, returns_on)
        return [blocks.input_block(RETURNS_ON, t("Expected back on"), picker, optional=True)]
    return []


def _people(found: Terms, t: Translator) -> list[Json]:
    return [
        _person("owner", t("Owner"), found.owner, t, optional=found.owner is None or not found.owner.slack_user_id),
        _person("backup", t("Backup"), found.backup, t, optional=True),
    ]


def _person(block: str, label: str, who: Person | None, t: Translator, *, optional: bool) -> Json:
    picker = blocks.user_select(ids.VALUE, who.slack_user_id if who else None, t("Choose a colleague"))
    hint = ""
    if who and not who.slack_user_id:
        hint = t("Stays {name}, who is not in Slack yet, unless you choose someone.", name=names.person_name(who, t))
    return blocks.input_block(block, label, picker, optional=optional, hint=hint)


def _contract(found: Terms, t: Translator) -> list[Json]:
    limit = "" if found.contact_limit_days is None else str(found.contact_limit_days)
    agency = t("Agency default: {days}", days=t.number(found.agency_limit_days))
    fee = "" if found.monthly_fee is None else major_units(found.monthly_fee, found.currency)
    return [
        blocks.input_block(
            "contact_limit_days",
            t("Contact limit in days"),
            blocks.number_input(ids.VALUE, limit, placeholder=agency),
            optional=True,
        ),
        blocks.input_block(
            "renews_on", t("Contract until"), blocks.date_picker(ids.VALUE, found.renews_on), optional=True
        ),
        blocks.input_block(
            "monthly_fee",
            t("Monthly fee in {currency}", currency=found.currency),
            blocks.number_input(ids.VALUE, fee, decimals=True),
            optional=True,
        ),
    ]


def _temperament(found: Terms, t: Translator) -> Json:
    kinds = {NOT_KNOWN: names.temperament_name(None, t)}
    kinds |= {kind: names.temperament_name(kind, t) for kind in TEMPERAMENTS}
    chosen = blocks.select(ids.VALUE, blocks.options(kinds), t("Choose one"), found.temperament or NOT_KNOWN)
    hint = t("Their card will say how best to talk to them.")
    return blocks.input_block("temperament", t("Working style"), chosen, hint=hint)


def major_units(minor: int, currency: str) -> str:
    """Write an amount of minor units as a number to type: 520050 EUR is 5200.50."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return f"{amount.to_integral_value() if amount == amount.to_integral_value() else amount:f}"


def field_text(block: str, value: Any, currency: str, t: Translator) -> str:
    """Write what a field of the form holds now, for somebody who is told that another person changed it."""
    if value is None:
        return names.temperament_name(None, t) if block == "temperament" else t("empty")
    if isinstance(value, Person):
        return names.person_name(value, t)
    if isinstance(value, date):
        return t.full_date(value)
    if block == "monthly_fee":
        return t.money(value, currency, exact=True)
    if block == "temperament":
        return names.temperament_name(value, t)
    return names.status(value, t) if block == STATUS else t.number(value)
