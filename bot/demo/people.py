"""Who works at the pretend agency, Harbour & Pine: five people in four cities and three time zones."""

from dataclasses import dataclass

TEAM_ID = "T0HARBOUR"
AGENCY = "Harbour & Pine"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the agency's people, as Slack and the spreadsheets know them."""

    slack_user_id: str
    name: str
    email: str
    tz: str
    locale: str
    country: str
    currency: str
    """The currency in which this person's clients pay."""
    admin: bool = False


ALICE = Colleague("U0ALICE", "Alice Romero", "alice@harbourpine.example", "Europe/Madrid", "en-US", "ES", "EUR")
BOB = Colleague("U0BOB", "Bob Whitaker", "bob@harbourpine.example", "Europe/London", "en-GB", "GB", "GBP")
GRACE = Colleague("U0GRACE", "Grace Lin", "grace@harbourpine.example", "America/New_York", "en-US", "US", "USD")
KASIA = Colleague("U0KASIA", "Kasia Nowak", "kasia@harbourpine.example", "Europe/Warsaw", "en-US", "PL", "EUR")
DANA = Colleague("U0DANA", "Dana Keller", "dana@harbourpine.example", "Europe/Madrid", "en-US", "ES", "EUR", admin=True)
PEOPLE = (ALICE, BOB, GRACE, KASIA, DANA)
"""Dana leads the team and looks after the two oldest clients herself."""
