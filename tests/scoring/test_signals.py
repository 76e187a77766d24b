"""Each signal of the vocabulary has its function, and each status what is watched in it."""

from scoring.signals import RULES, WATCHED
from scoring.vocabulary import PAUSED_SIGNALS, SIGNALS, STATUSES


def test_every_signal_is_a_function_of_its_name() -> None:
    assert set(RULES) == {*SIGNALS, *PAUSED_SIGNALS}


def test_every_status_says_what_is_watched() -> None:
    name_of = {rule: name for name, rule in RULES.items()}
    watched = {status: tuple(name_of[rule] for rule in WATCHED[status]) for status in STATUSES}
    assert watched == {"onboarding": SIGNALS, "active": SIGNALS, "paused": PAUSED_SIGNALS, "lost": ()}
    assert set(WATCHED) == set(STATUSES)
