"""Why, as it is read in Slack: each factor by name and size, what would lower it, and what is not known."""

from sqlalchemy import insert

from bot.infra.models import Observation
from bot.views import ids
from tests.conftest import NOW
from tests.handlers.conftest import Door


def test_why_tells_what_goodwill_takes_off_and_what_would_have_to_be_fed_in(door: Door) -> None:
    with door.services.transaction() as session:
        praise = {"workspace_id": door.house.id, "client_id": 1, "kind": "praise", "external_id": "p"}
        session.execute(insert(Observation).values(**praise, occurred_on=NOW.date(), created_at=NOW))
    door.click(door.alice, door.ask(door.alice, "acme"), ids.WHY)
    assert door.alice.modal is not None
    said = door.alice.modal.words
    assert "Praised the work" in said
    assert "observations (mood, complaint, survey" in said
    assert "What would lower it most" in said
