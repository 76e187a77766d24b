"""What a newcomer sees: every digest in place, and a click that closes the loop."""

from functools import partial

from bot.demo.people import ALICE, DANA, PEOPLE, TEAM_ID
from bot.demo.stage import Stage
from bot.practice.people import Person
from bot.practice.screen import Message
from tests.waiting import eventually


def digests(reader: Person) -> list[Message]:
    """The digests that somebody has received; in working hours, a nudge may come after one."""
    return [message for message in reader.messages() if "today" in message.text.splitlines()[0]]


def test_everybody_has_a_digest_in_their_messages(stage: Stage) -> None:
    team = stage.practice.team(TEAM_ID)
    for person in PEOPLE:
        somebody = team.act_as(person.slack_user_id)
        eventually(partial(digests, somebody))


def test_contacted_closes_the_loop_and_the_ranking_is_right_at_once(stage: Stage) -> None:
    alice = stage.practice.team(TEAM_ID).act_as(ALICE.slack_user_id)
    eventually(partial(digests, alice))
    digest = digests(alice)[0]
    assert "22 days" in digest.words
    labels = [
        element["accessibility_label"]
        for block in digest.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "nudge.contacted"
    ]
    at = next(number for number, label in enumerate(labels) if "Casa Lumen" in label)
    assert alice.click(digest, "nudge.contacted", at=at).ok
    assert alice.command("/atrisk", "casa lumen").ok
    eventually(lambda: any("Contacted, logged by" in message.words for message in alice.messages()))
    listed = alice.command("/atrisk").message
    assert listed is not None
    assert "22 days" not in listed.words


def test_nothing_that_the_bot_did_was_refused(stage: Stage) -> None:
    dana = stage.practice.team(TEAM_ID).act_as(DANA.slack_user_id)
    eventually(partial(digests, dana))
    for text in ("", "team", f"<@{ALICE.slack_user_id}>", "salt", "log kestrel talked about spring", "help", "nobody"):
        assert dana.command("/atrisk", text).ok, text
    dana.open_home()
    assert [call for call in stage.practice.calls if call.error] == []
