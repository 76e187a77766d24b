from datetime import timedelta

import pytest

from bot.infra.i18n import translator
from bot.practice.blocks import validate_message
from bot.views.data import Person
from bot.views.notice import MOST, unattended, undeliverable
from bot.views.team_data import UnattendedClient
from tests.bot.views import samples
from tests.bot.views.test_limits import LOCALES, NAMES

T = translator("en")


def test_red_clients_are_named_with_their_owner_and_since_when() -> None:
    clients = [
        UnattendedClient("Acme", samples.ALICE, samples.TODAY - timedelta(days=4)),
        UnattendedClient("Bolt", None, samples.TODAY - timedelta(days=3)),
    ]
    text = unattended(clients, samples.TODAY, T)["text"]
    assert "2 clients have been red for 2 working days, and nobody has acted:" in text
    assert "Acme (Alice): red since Thu, Nov 19" in text
    assert "Bolt (no owner): red since Fri, Nov 20" in text


def test_many_are_counted_rather_than_named() -> None:
    clients = [UnattendedClient(f"Client {n}", samples.BOB, samples.TODAY) for n in range(MOST + 5)]
    text = unattended(clients, samples.TODAY, T)["text"]
    assert "and 5 more" in text
    assert f"Client {MOST}" not in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_notices_stay_within_slack_s_limits(locale: str, name: str) -> None:
    t, person = translator(locale), Person(name)
    validate_message(unattended([UnattendedClient(name, person, samples.TODAY)] * 60, samples.TODAY, t))
    validate_message(undeliverable(person, "user_not_found", t))
