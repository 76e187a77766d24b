"""Maps rows about clients and the people who work there."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from bot.importing.errors import RowError
from bot.importing.mapping.context import (
    MappingContext,
    Record,
    Values,
    find_or_create_member_id,
    read_columns,
    require_order,
    to_minor_units,
)
from bot.importing.parsing.people import read_email
from bot.importing.parsing.titles import normalize_title

_LONGEST_KEY = 200
_LANGUAGES = ("en", "es", "pl", "ru", "de")
_LANGUAGE_CODE = re.compile("[a-z]{2,3}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def map_client(values: Values, context: MappingContext) -> Record:
    """Map a row to a client. One without a key is the client of its name, else gets a key made from the name."""
    for later in ("renews_on", "lost_on"):
        require_order(values, "started_on", later)
    external_id = values.get("external_id") or _find_key(values["name"], context)
    context.lookup.check_key(external_id)
    known = context.lookup.clients.get(external_id)
    currency = values.get("currency")
    if not currency:
        currency = known.currency if known and "currency" not in context.column_names else context.lookup.currency
    record = {
        "workspace_id": context.lookup.workspace_id,
        "external_id": external_id,
        "name": values["name"],
        "search_name": context.lookup.normalize_name(values["name"]),
        "currency": currency,
        **read_columns(values, context, _DEFAULTS),
    }
    for name, read in (("domain", _read_domain), ("country", _read_country), ("language", _read_language)):
        if name in context.column_names:
            record[name] = read(values[name]) if values[name] else None
    if "monthly_fee" in context.column_names:
        record["monthly_fee"] = to_minor_units(values["monthly_fee"], currency, "monthly_fee")
    if "backup" in context.column_names:
        record["backup_id"] = find_or_create_member_id(values["backup"], "backup", context)
    record["owner_id"] = find_or_create_member_id(values["owner"], "owner", context)
    return record


_DEFAULTS = {
    **dict.fromkeys(("started_on", "renews_on", "lost_on", "returns_on", "launches_on", "lost_reason", "ad_currency")),
    **dict.fromkeys(("contact_limit_days", "call_every_days", "industry", "temperament", "slack_channel", "notes")),
    "status": "active",
    "billing": "retainer",
    "complexity": "simple",
    "reporting": "month",
}


def _find_key(name: str, context: MappingContext) -> str:
    """Find the key of the only client of a name, or make one: the same name has the same key in each file.

    Raises:
        RowError: when several clients have the name, or another client has that key.
    """
    named = context.lookup.find_named(name)
    if len(named) > 1:
        keys = ", ".join(client.external_id for client in named[:5])
        raise RowError("external_id", f"is needed: {len(named)} clients are called this ({keys})")
    if named:
        return named[0].external_id
    made = _make_key(name)
    other = context.lookup.clients.get(made)
    if other:
        raise RowError("external_id", f"is needed: {made!r}, made from the name, is the key of {other.name}")
    return made


def _make_key(text: str) -> str:
    """Make a key from a text: lower case with single spaces; of a longer text than a key may be, with a hash."""
    key = " ".join(text.casefold().split())
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 17]}:{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _read_domain(text: str) -> str:
    """Read a web address's domain: ``https://www.Acme.example/de`` is ``acme.example``."""
    host = re.split("[/?#]", _ADDRESS.sub("", text.strip()), maxsplit=1)[0].casefold().removeprefix("www.")
    if not host or " " in host or "." not in host:
        raise RowError("domain", "is no web address like acme.example")
    return host


def _read_country(text: str) -> str:
    code = text.strip().upper()
    found = code if code in Locale("en").territories and len(code) == 2 else _countries().get(normalize_title(text))
    if found is None:
        raise RowError("country", "is no country, such as DE or Germany")
    return found


def _read_language(text: str) -> str:
    found = text.strip().replace("_", "-")
    if _LANGUAGE_CODE.fullmatch(found) and found.partition("-")[0].lower() in Locale("en").languages:
        language, _, region = found.partition("-")
        return f"{language.lower()}-{region.upper()}" if region else language.lower()
    named = _languages().get(normalize_title(text))
    if named is None:
        raise RowError("language", "is no language, such as de or German")
    return named


@cache
def _countries() -> Mapping[str, str]:
    """The codes of countries by their names in five languages."""
    return {
        normalize_title(name): code
        for language in _LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }


@cache
def _languages() -> Mapping[str, str]:
    """The codes of languages by their names in five languages."""
    return {
        normalize_title(name): code
        for language in _LANGUAGES
        for code, name in Locale(language).languages.items()
        if len(code) <= 3
    }


def map_contact(values: Values, context: MappingContext) -> Record:
    """Map a row to a person at a client, whose key is the one given, else the e-mail address, else the name."""
    client = context.lookup.find_client(values["client"])
    email = None
    if values.get("email"):
        email = read_email(values["email"])
        if email is None:
            raise RowError("email", "is no e-mail address")
    record = {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "external_id": values.get("external_id") or _make_key(email or values["name"]),
        "name": values["name"],
        **read_columns(values, context, {"role": None, "phone": None, "decision_maker": False}),
    }
    if "email" in context.column_names:
        record["email"] = email
    return record
