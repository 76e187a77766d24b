"""The content of a digest, and how it is redrawn."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.clients import clients, snoozes, touchpoints
from bot.infra.models import Breach, Client, DailyMetric, Effort, Invoice, Member, OutboxMessage, Touchpoint
from bot.infra.services import Services
from bot.jobs import delivery, digest, digest_content, sweep
from bot.judging import assessments
from bot.practice import Practice
from bot.views.data import Morning
from tests import agency
from tests.bot.jobs.mornings import NINE, Add, compose_due, digests_of
from tests.conftest import Clock


def morning(services: Services, house: agency.Agency, member_id: int | None = None) -> Morning:
    """Compose a member's digest, after assessing all clients."""
    with services.transaction() as session:
        due = session.scalars(select(Client.id).where(Client.workspace_id == house.id)).all()
        assessments.reassess(session, house.id, due, services.now())
        return digest_content.compose(session, house.id, member_id or house.alice, services.now())


def test_each_client_is_in_the_right_section(services: Services, house: agency.Agency, add: Add, clock: Clock) -> None:
    clock.at = NINE
    late, very_late, put_off = add("Late", 11), add("Very late", 30), add("Put off", 15)
    soon, fine = add("Soon", 9), add("Fine", 2)
    add("Bob's", 30, owner=house.bob)
    add("Lost", 30, status="lost")
    with services.transaction() as session:
        assessments.reassess(session, house.id, [put_off], NINE)
        until = NINE + timedelta(days=3)
        snoozes.snooze(session, house.id, put_off, house.alice, colour="red", until_at=until, now=NINE)
    composed = morning(services, house)
    assert [card.client_id for card in composed.attention] == [very_late, late]
    assert [card.client_id for card in composed.soon] == [soon]
    assert [(card.client_id, card.snoozed_until) for card in composed.snoozed] == [(put_off, until.date())]
    assert composed.well == ("Fine",)
    assert composed.average_days_since_contact == pytest.approx((11 + 30 + 15 + 9 + 2) / 5)
    assert (composed.on, composed.next_workday, fine > 0) == (date(2026, 11, 18), date(2026, 11, 19), True)


def test_what_a_colleague_put_off_is_told_to_the_owner_in_the_next_digest_and_once(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE - timedelta(hours=3)
    quiet, put_off, own = add("Quiet", 30), add("Put off", 30), add("Own", 30)
    until, day = NINE + timedelta(days=3), date(2026, 12, 1)
    with services.transaction() as session:
        assessments.reassess(session, house.id, [quiet, put_off, own], clock())
        clients.expect_silence(session, session.get_one(Client, quiet), day, "", by=house.bob, now=clock())
        for client_id, by in ((put_off, house.bob), (own, house.alice)):
            snoozes.snooze(session, house.id, client_id, by, colour="red", until_at=until, now=clock())
        session.execute(update(Member).where(Member.id == house.alice).values(next_digest_at=NINE))
    clock.at = NINE
    told = morning(services, house).by_others
    assert [(each.client_id, each.action, each.until, each.by.name) for each in told] == [
        (quiet, "silence.set", day, "Bob"),
        (put_off, "snooze.set", until.date(), "Bob"),
    ]
    compose_due(services)
    (sent,) = digests_of(services, house.alice)
    assert "Bob expects silence from Quiet until Tue, Dec 1; Bob snoozed Put off until Sat, Nov 21" in str(sent.body)
    with services.reading() as session:
        assert "Bob expects silence from Quiet" in str(digest_content.redraw(session, sent, clock()))
    clock.move(hours=1)
    assert morning(services, house).by_others == ()


def test_before_a_weekend_soon_includes_monday(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE + timedelta(days=2)  # Friday
    monday, tuesday = add("Monday", 8), add("Tuesday", 6)
    composed = morning(services, house)
    assert composed.next_workday == date(2026, 11, 23)
    assert monday in [card.client_id for card in composed.soon]
    assert tuesday not in [card.client_id for card in composed.soon]


def test_the_first_digest_after_days_away_summarizes_what_happened(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    kept, slipped, untouched = add("Kept up"), add("Slipped", 9), add("Untouched", 1)
    bobs = add("Bob's", owner=house.bob)
    with services.transaction() as session:
        assessments.reassess(session, house.id, [kept, slipped, untouched, bobs], clock())
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until = date(2026, 11, 18), date(2026, 11, 19)
    compose_due(services)
    clock.at = NINE
    with services.transaction() as session:
        for client_id, outcome, by in (
            (kept, "reached", house.bob),
            (bobs, "reached", house.bob),
            (slipped, "attempt", house.bob),
            (untouched, "reached", house.alice),
        ):
            touchpoints.log(
                session, house.id, client_id, by, seen=None, outcome=outcome, occurred_at=NINE, source="form", now=NINE
            )
        assessments.reassess(session, house.id, [kept, slipped, untouched, bobs], NINE + timedelta(days=1, hours=20))
        assert digest_content.compose(session, house.id, house.alice, NINE + timedelta(days=1)).missed == ()
    clock.at = NINE + timedelta(days=2)
    compose_due(services)
    first = digests_of(services, house.alice)[-1].body["text"]
    assert "\nWhile you were away:\n" in first
    assert "Slipped: 1 try with no answer by Bob · came up: Days since contact" in first
    assert "Kept up: 1 contact by Bob · settled: Days since contact" in first
    assert "Untouched:" not in first
    assert "Bob's:" not in first
    while delivery.run_one(services):
        pass
    assert "While you were away" in practice.team(agency.TEAM).person(agency.ALICE).last().words
    with services.reading() as session:
        again = digest_content.redraw(session, digests_of(services, house.alice)[-1], clock())
        assert "Kept up: 1 contact by Bob · settled: Days since contact" in again["text"]
    clock.move(days=3)
    compose_due(services)
    assert len(digests_of(services, house.alice)) == 2
    assert "While you were away" not in digests_of(services, house.alice)[-1].body["text"]


def test_a_backup_stands_in_for_an_owner_away_without_a_cover(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE
    add("Backed up", backup_id=house.bob, monthly_fee=500_00)
    add("Not backed up")
    with services.transaction() as session:
        session.get_one(Member, house.alice).away_until = date(2026, 11, 18)
    composed = morning(services, house, house.bob)
    assert [(card.name, card.covering, card.monthly_fee) for card in composed.attention] == [
        ("Backed up", True, 500_00)
    ]
    assert [person.name for person in composed.covering] == ["Alice"]


def test_a_redrawn_digest_shows_what_was_done_and_leaves_the_rest(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    first, second, third = add("First", 30), add("Second", 20), add("Third", 14)
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    (message,) = digests_of(services, house.alice)
    clock.move(hours=1)
    with services.transaction() as session:
        assert digest_content.redraw(session, message, clock())["blocks"] == message.body["blocks"]
        touchpoints.log(
            session, house.id, second, house.bob, seen=0, occurred_at=clock(), source="nudge", now=clock()
        )  # fmt: skip
        assessments.reassess(session, house.id, [second], clock())
        session.execute(update(Breach).where(Breach.client_id == third).values(resolved_at=clock()))
        drawn = digest_content.redraw(session, message, clock())
    words = str(drawn["blocks"])
    places = [words.index(name) for name in ("First", "Second", "Third")]
    assert places == sorted(places)
    assert agency.BOB in words
    assert words.count("nudge.contacted") == str(message.body["blocks"]).count("nudge.contacted") - 1
    assert words.count("nudge.undo") == 1
    with services.transaction() as session:
        touchpoint = session.scalars(select(Touchpoint).where(Touchpoint.source == "nudge")).one()
        touchpoints.undo(session, house.id, touchpoint.id, clock(), by=None)
        assert digest_content.redraw(session, message, clock())["blocks"] == message.body["blocks"]
    assert first < second < third


def test_the_reason_for_a_held_nudge_is_in_the_next_digest_only(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme", 30)
    compose_due(services)
    while sweep.run_one(services):  # at eleven in the evening
        pass
    clock.at = NINE
    compose_due(services)
    clock.move(days=1)
    compose_due(services)
    first, second = digests_of(services, house.alice)
    with services.reading() as session:
        drawn = digest_content.redraw(session, first, clock())
    has_reason = ["outside your working hours" in str(body) for body in (first.body, second.body, drawn)]
    assert has_reason == [True, False, True]


def test_a_redrawn_digest_hides_amounts_that_the_reader_may_no_longer_see(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    number = add("Acme", 1)
    with services.transaction() as session:
        session.add(
            Invoice(
                workspace_id=house.id, client_id=number, number="7", issued_on=date(2026, 8, 1),
                due_on=date(2026, 9, 1), amount=1_234_00, currency="EUR",
            )
        )  # fmt: skip
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    (message,) = digests_of(services, house.alice)
    assert "1,234" in str(message.body)
    with services.transaction() as session:
        session.get_one(Client, number).owner_id = house.bob
        session.flush()
        assert "1,234" not in str(digest_content.redraw(session, message, clock()))


def test_stopped_data_is_a_to_do_and_its_client_is_not_listed_as_well(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    dusty, aimless = add("Dusty", 2), add("Aimless", 2)
    compose_due(services)
    clock.at = NINE
    with services.transaction() as session:
        for days in range(5, 20):
            session.add(
                DailyMetric(
                    workspace_id=house.id, client_id=dusty, on=NINE.date() - timedelta(days=days), spend=100_00,
                    currency="EUR",
                )
            )  # fmt: skip
    composed = morning(services, house)
    assert [card.client_id for card in composed.to_do] == [dusty, aimless]
    assert composed.well == ("Aimless",)
    compose_due(services)
    (posted,) = digests_of(services, house.alice)
    with services.reading() as session:
        again = digest_content.redraw(session, session.get_one(OutboxMessage, posted.id), clock())
    assert "When you have time: Dusty – data 5 days old, no goal set; Aimless – no goal set" in again["text"]


def test_the_first_digest_says_once_which_holidays_are_guessed(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE
    add("Late", 11)
    with services.transaction() as session:
        member = session.get_one(Member, house.alice)
        member.tz, member.locale = "Europe/Warsaw", "en-US"
    assert morning(services, house).guessed_country == "PL"
    with services.transaction() as session:
        enqueued = digest.enqueue(session, session.get_one(Member, house.alice), clock())
        assert enqueued
    said = "Public holidays: Poland, guessed from your time zone. Change: /atrisk settings"
    with services.reading() as session:
        (message,) = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "digest"))
        assert said in str(digest_content.redraw(session, message, NINE))
    assert morning(services, house).guessed_country is None
    with services.transaction() as session:
        session.query(OutboxMessage).delete()
        session.get_one(Member, house.alice).country = "ZZ"
    assert morning(services, house).guessed_country is None


def test_to_dos_put_nobody_under_needs_you_and_a_snoozed_client_keeps_quiet_about_them(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE
    thin, both = add("Thin", 2, monthly_fee=1_000_00), add("Both", 30, monthly_fee=900_00)
    asleep = add("Asleep", 2, monthly_fee=800_00)
    back = add("Back", 2, status="paused", returns_on=date(2026, 11, 10))
    with services.transaction() as session:
        for client_id in (thin, both, asleep):
            session.add(
                Effort(
                    workspace_id=house.id, client_id=client_id, month=date(2026, 10, 1), hours=40, hourly_cost=50_00,
                )
            )  # fmt: skip
        until = NINE + timedelta(days=3)
        snoozes.snooze(session, house.id, asleep, house.alice, colour="green", until_at=until, now=NINE)
    composed = morning(services, house)
    assert [card.client_id for card in composed.attention] == [both]
    assert {card.client_id for card in composed.to_do} == {both, thin, back}
    assert [card.client_id for card in composed.snoozed] == [asleep]
    assert composed.well == ("Thin",)
    names = {card.client_id: [signal.name for signal in card.to_dos] for card in composed.to_do}
    assert (names[both], names[back]) == (["margin", "no_goals"], ["returning"])


def test_a_lead_is_told_of_a_cluster_once_and_nobody_else_is(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    quiet = [add(f"C{number}", 14, owner=house.bob) for number in range(5)]
    add("Alice's", 2)
    with services.transaction() as session:
        session.get_one(Member, house.alice).role = "lead"
    clock.at = NINE
    assert morning(services, house).clusters == ()
    clock.move(days=2)
    with services.transaction() as session:
        session.execute(update(Member).values(next_digest_at=clock()))
    (cluster,) = morning(services, house).clusters
    assert (cluster.person and cluster.person.name, len(cluster.breach_ids)) == ("Bob", len(quiet))
    assert morning(services, house, house.bob).clusters == ()
    compose_due(services)
    posted = digests_of(services, house.alice)[-1]
    told = "5 clients of Bob turned red or uneasy lately"
    assert told in str(posted.body)
    with services.transaction() as session:
        assert told in str(digest_content.redraw(session, session.get_one(OutboxMessage, posted.id), clock()))
        session.get_one(Member, house.bob).role = "admin"
        session.get_one(Member, house.alice).role = "am"
        session.flush()
        assert told not in str(digest_content.redraw(session, session.get_one(OutboxMessage, posted.id), clock()))
        session.get_one(Member, house.alice).role = "lead"
    clock.move(days=1)
    assert morning(services, house).clusters == ()
