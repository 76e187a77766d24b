"""`python -m bot.demo.install LOCK`: creates .venv and installs what LOCK pins, showing how far it is.

`make` runs it with the system's Python, before anything is installed: standard library only. Never here: what is in
the locks.
"""

from __future__ import annotations  # an older Python is refused by `main`, not by this file

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TextIO

ENVIRONMENT = Path(".venv")
STEP_SECONDS = 0.2
LOG_SECONDS = 5.0
"""How often a step is shown where no terminal can rewrite its line."""


class Progress:
    """One line a step, rewritten as the step goes on; in a log, a new line now and then."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rewrites = out.isatty()
        self._shown = ""
        self._began = self._shown_at = time.monotonic()

    def show(self, line: str) -> None:
        """Show how far the step is."""
        if line != self._shown and (self._rewrites or time.monotonic() - self._shown_at > LOG_SECONDS):
            self._shown, self._shown_at = line, time.monotonic()
            self._out.write(f"\r{line}\x1b[K" if self._rewrites else f"{line}\n")
            self._out.flush()

    def end(self, line: str) -> None:
        """End the step, with the seconds that it took, and begin the next."""
        told = f"{line} ({time.monotonic() - self._began:.0f} s)"
        self._out.write(f"\r{told}\x1b[K\n" if self._rewrites else f"{told}\n")
        self._out.flush()
        self._began = self._shown_at = time.monotonic()


def install(lock: Path, options: list[str], out: TextIO) -> str:
    """Create .venv where there is none, and install what `lock` pins.

    `options` are pip's. Gives what went wrong, in the words of the program that failed; empty for nothing.
    """
    progress = Progress(out)
    with tempfile.TemporaryFile("w+") as errors:
        if _create_environment(progress, errors) and _run_pip(lock, options, progress, errors):
            return ""
        errors.seek(0)
        return errors.read() or "The installation was ended."


def _create_environment(progress: Progress, errors: IO[str]) -> bool:
    if (ENVIRONMENT / "bin" / "pip").exists():
        return True
    command: list[str | Path] = [sys.executable, "-m", "venv", ENVIRONMENT]
    with subprocess.Popen(command, stdout=errors, stderr=errors) as making:  # noqa: S603 - our own command
        dots = 0
        while making.poll() is None:
            dots += 1
            progress.show(f"Creating {ENVIRONMENT} {'.' * (dots // 5)}")
            time.sleep(STEP_SECONDS)
    if making.returncode == 0:
        progress.end(f"{ENVIRONMENT} created")
    return making.returncode == 0


def _run_pip(lock: Path, options: list[str], progress: Progress, errors: IO[str]) -> bool:
    pip: list[str | Path] = [ENVIRONMENT / "bin" / "python", "-u", "-m", "pip", "--disable-pip-version-check"]
    pip += ["install", "--progress-bar=off", "--require-hashes", *options, "-r", lock]
    total, fetched, new = len(re.findall(r"^\w", lock.read_text(), re.MULTILINE)), 0, 0
    with subprocess.Popen(pip, stdout=subprocess.PIPE, stderr=errors, text=True) as running:  # noqa: S603 - our own
        for line in running.stdout or ():
            if line.startswith("Installing collected packages: "):
                new = line.count(",") + 1
                break
            looked_at = re.match(r"(?:Collecting|Requirement already satisfied:|Ignoring) ([\w.-]+)", line)
            if looked_at:
                fetched += 1
                progress.show(f"Fetching libraries: {fetched} of {total}, {looked_at[1]}")
        if new:
            progress.end(f"Libraries fetched: {new}")
        before = _installed()
        while running.poll() is None:
            progress.show(f"Installing libraries: {_installed() - before} of {new}" if new else "Looking for libraries")
            time.sleep(STEP_SECONDS)
    if running.returncode == 0:
        progress.end(f"Libraries installed: {new}" if new else "Libraries: all installed already")
    return running.returncode == 0


def _installed() -> int:
    """How many libraries there are in the environment."""
    return len(list(ENVIRONMENT.glob("lib/python*/site-packages/*.dist-info")))


def main() -> None:
    """Install the lock that the command line names, with pip's options after it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs make may have an older one
        sys.exit(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}: make … PYTHON=python3.11")
    try:
        sys.exit(install(Path(sys.argv[1]), sys.argv[2:], sys.stdout) or 0)
    except KeyboardInterrupt:
        sys.exit("Stopped; the next make goes on from here.")


if __name__ == "__main__":
    main()
