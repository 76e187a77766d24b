"""Runs the benchmarks, all or those named: ``python -m tests.benchmarks forecast sweep``. `make bench` runs all."""

import importlib
import pkgutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    names = sys.argv[1:] or sorted(
        module.name
        for module in pkgutil.iter_modules([str(HERE)])
        if hasattr(importlib.import_module(f"tests.benchmarks.{module.name}"), "main") and module.name != "__main__"
    )
    for name in names:
        started = time.perf_counter()
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()
        print(f"   ({time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
