"""Facts that are read whatever their age: what is true does not stop being told by growing older."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import Client, Deadline, Observation, RoadmapStep
from bot.judging import facts
from tests import agency
from tests.conftest import NOW

LONG_AGO = NOW.date() - timedelta(days=900)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Client:
    house = agency.create(session, NOW)
    return agency.client(session, house.id, "Acme", now=NOW, owner_id=house.alice)


def test_an_open_complaint_the_scores_and_renewals_are_read_whatever_their_age(
    session: Session, client: Client
) -> None:
    remarks = (
        *(("complaint", None), ("complaint", LONG_AGO), ("survey", None)),
        *(("renewal", None), ("report", None), ("mood", None)),
    )
    for number, (kind, resolved_on) in enumerate(remarks):
        session.add(
            Observation(
                workspace_id=client.workspace_id,
                client_id=client.id,
                occurred_on=LONG_AGO,
                kind=kind,
                resolved_on=resolved_on,
                created_at=NOW,
                external_id=str(number),
            )
        )
    found = facts.load(session, client.workspace_id, [client.id], NOW)[client.id].observations
    assert [(remark.kind, remark.resolved_on) for remark in found] == [
        *(("complaint", None), ("survey", None), ("renewal", None))
    ]


@pytest.mark.parametrize(("done_on", "is_read"), [(None, True), (LONG_AGO, False)])
def test_work_that_is_not_done_is_read_whatever_its_age(
    session: Session, client: Client, done_on: date | None, *, is_read: bool
) -> None:
    of = {"workspace_id": client.workspace_id, "client_id": client.id, "title": "Landing page", "done_on": done_on}
    session.add(Deadline(**of, internal_due_on=LONG_AGO, promised_on=LONG_AGO))
    session.add(RoadmapStep(**of, planned_on=LONG_AGO, kind="offer"))
    found = facts.load(session, client.workspace_id, [client.id], NOW)[client.id]
    assert (len(found.deadlines), len(found.roadmap)) == (is_read, is_read)
