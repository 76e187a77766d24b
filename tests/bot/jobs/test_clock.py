"""What a clock that was ahead has stored is put right; by Slack's clock, never on the word of ours alone."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select, text, update

from bot.clients import snoozes, touchpoints
from bot.infra import db
from bot.infra.models import Assessment, Breach, Client, JobSlot, Member, Observation, OutboxMessage, Snooze, Touchpoint
from bot.infra.services import Services
from bot.jobs import clock as clocks
from bot.jobs import delivery, digest, sweep
from bot.messaging import outbox
from bot.practice import Practice
from bot.slack.client import make_clients
from bot.slack.errors import AskLaterError
from tests import agency
from tests.bot.jobs.mornings import NINE, Add, digests_of
from tests.conftest import Clock

OFFSETS = [timedelta(hours=1), timedelta(days=1), timedelta(days=30), timedelta(days=120)]


@pytest.fixture
def machine(services: Services, practice: Practice, clock: Clock, house: agency.Agency) -> "Machine":
    del house
    token = practice.team(agency.TEAM).token
    reading, posting = make_clients(lambda _team_id: token, practice.api_url)
    return Machine(replace(services, slack=reading, posting=posting), clock)


class Machine:
    """A worker on a machine whose clock may be off; Slack's clock, which is the true one, is `clock`."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.off = timedelta(0)
        self.services = replace(services, now=lambda: clock() + self.off)

    def tick(self) -> None:
        """Run each job until nothing is left, as the worker does in some seconds."""
        clocks.run_one(self.services)
        for run_one in (digest.run_one, sweep.run_one, digest.run_one, delivery.run_one):
            while run_one(self.services):
                pass

    def set(self, off: timedelta) -> None:
        """Set the clock, which the worker notices."""
        self.off = off
        self.services.clock_doubted.set()


@pytest.mark.parametrize("off", [*OFFSETS, *(-off for off in OFFSETS)])
def test_each_day_has_one_digest_told_by_the_right_clock_whatever_one_tick_was_off(
    machine: Machine, house: agency.Agency, add: Add, clock: Clock, off: timedelta
) -> None:
    add("Acme", 30)
    clock.at = NINE - timedelta(days=1, hours=2)
    machine.tick()
    clock.at = NINE - timedelta(days=1)
    machine.tick()
    assert [_day(clock, row) for row in _told(machine, house)] == [date(2026, 11, 17)]
    clock.at = NINE - timedelta(days=1) + timedelta(hours=2)
    machine.set(off)
    machine.tick()
    machine.set(timedelta(0))
    clock.move(seconds=20)
    machine.tick()
    for _ in range(3 * 24 * 2):
        clock.move(minutes=30)
        machine.tick()
    right = [row for row in _told(machine, house) if row.key.count(":") == 2]
    days = [date(2026, 11, day) for day in (17, 18, 19, 20)]
    assert [row.key for row in right if row.key[-10:] <= "2026-11-20"] == [
        f"digest:{house.alice}:{day}" for day in days
    ]
    assert [_day(clock, row) for row in right if row.key[-10:] <= "2026-11-20"] == days


def _told(machine: Machine, house: agency.Agency) -> list[OutboxMessage]:
    return [row for row in digests_of(machine.services, house.alice) if row.state == "sent"]


def _day(_clock: Clock, row: OutboxMessage) -> date:
    """Return the day in Warsaw on which Slack received a message."""
    assert row.ts is not None
    return (datetime.fromtimestamp(float(row.ts), UTC) + timedelta(hours=1)).date()


def test_a_digest_told_a_day_early_is_told_again_on_its_day_and_says_so(
    machine: Machine, house: agency.Agency, add: Add, clock: Clock, practice: Practice
) -> None:
    clock.at = NINE - timedelta(days=1, hours=2)
    add("Acme", 30)
    machine.tick()
    clock.at = NINE - timedelta(days=1)
    machine.tick()
    machine.set(timedelta(days=1))
    machine.tick()
    clock.move(days=1, minutes=1)
    machine.set(timedelta(0))
    machine.tick()
    words = [message.words for message in practice.team(agency.TEAM).person(agency.ALICE).messages()]
    assert len(words) == 3
    assert ["my clock was wrong" in said for said in words] == [False, False, True]
    assert "You got a list for today on Tue, Nov 17" in words[-1]
    keys = [row.key for row in digests_of(machine.services, house.alice)]
    assert keys[-1] == f"digest:{house.alice}:2026-11-18"
    assert keys[-2].startswith(f"digest:{house.alice}:2026-11-18:early:")


def test_a_day_that_began_in_another_time_zone_is_no_early_one(
    machine: Machine, house: agency.Agency, add: Add, clock: Clock
) -> None:
    with machine.services.transaction() as session:
        session.execute(update(Member).values(tz="Australia/Lord_Howe"))
    clock.at = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)  # 07:00 on the 18th
    add("Acme", 30)
    machine.tick()
    clock.move(hours=2)
    machine.tick()
    assert [row.key for row in _told(machine, house)] == [f"digest:{house.alice}:2026-11-18"]
    with machine.services.transaction() as session:
        session.execute(update(Member).values(tz="Europe/London", next_digest_at=None))
    clock.at = datetime(2026, 11, 18, 9, 1, tzinfo=UTC)
    machine.tick()
    assert len(_told(machine, house)) == 1


@pytest.mark.parametrize("off", OFFSETS)
def test_after_a_tick_ahead_everybody_is_looked_at_again_within_a_minute(
    machine: Machine, house: agency.Agency, add: Add, clock: Clock, off: timedelta
) -> None:
    clock.at = NINE + timedelta(hours=2)
    number = add("Acme", 30)
    machine.tick()
    machine.set(off)
    machine.tick()
    machine.set(timedelta(0))
    clock.move(seconds=20)
    machine.tick()
    with machine.services.reading() as session:
        client, member = session.get_one(Client, number), session.get_one(Member, house.alice)
        assert member.next_digest_at == NINE + timedelta(days=1)
        assert client.checked_at is not None
        assert client.checked_at <= clock()
        assert client.assessed_on == date(2026, 11, 18)
        assert max(session.scalars(select(Assessment.on))) == date(2026, 11, 18)
        for breach in session.scalars(select(Breach)):
            assert breach.opened_at <= clock()
            assert breach.red_at is None or breach.red_at <= clock()
    assert not machine.services.clock_doubted.is_set()


def test_a_contact_clicked_while_the_clock_was_ahead_counts_as_of_now(
    machine: Machine, house: agency.Agency, add: Add, clock: Clock
) -> None:
    number = add("Acme", 30)
    machine.tick()
    machine.set(timedelta(days=30))
    with machine.services.transaction() as session:
        now = machine.services.now()
        touchpoints.log(session, house.id, number, house.alice, seen=0, occurred_at=now, source="nudge", now=now)
        columns = {"workspace_id": house.id, "client_id": number, "created_at": now}
        session.add(Observation(kind="mood", label="uneasy", occurred_on=now.date(), external_id="m", **columns))
        snoozes.snooze(session, house.id, number, house.alice, colour="red", until_at=now + timedelta(days=3), now=now)
    machine.set(timedelta(0))
    clock.move(seconds=20)
    machine.tick()
    with machine.services.reading() as session:
        logged = session.scalars(select(Touchpoint).where(Touchpoint.source == "nudge")).one()
        assert (logged.occurred_at, logged.created_at) == (clock(), clock())
        assert session.scalars(select(Observation.occurred_on)).one() == clock().date()
        assert session.scalars(select(Snooze.until_at)).one() == clock() + timedelta(days=3)
        assert "contact_gap" not in session.scalars(select(Breach.signal).where(Breach.resolved_at.is_(None))).all()


def test_a_message_waits_no_longer_than_slack_may_ask_for(machine: Machine, house: agency.Agency, clock: Clock) -> None:
    _enqueue(machine, house)
    with machine.services.transaction() as session:
        session.execute(update(OutboxMessage).values(not_before=clock() + timedelta(days=30)))
    machine.tick()
    assert _states(machine) == ["sent"]


def test_a_lease_of_a_clock_ahead_is_not_believed(machine: Machine, house: agency.Agency, clock: Clock) -> None:
    _enqueue(machine, house)
    with machine.services.transaction() as session:
        session.execute(update(OutboxMessage).values(state="sending", tries=1, lease_until=clock() + timedelta(days=1)))
    machine.tick()
    assert _states(machine) == ["sent"]


def test_what_a_clock_ahead_let_expire_is_sent_after_all(machine: Machine, house: agency.Agency, clock: Clock) -> None:
    _enqueue(machine, house, expires_at=clock() + timedelta(hours=9))
    machine.off = timedelta(days=1)
    while delivery.run_one(machine.services):
        pass
    assert _states(machine) == ["expired"]
    machine.set(timedelta(0))
    machine.tick()
    assert _states(machine) == ["sent"]


def test_what_a_clock_ahead_composed_for_a_day_and_did_not_send_is_dropped(
    machine: Machine, house: agency.Agency, clock: Clock
) -> None:
    machine.off = timedelta(days=30)
    _enqueue(machine, house, expires_at=machine.services.now() + timedelta(hours=9))
    machine.set(timedelta(0))
    machine.tick()
    assert _states(machine) == ["expired"]
    with machine.services.reading() as session:
        assert session.scalars(select(OutboxMessage.error)).one() == "composed by a clock that was ahead"
    clock.move(days=30)
    machine.services.clock_doubted.set()
    machine.tick()
    assert _states(machine)[0] == "expired", "it does not come back to life"


def test_nothing_is_rewritten_while_slacks_clock_disagrees(
    machine: Machine, house: agency.Agency, add: Add, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    number = add("Acme", 30)
    with machine.services.transaction() as session:
        touchpoints.log(
            session, house.id, number, house.alice, seen=0, occurred_at=clock(), source="nudge", now=clock()
        )
        session.add(JobSlot(job="housekeeping", slot=clock()))
    machine.set(-timedelta(days=30))
    clocks.run_one(machine.services)
    assert "this machine's clock is 30 days behind Slack's: set it, by NTP for instance" in caplog.text
    machine.set(timedelta(0))
    with machine.services.reading() as session:
        assert clock() in session.scalars(select(Touchpoint.occurred_at)).all()
        assert session.scalars(select(JobSlot.slot)).all() == [clock()]


def test_the_doubt_stays_until_slack_can_say_what_time_it_is(machine: Machine, practice: Practice) -> None:
    practice.fail_next("auth.test", status=503)
    machine.services.clock_doubted.set()
    with pytest.raises(AskLaterError):
        clocks.run_one(machine.services)
    assert machine.services.clock_doubted.is_set()
    clocks.run_one(machine.services)
    assert not machine.services.clock_doubted.is_set()
    assert not clocks.run_one(machine.services)
    assert len(practice.calls_of("auth.test")) == 2, "without a doubt nobody is asked"


def test_the_signs_of_a_clock_ahead_are_found_by_index(engine: Engine) -> None:
    asked: list[tuple[str, object]] = []
    with db.reading(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("SET enable_seqscan = off"))  # of tables as small as a test's it reads all otherwise
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        for sign in clocks._SIGNS:
            session.execute(sign, clocks._limits(NINE)).first()
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        for (statement, values), index in zip(
            asked[:], ("ix_members_next_digest_at", "ix_outbox_leased", "ix_outbox_pending"), strict=True
        ):
            rows = session.connection().exec_driver_sql(f"{explain} {statement}", values)  # type: ignore[arg-type]
            assert index in "\n".join(str(row[-1]) for row in rows)


def _enqueue(machine: Machine, house: agency.Agency, expires_at: datetime | None = None) -> None:
    with machine.services.transaction() as session:
        outbox.enqueue(
            session, workspace_id=house.id, key="k", kind="notice", member_id=house.alice, now=machine.services.now(),
            body={"text": "Good morning", "blocks": []}, expires_at=expires_at,
        )  # fmt: skip


def _states(machine: Machine) -> list[str]:
    with machine.services.reading() as session:
        return list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
