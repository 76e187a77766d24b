"""Delivery of messages, whatever Slack, the network or another worker does."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select, update

from bot.infra.models import Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import delivery
from bot.jobs.delivery import DeliveryOptions
from bot.messaging import outbox
from bot.messaging.claims import Pace
from bot.practice import Practice
from tests import agency
from tests.conftest import NOW, Clock

OPTIONS = DeliveryOptions()
UNBOUND = DeliveryOptions(pace=Pace(channel_interval=timedelta(0), workspace_per_second=1000))
BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Acme needs you"}}]


@pytest.fixture
def house(services: Services, practice: Practice) -> agency.Agency:
    for team, people in ((agency.TEAM, (agency.ALICE, agency.BOB)), (agency.OTHER_TEAM, (agency.CHARLIE,))):
        for user in people:
            practice.team(team).person(user, user.removeprefix("U0").title())
    with services.transaction() as session:
        return agency.create(session, NOW)


Enqueue = Callable[..., int]


@pytest.fixture
def enqueue(services: Services, house: agency.Agency) -> Enqueue:
    """Enqueue a message, to Alice by default; return its id."""

    def enqueue(text: str = "Good morning", *, to: int | None = None, blocks: Any = BLOCKS, **columns: Any) -> int:
        workspace_id = house.other_id if to == house.charlie else house.id
        with services.transaction() as session:
            key = f"k{len(session.scalars(select(OutboxMessage.id)).all())}"
            outbox.enqueue(
                session,
                workspace_id=workspace_id,
                key=key,
                kind="nudge",
                body={"text": text, "blocks": blocks},
                now=services.now(),
                member_id=to or house.alice,
                **columns,
            )
            return session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id.desc()).limit(1)).one()

    return enqueue


def _row(services: Services, number: int) -> OutboxMessage:
    with services.reading() as session:
        return session.get_one(OutboxMessage, number)


def _deliver(services: Services, options: DeliveryOptions = OPTIONS) -> int:
    """Deliver until there is nothing left, as the timer does; return how many calls did something."""
    done = 0
    while delivery.run_one(services, options):
        done += 1
    return done


def _received(practice: Practice, user: str = agency.ALICE, team: str = agency.TEAM) -> list[str]:
    return [message.text for message in practice.team(team).person(user).messages()]


def test_a_message_arrives_once_in_the_recipients_direct_messages(
    services: Services, practice: Practice, enqueue: Enqueue, house: agency.Agency
) -> None:
    number = enqueue("Acme & <Sons>")
    assert _deliver(services) == 1
    assert _deliver(services) == 0
    alice = practice.team(agency.TEAM).person(agency.ALICE)
    (message,) = alice.messages()
    assert message.metadata == {"event_type": "atrisk_message", "event_payload": {"id": number}}
    row = _row(services, number)
    assert (row.state, row.channel, row.ts, row.sent_at) == ("sent", alice.dm.id, message.ts, NOW)
    (call,) = practice.calls_of("chat.postMessage")
    assert {call.args[name] for name in ("unfurl_links", "unfurl_media")} <= {"0", "false", False}
    assert call.args["parse"] == "none"
    with services.reading() as session:
        assert session.get_one(Member, house.alice).dm_channel == alice.dm.id


def test_the_direct_message_channel_is_opened_once(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    for _ in range(3):
        enqueue()
        _deliver(services)
        clock.move(seconds=2)
    assert len(practice.calls_of("conversations.open")) == 1
    assert len(_received(practice)) == 3


def test_a_message_is_not_sent_before_its_time(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    enqueue(not_before=NOW + timedelta(minutes=5))
    assert _deliver(services) == 0
    clock.move(minutes=5)
    assert _deliver(services) == 1
    assert _received(practice) == ["Good morning"]


def test_one_person_gets_one_message_a_second_in_order(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock, house: agency.Agency
) -> None:
    practice.enforce_rate_limits(per_channel=1.0)
    enqueue("first")
    enqueue("second")
    enqueue("to Bob", to=house.bob)
    assert _deliver(services) == 2
    assert (_received(practice), _received(practice, agency.BOB)) == (["first"], ["to Bob"])
    clock.move(seconds=1.001)
    assert _deliver(services) == 1
    assert _received(practice) == ["first", "second"]


def test_a_workspaces_rate_is_limited_without_delaying_another(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock, house: agency.Agency
) -> None:
    options = DeliveryOptions(pace=Pace(channel_interval=timedelta(0), workspace_per_second=3))
    for number in range(5):
        enqueue(str(number))
    enqueue("elsewhere", to=house.charlie)
    assert _deliver(services, options) == 4
    assert _received(practice, agency.CHARLIE, agency.OTHER_TEAM) == ["elsewhere"]
    clock.move(seconds=1.001)
    assert _deliver(services, options) == 2
    assert _received(practice) == ["0", "1", "2", "3", "4"]


def test_a_rate_limit_pauses_the_whole_workspace_for_slacks_retry_after(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock, house: agency.Agency
) -> None:
    practice.fail_next("chat.postMessage", error="ratelimited", retry_after=30)
    enqueue("first")
    enqueue("to Bob", to=house.bob)
    enqueue("elsewhere", to=house.charlie)
    _deliver(services)
    assert _received(practice, agency.CHARLIE, agency.OTHER_TEAM) == ["elsewhere"]
    assert (_received(practice), _received(practice, agency.BOB)) == ([], [])
    clock.move(seconds=29)
    assert _deliver(services) == 0
    clock.move(seconds=1)
    assert _deliver(services) == 2
    assert (_received(practice), _received(practice, agency.BOB)) == (["first"], ["to Bob"])
    assert practice.early_calls == []


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"status": 500}, {"error": "fatal_error"}])
def test_after_an_unclear_answer_the_history_is_read_before_sending_again(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock, fault: dict[str, Any]
) -> None:
    practice.fail_next("chat.postMessage", **fault)
    number = enqueue()
    assert _deliver(services) == 1
    assert _row(services, number).state == "waiting"
    clock.move(seconds=OPTIONS.recheck_after.total_seconds() - 1)
    assert _deliver(services) == 0
    clock.move(seconds=20)
    assert _deliver(services) == 1
    assert _received(practice) == ["Good morning"]
    assert len(practice.calls_of("conversations.history")) == 1
    row = _row(services, number)
    assert (row.state, row.ts) == ("sent", practice.team(agency.TEAM).person(agency.ALICE).last().ts)


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=120), timedelta(days=-30)])
@pytest.mark.parametrize("is_righted", [True, False])
def test_a_message_posted_by_a_wrong_clock_is_found_and_not_sent_again(
    services: Services,
    practice: Practice,
    enqueue: Enqueue,
    clock: Clock,
    off: timedelta,
    *,
    is_righted: bool,
) -> None:
    practice.fail_next("chat.postMessage", drop="after")
    enqueue()
    wrong = replace(services, now=lambda: clock() + off)
    with services.transaction() as session:
        session.execute(update(OutboxMessage).values(not_before=NOW - timedelta(days=60)))
    assert _deliver(wrong) == 1
    clock.move(minutes=2)
    if is_righted:
        with services.transaction() as session:
            session.execute(update(OutboxMessage).values(not_before=NOW))  # as the job `clock` does
    assert _deliver(services if is_righted else wrong) == 1
    assert _received(practice) == ["Good morning"]
    assert len(practice.calls_of("chat.postMessage")) == 1


def test_a_message_posted_before_is_found_behind_many_newer_ones(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    practice.fail_next("chat.postMessage", drop="after")
    number = enqueue()
    _deliver(services)
    posted = practice.team(agency.TEAM).person(agency.ALICE).last()
    client = services.posting(agency.TEAM)
    for _ in range(delivery.PAGE + 5):
        client.chat_postMessage(channel=posted.channel, text="chatter")
    clock.move(minutes=1)
    _deliver(services)
    assert _row(services, number).ts == posted.ts
    assert len(practice.calls_of("conversations.history")) == 2


def test_nothing_is_sent_again_while_the_history_cannot_be_read(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    practice.fail_next("chat.postMessage", drop="before")
    practice.fail_next("conversations.history", error="fatal_error", times=2)
    number = enqueue()
    _deliver(services)
    for _ in range(2):
        clock.move(minutes=2)
        _deliver(services)
        assert _row(services, number).state == "waiting"
        assert len(practice.calls_of("chat.postMessage")) == 1
    clock.move(minutes=2)
    _deliver(services)
    assert _received(practice) == ["Good morning"]


def test_a_message_to_a_deactivated_user_is_dead_and_leads_are_notified_once(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock, house: agency.Agency
) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.bob).role = "lead"
    practice.team(agency.TEAM).person(agency.ALICE).user.deleted = True
    numbers = [enqueue(), enqueue()]
    for _ in range(4):
        _deliver(services)
        clock.move(seconds=2)
    assert {_row(services, number).state for number in numbers} == {"dead"}
    assert _row(services, numbers[0]).error == "user_disabled"
    (notice,) = _received(practice, agency.BOB)
    assert "Alice" in notice
    assert "user_disabled" in notice


def test_a_replaced_direct_message_channel_is_opened_again(
    services: Services, practice: Practice, enqueue: Enqueue, house: agency.Agency
) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.alice).dm_channel = "D0REPLACED"
    number = enqueue()
    _deliver(services)
    assert _row(services, number).state == "sent"
    assert _received(practice) == ["Good morning"]


def test_messages_survive_a_revoked_token(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    practice.fail_next("chat.postMessage", error="token_revoked")
    numbers = [enqueue("first"), enqueue("second")]
    assert _deliver(services) == 1
    assert [_row(services, number).state for number in numbers] == ["waiting", "waiting"]
    assert _row(services, numbers[0]).error == "token_revoked"
    clock.move(minutes=10)
    _deliver(services)
    clock.move(seconds=2)
    _deliver(services)
    assert _received(practice) == ["first", "second"]


def test_without_a_token_messages_wait(services: Services, practice: Practice, enqueue: Enqueue, clock: Clock) -> None:
    def none(team_id: str) -> WebClient:
        raise LookupError(f"no token for {team_id}")

    number = enqueue()
    assert _deliver(replace(services, slack=none, posting=none)) == 1
    assert (_row(services, number).state, _row(services, number).error) == ("waiting", "no token for T0AGENCY")
    clock.move(minutes=10)
    _deliver(services)
    assert _received(practice) == ["Good morning"]


def test_a_malformed_message_is_dead_with_slacks_pointer_and_stops_no_other(
    services: Services, practice: Practice, enqueue: Enqueue, house: agency.Agency, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = enqueue(blocks=[{"type": "section", "text": {"type": "plain_text", "text": ""}}])
    enqueue("to Bob", to=house.bob)
    with caplog.at_level(logging.ERROR):
        _deliver(services)
    row = _row(services, wrong)
    assert row.state == "dead"
    assert "/blocks/0" in (row.error or "")
    assert "/blocks/0" in caplog.text
    assert _received(practice, agency.BOB) == ["to Bob"]


def test_an_expired_message_is_not_sent(services: Services, practice: Practice, enqueue: Enqueue, clock: Clock) -> None:
    number = enqueue(expires_at=NOW + timedelta(hours=1))
    clock.move(hours=1)
    _deliver(services)
    assert _row(services, number).state == "expired"
    assert practice.calls_of("chat.postMessage") == []


def test_a_message_posted_in_time_counts_as_sent_even_if_found_after_expiry(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    practice.fail_next("chat.postMessage", drop="after")
    number = enqueue(expires_at=NOW + timedelta(seconds=10))
    _deliver(services)
    clock.move(minutes=1)
    _deliver(services)
    assert _row(services, number).state == "sent"
    assert _received(practice) == ["Good morning"]


def test_a_message_waits_until_the_recipient_is_known_in_slack(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock, house: agency.Agency
) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.alice).slack_user_id = None
    number = enqueue()
    _deliver(services)
    assert _row(services, number).state == "waiting"
    with services.transaction() as session:
        session.get_one(Member, house.alice).slack_user_id = agency.ALICE
    clock.move(minutes=1)
    _deliver(services)
    assert _received(practice) == ["Good morning"]


def test_a_message_is_given_up_after_too_many_tries(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    practice.fail_next("chat.postMessage", error="a_new_word", times=1000)
    number = enqueue()
    for _ in range(delivery.MAX_TRIES + 1):
        _deliver(services)
        clock.move(minutes=20)
    assert _row(services, number).state == "dead"
    assert _received(practice) == []


def test_a_worker_that_lost_its_lease_does_not_post(
    services: Services, practice: Practice, enqueue: Enqueue, clock: Clock
) -> None:
    number = enqueue()

    def slow(team_id: str) -> WebClient:
        """Take so long to return a client that the lease expires and another worker sends the message."""
        clock.move(minutes=3)
        assert delivery.run_one(services)
        return services.slack(team_id)

    assert delivery.run_one(replace(services, slack=slow))
    assert _received(practice) == ["Good morning"]
    assert (_row(services, number).state, _row(services, number).tries) == ("sent", 2)


def test_eight_workers_at_once_send_each_message_once(
    services: Services, practice: Practice, enqueue: Enqueue, house: agency.Agency
) -> None:
    texts = [str(number) for number in range(40)]
    for text in texts:
        enqueue(text, to=house.bob if int(text) % 2 else house.alice)
    workers = [Thread(target=lambda: [_deliver(services, UNBOUND) for _ in range(20)]) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    _deliver(services, UNBOUND)
    assert sorted(_received(practice) + _received(practice, agency.BOB), key=int) == texts


@pytest.fixture(autouse=True)
def _nothing_unexpected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert "Traceback" not in caplog.text
