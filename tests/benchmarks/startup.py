"""How long `atrisk --help` takes beside an interpreter that does nothing."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15


def main() -> None:
    bare = _milliseconds("-c", "pass")
    ours = _milliseconds("-m", "bot", "--help")
    print(f"atrisk --help {ours:.0f} ms, python -c pass {bare:.0f} ms: +{ours - bare:.0f} ms (bar: +300 ms)")


def _milliseconds(*arguments: str) -> float:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=Path(__file__).parents[2])
        return (time.perf_counter() - started) * 1000

    once()  # the first run fills the disk's cache
    return statistics.median(once() for _ in range(RUNS))


if __name__ == "__main__":
    main()
