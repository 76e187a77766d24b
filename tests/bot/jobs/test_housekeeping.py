"""What is old is deleted after its period, in batches, and nothing else is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.infra.models import (
    Assessment,
    AuditEntry,
    Base,
    Client,
    ImportChange,
    ImportRun,
    JobSlot,
    Member,
    OutboxMessage,
    ProcessedEvent,
    Touchpoint,
    Workspace,
)
from bot.infra.retention import Retention
from bot.infra.services import Services
from bot.jobs import housekeeping
from bot.messaging import outbox
from bot.people import audit, workspaces
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW, Clock


@pytest.fixture
def house(services: Services) -> Agency:
    with services.transaction() as session:
        return agency.create(session, NOW)


def count(services: Services, model: type[Base]) -> int:
    with services.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_old_events_slots_and_messages_are_deleted(services: Services, clock: Clock, house: Agency) -> None:
    with services.transaction() as session:
        for key, state in (("sent", "sent"), ("waits", "waiting")):
            outbox.enqueue(
                session, workspace_id=house.id, key=key, kind="notice", body={}, now=NOW, member_id=house.alice
            )  # fmt: skip
            session.execute(update(OutboxMessage).where(OutboxMessage.key == key).values(state=state))
        session.add(ProcessedEvent(workspace_id=house.id, event_id="Ev1", received_at=NOW))
    housekeeping.run_one(services)
    assert (count(services, OutboxMessage), count(services, ProcessedEvent)) == (2, 1)
    clock.move(days=91)
    housekeeping.run_one(services)
    with services.reading() as session:
        assert session.scalars(select(OutboxMessage.key)).all() == ["waits"]
        assert set(session.scalars(select(JobSlot.job))) == {"housekeeping", "retention"}
    assert (count(services, ProcessedEvent), count(services, JobSlot)) == (0, 2)


def test_many_old_rows_go_in_batches_and_each_in_its_own_transaction(
    services: Services, clock: Clock, house: Agency
) -> None:
    total = housekeeping.BATCH + 3
    with services.transaction() as session:
        for number in range(total):
            audit.record(session, house.id, "client.changed", now=NOW, by=house.alice, after={"number": number})
    clock.move(days=1094)
    housekeeping.run_one(services)
    assert count(services, AuditEntry) == total
    clock.move(days=2)
    housekeeping.run_one(services)
    assert count(services, AuditEntry) == 0


def test_assessments_are_kept_for_their_period(services: Services, clock: Clock, house: Agency) -> None:
    with services.transaction() as session:
        client = agency.client(session, house.id, "Acme", now=NOW)
        figures = dict.fromkeys(("risk", "priority", "value", "relationship", "timing", "effort"), 1.0)
        for days in (0, 399, 400, 401, 900):
            session.add(
                Assessment(
                    client_id=client.id,
                    on=NOW.date() - timedelta(days=days),
                    workspace_id=house.id,
                    assessed_at=NOW,
                    colour="green",
                    signals=[],
                    **figures,
                )
            )
    housekeeping.run_one(services)
    with services.reading() as session:
        ages = [(clock().date() - on).days for on in session.scalars(select(Assessment.on))]
    assert sorted(ages) == [0, 399, 400]


def test_somebody_without_a_role_who_left_is_erased_after_a_while(
    services: Services, clock: Clock, house: Agency
) -> None:
    with services.transaction() as session:
        for name, role, account in (
            ("Left", None, "deactivated"),
            ("Boss", "lead", "deactivated"),
            ("Here", None, "member"),
        ):
            agency.member(session, house.id, name=name, role=role, account_type=account, refreshed_at=NOW)
    clock.move(days=364)
    housekeeping.run_one(services)
    assert names(services) >= {"Left", "Boss", "Here"}
    clock.move(days=2)
    housekeeping.run_one(services)
    assert names(services) >= {"Boss", "Here", "Alice"}
    assert "Left" not in names(services)


def names(services: Services) -> set[str]:
    with services.reading() as session:
        return set(session.scalars(select(Member.name)))


def test_an_agency_that_removed_the_bot_is_deleted_after_a_month_and_no_other(
    services: Services, clock: Clock, house: Agency
) -> None:
    with services.transaction() as session:
        for workspace_id, owner_id in ((house.id, house.alice), (house.other_id, house.charlie)):
            for number in range(60):  # more than a batch of clients
                client = agency.client(session, workspace_id, f"C{number}", now=NOW, owner_id=owner_id)
            session.add(
                Touchpoint(
                    workspace_id=workspace_id, client_id=client.id, occurred_at=NOW, source="import", created_at=NOW
                )
            )
            audit.record(session, workspace_id, "client.changed", now=NOW, by=owner_id, client_id=client.id)
        workspaces.disconnect(session, agency.TEAM, NOW)
    clock.move(days=30)
    housekeeping.run_one(services)
    assert count(services, Client) == 120
    clock.move(days=1)
    housekeeping.run_one(services)
    with services.reading() as session:
        assert session.scalars(select(Workspace.id)).all() == [house.other_id]
        for table in Base.metadata.sorted_tables:
            if "workspace_id" in table.c:
                left = set(session.scalars(select(table.c.workspace_id)))
                assert left <= {house.other_id}, table.name
    assert (count(services, Client), count(services, Touchpoint)) == (60, 1)


def test_an_agency_that_comes_back_in_time_keeps_everything(services: Services, clock: Clock, house: Agency) -> None:
    with services.transaction() as session:
        workspaces.disconnect(session, agency.TEAM, NOW)
    clock.move(days=29)
    with services.transaction() as session:
        workspaces.connect(session, agency.TEAM, "Agency", "U0BOT", clock())
    clock.move(days=29)
    housekeeping.run_one(services)
    assert count(services, Workspace) == 2, house


def test_what_an_import_changed_is_kept_as_it_was_while_it_can_be_taken_back(
    services: Services, clock: Clock, house: Agency
) -> None:
    with services.transaction() as session:
        client = agency.client(session, house.id, "Acme", now=NOW)
        run = ImportRun(workspace_id=house.id, kind="clients", filename="clients.csv", started_at=NOW)
        session.add(run)
        session.flush()
        session.add(ImportChange(workspace_id=house.id, run_id=run.id, client_id=client.id, before="{}"))
    clock.move(days=30)
    housekeeping.run_one(services)
    assert count(services, ImportChange) == 1
    clock.move(days=2)
    housekeeping.run_one(services)
    assert (count(services, ImportChange), count(services, ImportRun)) == (0, 1)


def test_the_periods_can_be_set(services: Services, clock: Clock, house: Agency) -> None:
    with services.transaction() as session:
        workspaces.disconnect(session, agency.TEAM, NOW)
    clock.move(days=2)
    housekeeping.run_one(replace(services, retention=Retention(removed_workspaces=timedelta(days=1))))
    assert count(services, Workspace) == 1, house


def test_nothing_is_deleted_on_the_word_of_a_clock_that_is_ahead(
    services: Services, clock: Clock, house: Agency
) -> None:
    with services.transaction() as session:
        session.add(ProcessedEvent(workspace_id=house.id, event_id="Ev1", received_at=NOW))
    ahead = replace(services, now=lambda: clock() + timedelta(days=120))
    housekeeping.run_one(ahead)
    assert count(services, ProcessedEvent) == 1
    clock.move(days=120)
    clock.move(hours=1)
    housekeeping.run_one(services)
    assert count(services, ProcessedEvent) == 0
