"""No client is judged by old facts, however an import in one process and the sweep in another interleave."""

from pathlib import Path

from tests.benchmarks import import_beside_sweep


def test_an_import_beside_a_sweep_that_never_pauses_leaves_no_client_judged_by_old_facts(
    database_url: str, tmp_path: Path
) -> None:
    """Two processes with one `now`: 7,200 rows in two chunks."""
    result = import_beside_sweep.measure(database_url, tmp_path, clients=60, days=120)
    assert (result.stale, result.moved) == (0, 60)
