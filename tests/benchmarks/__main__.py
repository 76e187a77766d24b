"""Runs the benchmarks, all or those named: ``python -m tests.benchmarks forecast sweep``. `make bench` runs all.

Other words are for the benchmarks: ``python -m tests.benchmarks intake K3``.
"""

import importlib
import pkgutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    modules = {module.name for module in pkgutil.iter_modules([str(HERE)])}
    names = [word for word in sys.argv[1:] if word in modules] or sorted(
        name for name in modules - {"__main__"} if hasattr(importlib.import_module(f"tests.benchmarks.{name}"), "main")
    )
    for name in names:
        started = time.perf_counter()
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()
        print(f"   ({time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
