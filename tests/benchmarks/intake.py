"""How many files made from known truth are read right: of each kind of fault 200, drawn at random and always the same.

Names, delimiters, languages, encodings and the places of the fault are drawn; then each file is imported into a fresh
copy of an agency with four clients, and what is stored is compared with what was meant. *Right*: all stored as it was
meant, and refused what can't be known. *Asked*: the file is refused with the option that settles it. *Refused*: rows or
the file, with a reason, although they could be known. *Wrong*, which has to be none: a stored value differs, a row is
gone without a word, or a refused row took a good one along. Wrong files are kept in a folder with their truth.
``python -m tests.benchmarks intake K3 K14`` for some kinds.
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.intake_files import cases, day_faults, money_faults, rows_faults, text_faults, typed
from tests.benchmarks.intake_files.cases import Case, Judgement
from tests.benchmarks.intake_files.drawing import Kind
from tests.benchmarks.intake_files.offices import Templates

FILES = 200
"""Of each kind."""
KEPT = Path(tempfile.gettempdir()) / "atrisk-intake"
"""Where files that were read wrong or refused are kept, with their truth."""

KINDS: Mapping[str, Kind] = {
    "K1": rows_faults.parts_of_a_record,
    "K2": money_faults.unit_in_title,
    "K3": money_faults.other_sign,
    "K4": day_faults.half_swapped,
    "K5": day_faults.short_years,
    "K6": day_faults.placeholders,
    "K7": rows_faults.unclosed_quote,
    "K8": text_faults.shares_as_scores,
    "K9": day_faults.contract_ends,
    "K10": text_faults.old_encodings,
    "K11": text_faults.damaged_keys,
    "K12": rows_faults.good_row_lost,
    "K13": rows_faults.cell_too_many,
    "K14": money_faults.what_is_open,
    "K15": money_faults.roundings_and_credits,
    "K16": text_faults.not_done_yet,
    "K18": text_faults.missing_marks,
    "K19": rows_faults.names_under_titles,
    "K20": rows_faults.sheets,
    "K21": rows_faults.formulas,
    "K22": day_faults.workbooks_of_1904,
    "K23": day_faults.months,
    "K24": money_faults.three_decimals,
    "K25": text_faults.addresses,
    "K26": text_faults.plain_words,
    "K27": day_faults.ranges,
    "K28": day_faults.moments_in_utc,
    "results": money_faults.corrections,
    "accounts": money_faults.account_currency,
    "control": money_faults.plain,
    "texts": text_faults.odd_texts,
}
"""By the name of the fault; the last five are no faults."""
COLUMNS = ("right", "refused", "asked", "wrong")


def measure(name: str, templates: Templates, folder: Path) -> None:
    """Draw the files of a kind, and print a line of the table."""
    shutil.rmtree(KEPT / name, ignore_errors=True)
    counts: Counter[str] = Counter()
    sure = taken = 0
    for number in range(FILES):
        case = KINDS[name](random.Random(f"{name} {number}"))
        judgement = cases.judge(case, templates, folder)
        counts[judgement.verdict] += 1
        sure += case.sure
        taken += case.sure and judgement.verdict == "right"
        if judgement.verdict != "right":
            _keep(name, number, case, judgement)
    print_line(name, counts, sure, taken)


def print_line(name: str, counts: Counter[str], sure: int, taken: int) -> None:
    figures = "".join(f"{counts[each]:9}" for each in COLUMNS)
    print(f"{name:9}{counts.total():6}{figures}{sure:9}{taken / sure if sure else 1:8.1%}", flush=True)


def _keep(name: str, number: int, case: Case, judgement: Judgement) -> None:
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{judgement.verdict}-{number:03}{'' if case.sure else '-unsure'}"
    (folder / f"{stem}-{case.kind}{Path(case.name).suffix}").write_bytes(case.content)
    truth = "\n".join(f"{truth.fate} rows {truth.rows}: {truth.values}" for truth in case.truths)
    text = f"{judgement.why}\n\n{case.office}\n\n{truth}\n"
    (folder / f"{stem}.txt").write_text(text, encoding="utf-8")


def main() -> None:
    chosen = [word for word in sys.argv[1:] if word in {*KINDS, "K17"}] or [*KINDS, "K17"]
    print(f"{'':9}{'files':>6}{''.join(f'{each:>9}' for each in COLUMNS)}{'one way':>9}{'taken':>8}")
    shared = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=shared if shared.exists() else None) as folder:
        templates = Templates(Path(folder))
        for name in chosen:
            if name == "K17":
                counts = typed.count(FILES, templates, Path(folder))
                print_line(name, counts, counts.total(), counts["right"])
            else:
                measure(name, templates, Path(folder))


if __name__ == "__main__":
    main()
