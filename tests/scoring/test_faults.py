"""The tables of `tests.benchmarks.faults` keep up with the code; none of the faults is put in here."""

import pytest

from tests.benchmarks import faults
from tests.benchmarks.parsing_faults import Fault

EVERY = [(room, fault) for room, table in faults.FAULTS.items() for fault in table]


@pytest.mark.parametrize(("room", "fault"), EVERY, ids=lambda each: str(each[:2]))
def test_the_text_that_a_fault_replaces_is_there_once(room: str, fault: Fault) -> None:
    assert faults.with_fault(room, fault) != (faults.ROOT / faults.ROOMS[room] / fault[0]).read_text()
    assert all((faults.ROOT / path).exists() for path in faults.tests_of(room, fault[0]))
