"""Whom and what rows refer to: clients by key or name, people by e-mail or name."""

import pytest
from sqlalchemy import Engine, select

from bot.infra.db import reading, transaction
from bot.infra.models import Client, Member
from tests.intake import Take

HEAD = "external_id,name,owner"


def owner_of(engine: Engine, client: str) -> tuple[str | None, ...]:
    with reading(engine) as session:
        statement = select(Member.email, Member.name).join(Client, Client.owner_id == Member.id)
        return tuple(session.execute(statement.where(Client.external_id == client)).one())


def test_an_owner_is_found_by_name_in_any_case(take: Take, office: Engine) -> None:
    with transaction(office) as session:
        session.query(Member).filter(Member.email == "ann@agency.example").update({"name": "Ann Example"})
    assert take("clients", f"{HEAD}\nELM,Elm,ann  EXAMPLE\n").refused == []
    assert owner_of(office, "ELM") == ("ann@agency.example", "Ann Example")


def test_an_owner_who_is_not_known_is_kept_by_name_once(take: Take, office: Engine) -> None:
    taken = take("clients", f"{HEAD}\nELM,Elm,Eve New\nFIR,Fir,Eve New\n")
    assert (taken.refused, owner_of(office, "ELM"), owner_of(office, "FIR")) == (
        [],
        (None, "Eve New"),
        (None, "Eve New"),
    )
    with reading(office) as session:
        assert len(session.scalars(select(Member).where(Member.name == "Eve New")).all()) == 1


def test_a_name_that_two_people_have_is_refused(take: Take, office: Engine) -> None:
    with transaction(office) as session:
        session.query(Member).update({"name": "Sam"})
    taken = take("clients", f"{HEAD}\nELM,Elm,Sam\n")
    assert taken.refused == [(2, "owner", "Sam")]
    assert "is the name of 2 people: write the e-mail address instead" in taken.reasons


def test_somebody_who_made_a_contact_and_is_not_known_by_name_is_left_out_and_told(take: Take, office: Engine) -> None:
    taken = take("touchpoints", "client,occurred_at,member\nMILL,2026-11-20,Zoe\nOAK,2026-11-20,Zoe\n")
    assert (taken.stored("client", "member"), taken.refused) == ([("MILL", ""), ("OAK", "")], [])
    assert taken.report.summary.people_left_out == {"Zoe": 2}
    with reading(office) as session:
        assert session.scalars(select(Member).where(Member.name == "Zoe")).all() == []


@pytest.mark.parametrize(("typed", "near"), [("Mill Bakry", "Mill Bakery"), ("MILL BAKERY GMBH", "Mill Bakery")])
def test_a_client_that_is_not_known_is_told_with_names_that_are_near(take: Take, typed: str, near: str) -> None:
    taken = take("metrics", f"client,date,spend\n{typed},2026-11-20,5\n")
    assert taken.refused == [(2, "client", typed)]
    assert taken.reasons == [f"is no client's external_id or name (is it {near}?)"]
    assert taken.report.summary.unknown_clients == {typed: 1}
    assert taken.report.near_names == {typed: [near]}


def test_a_key_in_other_letters_than_a_known_one_is_refused(take: Take) -> None:
    owner = "ann@agency.example"
    taken = take("clients", f"{HEAD}\nmill,Mill Bakery,{owner}\nElm,Elm,{owner}\nELM,Elm B,{owner}\n")
    assert taken.refused == [(2, "external_id", "mill"), (4, "external_id", "ELM")]
    assert taken.reasons[0] == "is the key MILL in other letters: write it in the same way"
