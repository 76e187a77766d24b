"""Signals survive the round trip through JSON."""

from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.signal_json import pack, unpack
from scoring.assessment import Signal

words = st.text(max_size=20)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | days
    | days.map(date.isoformat)
)
signals = st.builds(
    Signal,
    name=words,
    state=st.sampled_from(["ok", "soon", "breach", "unknown"]),
    severity=st.floats(0, 1),
    subject=words,
    level=st.sampled_from([None, "amber", "red"]),
    since=st.none() | days,
    evidence=st.dictionaries(words, values, max_size=8),
    next_step=st.none() | words,
    effort=st.sampled_from(["quick", "deep"]),
    until=st.none() | days,
)


@pytest.mark.parametrize("kind", ["to_do", "alarm"])
def test_an_alarm_that_is_a_to_do_for_once_stays_one(kind: str) -> None:
    signal = Signal("renewal", "breach", is_to_do=kind == "to_do")
    assert pack(signal)["kind"] == kind
    assert unpack(pack(signal)) == signal


@given(signals)
def test_a_signal_survives_the_round_trip_through_json(signal: Signal) -> None:
    restored = unpack(orjson.loads(orjson.dumps(pack(signal))))
    assert restored == signal
    assert restored.until == signal.until
    assert {key: type(value) for key, value in restored.evidence.items()} == {
        key: type(value) for key, value in signal.evidence.items()
    }
