"""`/atrisk`, typed in the practice Slack and answered by the real web stack."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.infra import db
from bot.infra.models import Client, Member, Touchpoint, Workspace
from tests import agency
from tests.conftest import NOW
from tests.handlers.conftest import Door


def _touchpoints(door: Door) -> list[Touchpoint]:
    with door.services.reading() as session:
        return list(session.scalars(select(Touchpoint).order_by(Touchpoint.id)))


def test_atrisk_lists_the_readers_own_clients(door: Door) -> None:
    answer = door.ask(door.alice)
    assert answer.ephemeral
    assert "Acme" in answer.words
    assert "Bolt & Sons" in answer.words
    assert "Cedar" not in answer.words
    assert "Acme" in answer.text, "a screen reader reads the top-level text alone"


@pytest.mark.parametrize("typed", ["team", "TEAM", "  team "])
def test_the_team_list_has_everybodys_clients_and_no_other_agencys(door: Door, typed: str) -> None:
    words = door.ask(door.bob, typed).words
    assert all(name in words for name in ("Acme", "Bolt & Sons", "Cedar"))
    assert "Secret" not in words


def test_a_lead_sees_each_members_figures_above_the_team_list(door: Door) -> None:
    with door.services.transaction() as session:
        session.get_one(Member, door.house.bob).role = "lead"
    words = door.ask(door.bob, "team").words
    assert "2 clients" in words
    assert "days since contact on average" in words
    assert "days since contact on average" not in door.ask(door.alice, "team").words


def test_only_leads_see_the_agencys_numbers(door: Door) -> None:
    with door.services.transaction() as session:
        session.get_one(Member, door.house.bob).role = "lead"
        agency.client(
            session,
            door.house.id,
            "Gone",
            status="lost",
            started_on=NOW.date() - timedelta(days=900),
            lost_on=NOW.date() - timedelta(days=30),
            now=NOW,
        )
        for name in ("Acme", "Cedar", "Bolt & Sons"):
            session.query(Client).filter_by(name=name).one().started_on = NOW.date() - timedelta(days=900)
        session.get_one(Workspace, door.house.id).benchmarks = {"median_value": {"EUR": 2_400_000}}
    words = door.ask(door.bob, "team").words
    numbers = "200 days since contact on average · 75% of clients kept over a year"
    assert f"{numbers} · a typical client is worth €24,000" in words
    assert "€24,000" not in door.ask(door.alice, "team").words


def test_a_mention_shows_the_colleagues_list(door: Door) -> None:
    answer = door.ask(door.alice, "@bob")
    assert "Cedar" in answer.words
    assert "Acme" not in answer.words
    assert "Bob" in answer.text


def test_a_mention_of_somebody_without_clients_shows_an_empty_list(door: Door) -> None:
    door.team.person("U0NORA", "Nora")
    assert "No clients here" in door.ask(door.alice, "@nora").words


def test_a_part_of_a_name_shows_the_clients_card(door: Door) -> None:
    answer = door.ask(door.alice, "bolt")
    assert "Bolt & Sons" in answer.words
    assert "client since" in answer.words
    assert {"nudge.contacted", "nudge.why", "client.silence"} <= answer.actions().keys()


def test_several_matches_are_offered_and_the_chosen_one_opens(door: Door) -> None:
    with door.services.transaction() as session:
        agency.client(session, door.house.id, "Acme Toys", owner_id=door.house.bob, now=NOW)
    answer = door.ask(door.alice, "acm")
    assert answer.actions().keys() == {"client.open"}
    door.click(door.alice, answer, "client.open", at=1)
    assert "Acme Toys" in door.alice.messages()[-1].words


def test_a_misspelt_name_suggests_similar_ones_and_nonsense_none(door: Door) -> None:
    assert "Cedar" in door.ask(door.alice, "cedra").words
    assert "zzzzzz" in door.ask(door.alice, "zzzzzz").words
    assert "Secret" not in door.ask(door.alice, "secre").words


def test_help_names_every_command(door: Door) -> None:
    words = door.ask(door.alice, "help").words
    named = ("/atrisk team", "/atrisk @person", "/atrisk log", "/atrisk away until", "/atrisk back", "/atrisk help")
    assert all(command in words for command in named)


@pytest.mark.parametrize(
    ("typed", "channel", "outcome", "summary"),
    [
        ("acme", "other", "reached", None),
        ("acme called, they want a new offer", "call", "reached", "called, they want a new offer"),
        ("Acme no answer", "other", "attempt", None),
        ("acme no answer: phoned twice", "call", "attempt", "phoned twice"),
        ("Acme - no answer", "other", "attempt", None),
        ("Acme, left a voicemail", "other", "attempt", "left a voicemail"),
        ("acme: called, didn't pick up", "call", "attempt", "called, didn't pick up"),
        ("bolt & sons Meeting at theirs", "meeting", "reached", "Meeting at theirs"),
    ],
)
def test_a_contact_is_logged_in_one_line(
    door: Door, typed: str, channel: str, outcome: str, summary: str | None
) -> None:
    answer = door.ask(door.alice, f"log {typed}")
    (logged,) = _touchpoints(door)
    assert (logged.channel, logged.outcome, logged.summary) == (channel, outcome, summary)
    assert (logged.member_id, logged.source, logged.occurred_at) == (door.house.alice, "command", NOW)
    assert {"nudge.undo", "nudge.details"} <= answer.actions().keys()


def test_a_logged_contact_changes_the_ranking_at_once(door: Door) -> None:
    before = door.ask(door.alice).words
    door.ask(door.alice, "log acme called")
    after = door.ask(door.alice).words
    assert before.index("Acme") < before.index("Bolt & Sons")
    assert after.index("Bolt & Sons") < after.index("Acme")


def test_a_changed_client_is_in_the_list_at_once(door: Door) -> None:
    def changed(**columns: Any) -> str:
        with door.services.transaction() as session:
            session.execute(update(Client).where(Client.search_name == "acme").values(columns))
        return door.ask(door.alice).words

    assert "1. 🔴 Acme · red" in door.ask(door.alice).words
    assert "1. 🔴 Acme & Co · red" in changed(name="Acme & Co")
    assert "1. 🟢 Acme & Co · green" in changed(colour="green")
    assert "2. 🟢 Acme & Co · green" in changed(priority=0.0)
    assert "paused" in changed(status="paused")
    assert "Acme & Co" not in changed(owner_id=door.house.bob)
    assert "🟢 Acme & Co" in door.ask(door.alice, "@bob").words


def test_a_list_is_in_the_readers_language_and_time_zone(door: Door) -> None:
    with door.services.transaction() as session:
        for name, days in (("Acme", 0), ("Bolt & Sons", 5)):
            client = session.query(Client).filter_by(name=name).one()
            client.status, client.returns_on = "paused", NOW.date() + timedelta(days=days)
        session.get_one(Member, door.house.bob).locale = "en-GB"
    alices, seen_by_bob = door.ask(door.alice).words, door.ask(door.bob, "@alice").words
    assert "until today" in alices
    assert "until today" in seen_by_bob
    assert "Nov 23" in alices
    assert "23 Nov" in seen_by_bob
    with door.services.transaction() as session:
        session.get_one(Member, door.house.alice).tz = "Pacific/Pago_Pago"
    assert "until tomorrow" in door.ask(door.alice).words
    assert "until today" in door.ask(door.bob, "@alice").words


def test_logging_with_several_matches_asks_which_one_in_a_form(door: Door) -> None:
    with door.services.transaction() as session:
        toys = agency.client(session, door.house.id, "Acme Toys", owner_id=door.house.bob, now=NOW).id
    reaction = door.alice.command("/atrisk", "log acm called them")
    assert reaction.ok
    assert reaction.modal is not None
    assert door.alice.submit({"client": str(toys)}).ok
    (logged,) = _touchpoints(door)
    assert (logged.client_id, logged.channel, logged.summary) == (toys, "call", "called them")


@pytest.mark.parametrize("typed", ["so Acme is happy", "acm called", "bolt called", "met acme"])
def test_a_contact_is_not_logged_on_a_client_whose_whole_name_does_not_come_first(door: Door, typed: str) -> None:
    reaction = door.alice.command("/atrisk", f"log {typed}")
    assert reaction.ok
    assert reaction.modal is not None
    assert _touchpoints(door) == []


def test_the_longest_name_is_the_one_that_is_meant_also_with_slacks_own_signs_in_it(door: Door) -> None:
    with door.services.transaction() as session:
        rockets = agency.client(session, door.house.id, "Acme <Rockets>", owner_id=door.house.bob, now=NOW).id
    door.ask(door.alice, "log acme <rockets> met them")
    (logged,) = _touchpoints(door)
    assert (logged.client_id, logged.channel, logged.summary) == (rockets, "meeting", "met them")


def test_logging_for_an_unknown_client_logs_nothing(door: Door) -> None:
    assert "zzzzzz" in door.ask(door.alice, "log zzzzzz called").words
    assert _touchpoints(door) == []


def test_a_command_delivered_twice_logs_once(door: Door) -> None:
    door.ask(door.alice, "log acme")
    door.practice.redeliver(door.practice.deliveries[-1])
    assert len(_touchpoints(door)) == 1


def test_amounts_are_visible_to_the_owner_but_not_to_a_colleague(door: Door) -> None:
    assert "5,000" in door.ask(door.alice, "acme").words
    assert "5,000" not in door.ask(door.bob, "acme").words


def test_another_workspace_finds_nothing_of_ours(door: Door) -> None:
    for typed in ("", "team", "acme", "log acme called", "@alice"):
        words = door.ask(door.charlie, typed).words
        assert "Bolt & Sons" not in words
        assert "days" not in words or "Secret" in words
    assert _touchpoints(door) == []


def test_slack_markup_in_a_name_is_escaped(door: Door) -> None:
    with door.services.transaction() as session:
        agency.client(session, door.house.id, "<!channel> *x*", owner_id=door.house.alice, now=NOW)
    answer = door.ask(door.alice, "*x*")
    assert "<!channel>" not in answer.text
    assert "<!channel> *x*" in answer.words


def test_the_token_is_checked_with_slack_once_for_many_commands(door: Door) -> None:
    for _ in range(3):
        door.ask(door.alice)
    assert len(door.practice.calls_of("auth.test")) == 1
    door.clock.move(minutes=6)
    door.ask(door.alice)
    assert len(door.practice.calls_of("auth.test")) == 2


def test_an_unknown_locale_never_breaks_an_answer(door: Door) -> None:
    with door.services.transaction() as session:
        session.get_one(Member, door.house.alice).locale = "xx-XX"
    assert "Acme" in door.ask(door.alice).words


def test_a_list_longer_than_a_page_shows_the_next_part_in_its_place(door: Door) -> None:
    with db.transaction(door.services.engine) as session:
        for number in range(20):
            priority = 50.0 - number
            agency.client(
                session, door.house.id, f"Row {number:02}", owner_id=door.house.bob, priority=priority, now=NOW
            )
        session.get_one(Client, 3).created_at -= timedelta(1)
    answer = door.ask(door.bob)
    assert "Row 19" not in answer.words
    door.click(door.bob, answer, "list.more")
    assert "Row 19" in door.bob.messages()[-1].words
