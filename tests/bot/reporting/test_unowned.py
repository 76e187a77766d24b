"""Clients that nobody owns: who is told of them, and until when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.infra.i18n import translator
from bot.infra.models import Client, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest, digest_content, sweep
from bot.reporting import unowned
from bot.views.data import Page, Person, UnownedClient
from bot.views.unowned import unowned_line
from handlers import screens
from tests import agency
from tests.bot.views import reading
from tests.conftest import NOW, Clock

EN = translator("en-US")


@pytest.fixture
def house(services: Services) -> agency.Agency:
    """Alice has left; Bob is the lead; Dora is the backup of one of Alice's two clients."""
    with services.transaction() as session:
        house = agency.create(session, NOW)
        alice, bob = session.get_one(Member, house.alice), session.get_one(Member, house.bob)
        alice.account_type, bob.role = "deactivated", "lead"
        bob.next_digest_at = alice.next_digest_at = NOW
        dora = agency.member(session, house.id, slack_user_id="U0DORA", name="Dora", next_digest_at=NOW)
        ids = {"owner_id": house.alice, "next_check_at": NOW, "started_on": NOW.date() - timedelta(days=200)}
        agency.client(session, house.id, "Acme", now=NOW, priority=2.0, backup_id=dora.id, **ids)
        agency.client(session, house.id, "Globex", now=NOW, priority=1.0, **ids)
        agency.client(session, house.id, "Gone", now=NOW, status="lost", **ids)
        agency.client(session, house.id, "Bob's", now=NOW, **{**ids, "owner_id": house.bob})
        agency.client(session, house.other_id, "Another agency's", now=NOW)
        return house


EXPECTED = (UnownedClient("Acme", Person("Dora", "U0DORA")), UnownedClient("Globex", None))
LINE = "2 clients have no owner: Acme (Dora looks after it), Globex. To give one an owner, open it and press Edit."


def digests(services: Services) -> dict[str, str]:
    """Compose all digests that are due; return their texts by recipient."""
    while sweep.run_one(services) or digest.run_one(services):
        pass
    with services.reading() as session:
        rows = session.execute(
            select(Member.name, OutboxMessage.body)
            .join(Member, Member.id == OutboxMessage.member_id)
            .where(OutboxMessage.kind == "digest")
        )
        return {name: body["text"] for name, body in rows}


def test_they_are_named_to_the_leads_and_on_the_list_of_whoever_has_them(
    services: Services, house: agency.Agency
) -> None:
    with services.reading() as session:
        bob = agency.actor(session, house.id, house.bob, NOW)
        assert unowned.load(session.connection(), house.id, bob.attendance) == EXPECTED
        assert unowned_line(EXPECTED, EN) == LINE
    texts = digests(services)
    assert set(texts) == {"Bob", "Dora"}
    assert LINE in texts["Bob"]
    assert "Globex" in texts["Bob"].replace(LINE, "")
    assert "Acme" not in texts["Bob"].replace(LINE, "")
    assert "Acme" in texts["Dora"]
    assert "Globex" not in texts["Dora"]
    assert "no owner" not in texts["Dora"]


def test_home_and_the_teams_list_name_them_to_a_lead_alone(services: Services, house: agency.Agency) -> None:
    with services.reading() as session:
        for member_id, is_named in ((house.bob, True), (house.alice, False)):
            reader = agency.actor(session, house.id, member_id, NOW)
            home = screens.home_view(session, reader, EN, NOW)
            team = screens.client_list(session, reader, Page("team"), EN, NOW)
            assert [LINE in reading.lines(view) for view in (home, team)] == [is_named] * 2


def test_they_are_named_until_somebody_owns_them(services: Services, house: agency.Agency, clock: Clock) -> None:
    digests(services)
    with services.transaction() as session:
        for client in session.scalars(select(Client).where(Client.name.in_(("Acme", "Globex")))):
            client.owner_id = house.bob
        digests_of = (OutboxMessage.member_id == house.bob, OutboxMessage.kind == "digest")
        message = session.scalars(select(OutboxMessage).where(*digests_of)).one()
        assert "no owner" not in digest_content.redraw(session, message, clock())["text"]
        bob = agency.actor(session, house.id, house.bob, NOW)
        assert unowned.load(session.connection(), house.id, bob.attendance) == ()


@pytest.mark.usefixtures("house")
def test_a_lead_without_clients_of_their_own_still_hears_of_them(services: Services) -> None:
    with services.transaction() as session:
        session.delete(session.scalars(select(Client).where(Client.name == "Bob's")).one())
        session.delete(session.scalars(select(Client).where(Client.name == "Globex")).one())
    assert "1 client has no owner: Acme (Dora looks after it)." in digests(services)["Bob"]
