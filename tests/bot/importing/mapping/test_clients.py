"""What a row of clients and contacts comes to in the database."""

from datetime import date

import pytest
from sqlalchemy import Engine

from bot.infra.models import Client, Contact
from tests.bot.importing.mapping.conftest import ImportText, counts, reasons, rows


def test_what_is_known_of_a_client_beside_its_terms(engine: Engine, import_text: ImportText) -> None:
    head = "external_id,name,owner,launches_on,lost_reason,ad_currency,domain,country,language,call_every_days\n"
    text = "EU,Euro,a@x.example,2026-12-01,in_house,usd,https://www.Acme.example/de?a=1,Deutschland,pt_BR,14\n"
    assert reasons(import_text("clients", head + text)) == []
    names = ("launches_on", "lost_reason", "ad_currency", "domain", "country", "language", "call_every_days")
    stored = (date(2026, 12, 1), "in_house", "USD", "acme.example", "DE", "pt-BR", 14)
    assert rows(engine, Client, *names)[0] == stored


@pytest.mark.parametrize(
    ("column", "cell", "stored"),
    [
        ("country", "de", "DE"),
        ("country", "Germany", "DE"),
        ("country", "Niemcy", "DE"),
        ("country", "Россия", "RU"),
        ("country", "XQ", "is no country, such as DE or Germany"),
        ("country", "Lower Saxony", "is no country, such as DE or Germany"),
        ("language", "German", "de"),
        ("language", "polski", "pl"),
        ("language", "EN", "en"),
        ("language", "en-gb", "en-GB"),
        ("language", "Klingonish", "is no language, such as de or German"),
        ("domain", "ACME.example", "acme.example"),
        ("domain", "http://shop.acme.example:8080/x", "shop.acme.example:8080"),
        ("domain", "none yet", "is no web address like acme.example"),
        ("started_on", "2027-03-01", date(2027, 3, 1)),
        ("started_on", "2098-03-15", "is too far ahead to be right"),
        ("renews_on", "2041-01-01", date(2041, 1, 1)),
        ("renews_on", "2062-01-01", "is too far ahead to be right"),
        ("returns_on", "2062-01-01", "is too far ahead to be right"),
    ],
)
def test_a_cell_of_a_client_is_stored_or_refused(
    engine: Engine, import_text: ImportText, column: str, cell: str, stored: date | str
) -> None:
    report = import_text("clients", f"external_id,name,owner,{column}\nEU,Euro,a@x.example,{cell}\n")
    if report.refusals:
        assert reasons(report) == [(column, stored)]
    else:
        assert rows(engine, Client, column)[0] == (stored,)


def test_a_client_without_a_key_is_the_one_of_its_name_or_gets_a_key_made_from_it(
    engine: Engine, import_text: ImportText
) -> None:
    text = "name,owner,notes\nEURO,a@x.example,Known\nCafé  Sol,a@x.example,New\n"
    assert counts(import_text("clients", text)) == (1, 1, 0, 0)
    assert counts(import_text("clients", text)) == (0, 0, 2, 0)
    assert ("café sol", "Café Sol") in rows(engine, Client, "external_id", "name")
    assert ("EU", "EURO") in rows(engine, Client, "external_id", "name")


def test_a_name_of_two_clients_or_one_whose_key_is_taken_needs_a_key(import_text: ImportText) -> None:
    import_text("clients", "external_id,name,owner\nA,Twin,a@x.example\nB,Twin,a@x.example\nsol,Luna,a@x.example\n")
    report = import_text("clients", "name,owner\nTwin,a@x.example\nSol,a@x.example\n")
    assert reasons(report) == [
        ("external_id", "is needed: 2 clients are called this (A, B)"),
        ("external_id", "is needed: 'sol', made from the name, is the key of Luna"),
    ]


def test_a_contact_is_known_by_its_key_else_its_address_else_its_name(engine: Engine, import_text: ImportText) -> None:
    head = "client,name,role,email,phone,decision_maker,external_id\n"
    people = (
        "EU,Ada Lovelace,Owner,Ada@Euro.example,+49 30 1,yes,\n"
        "EU,Grace Hopper,,,,no,\n"
        "EU,Alan Turing,,a@euro.example,,,T1\n"
    )
    assert counts(import_text("contacts", head + people)) == (3, 0, 0, 0)
    assert rows(engine, Contact, "external_id", "name", "email", "decision_maker") == [
        ("ada@euro.example", "Ada Lovelace", "ada@euro.example", True),
        ("grace hopper", "Grace Hopper", None, False),
        ("T1", "Alan Turing", "a@euro.example", False),
    ]
    assert counts(import_text("contacts", head + people)) == (0, 0, 3, 0)
    assert counts(import_text("contacts", "client,name,role\nEuro,Grace Hopper,Admiral\n")) == (0, 1, 0, 0)


def test_a_contact_whose_address_is_none_is_refused(import_text: ImportText) -> None:
    report = import_text("contacts", "client,name,email\nEU,Ada,ada at euro\n")
    assert reasons(report) == [("email", "is no e-mail address")]


def test_a_list_of_contacts_has_its_own_titles(engine: Engine, import_text: ImportText) -> None:
    text = "Company,Contact name,Job title,E-mail,Phone,Decision maker\nEuro,Ada,Owner,ada@euro.example,+49 1,ja\n"
    assert counts(import_text("contacts", text)) == (1, 0, 0, 0)
    names = ("name", "role", "email", "phone", "decision_maker")
    assert rows(engine, Contact, *names) == [("Ada", "Owner", "ada@euro.example", "+49 1", True)]
