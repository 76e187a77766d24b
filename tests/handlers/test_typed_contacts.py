"""A contact typed in one line, in English: who was reached, and who was only tried."""

import pytest

from handlers.typed_contacts import TypedContact, parse_contact

ATTEMPTS = """
no answer
- no answer
– no answer
No answer, will try again
no reply yet
no response
voicemail
left a voicemail
left voicemail
left her a message
left a vm
went to voicemail
straight to voicemail
didn't pick up
didn’t pick up
did not pick up
they didn't answer
she did not answer the phone
nobody answered
no one picked up
called, no answer
called but no answer
called them twice, but no answer
phoned again - didn't pick up
rang, nobody there
emailed, no reply yet
call: busy
busy
line was busy
unreachable
not available
not in, try tomorrow
couldn't reach them
could not get hold of her
tried to call
tried calling twice
tried again
wrong number
no-show
"""
CONTACTS = """
called
called, they want a new offer
met them
met them, no answer yet on the budget
busy week, but all good
not in a good mood today
tried the new landing page with them
called, they didn't answer my question
called, they left us a message for the team
answered all questions
they picked up at once
happy with the voicemail campaign
spoke about unanswered mails
no answer, then reached him in the evening
tried twice, but got through in the end
nobody is unhappy
available from Monday
voicemail campaign went live
email, they can't wait
"""


@pytest.mark.parametrize("text", ATTEMPTS.strip().splitlines())
def test_what_reached_nobody_is_an_attempt(text: str) -> None:
    assert parse_contact(text).outcome == "attempt"


@pytest.mark.parametrize("text", CONTACTS.strip().splitlines())
def test_what_reached_somebody_is_a_contact_whatever_else_is_in_it(text: str) -> None:
    assert parse_contact(text).outcome == "reached"


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("", TypedContact("reached", "other", None)),
        ("- no answer", TypedContact("attempt", "other", None)),
        ("no answer: phoned twice", TypedContact("attempt", "call", "phoned twice")),
        ("- called, no answer", TypedContact("attempt", "call", "called, no answer")),
        ("left a voicemail", TypedContact("attempt", "other", "left a voicemail")),
        ("emailed: they agree", TypedContact("reached", "email", "emailed: they agree")),
    ],
)
def test_the_channel_and_the_summary_are_kept(text: str, contact: TypedContact) -> None:
    assert parse_contact(text) == contact


def test_a_long_note_is_read_at_once() -> None:
    assert parse_contact("called " + "them twice but " * 5_000).outcome == "reached"
