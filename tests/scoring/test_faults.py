"""The table of `tests.benchmarks.faults` keeps up with the code; none of the faults is put in here."""

import pytest

from tests.benchmarks import faults


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: f"{fault[0]}: {fault[1]}")
def test_the_text_that_a_fault_replaces_is_there_once(fault: faults.Fault) -> None:
    assert faults.with_fault(fault) != (faults.ROOT / "scoring" / fault[0]).read_text()
    assert all((faults.ROOT / path).exists() for path in faults.tests_of(fault[0]))
