"""Text files as people have them, split into rows: each row right, or refused, and no other with it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.importing.errors import ImportFileError
from bot.importing.parsing.files import BrokenRow, TableSource, open_table

NAMES = ("client", "date", "spend", "note")
HEAD = "client,date,spend,note\n"


def score(cells: Sequence[object]) -> int:
    return len({str(cell).strip().casefold() for cell in cells} & set(NAMES))


def opened(tmp_path: Path, content: str) -> TableSource:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode())
    return open_table(path, score)


def rows(tmp_path: Path, content: str) -> list[tuple[int, object]]:
    """Return the rows below the column names: a broken one as its reason."""
    _, *below = opened(tmp_path, content).read_rows()
    return [(number, row.reason if isinstance(row, BrokenRow) else list(row)) for number, row in below]


NEVER, INSIDE = (
    "has a quotation mark that is never closed",
    "has a quotation mark inside a quoted cell: write it twice there",
)
A, B, C = ["A", "2026-11-02", "5", "x"], ["B", "2026-11-03", "6", "y"], ["C", "2026-11-04", "7", "z"]
ROWS = ["A,2026-11-02,5,x\n", "B,2026-11-03,6,y\n", "C,2026-11-04,7,z\n"]

QUOTES = [
    ('A,2026-11-02,5,"x\n', [(2, NEVER), (3, B), (4, C)]),
    ('A,2026-11-02,"5,x\n', [(2, NEVER), (3, B), (4, C)]),
    ('"A,2026-11-02,5,x\n', [(2, NEVER), (3, B), (4, C)]),
    ('A,2026-11-02,5,"x" y\n', [(2, INSIDE), (3, B), (4, C)]),
    ('A,2026-11-02,5,"the "best" one"\n', [(2, INSIDE), (3, B), (4, C)]),
    ('A,2026-11-02,5,12" pipe\n', [(2, [*A[:3], '12" pipe']), (3, B), (4, C)]),
    ('A,2026-11-02,5,x"\n', [(2, [*A[:3], 'x"']), (3, B), (4, C)]),
    ('A,2026-11-02,5,"12"" pipe"\n', [(2, [*A[:3], '12" pipe']), (3, B), (4, C)]),
    ('A,2026-11-02,5,"one\ntwo, and three\nfour"\n', [(2, [*A[:3], "one\ntwo, and three\nfour"]), (3, B), (4, C)]),
    ('A,2026-11-02,5,"one\r\ntwo"\n', [(2, [*A[:3], "one\r\ntwo"]), (3, B), (4, C)]),
    ('"A" , "2026-11-02", "5", "x"\n', [(2, INSIDE), (3, B), (4, C)]),
    ('"A", "2026-11-02", "5", "x, y"\n', [(2, [*A[:3], "x, y"]), (3, B), (4, C)]),
]


@pytest.mark.parametrize(("line", "expected"), QUOTES, ids=[line for line, _ in QUOTES])
def test_a_wrong_quotation_mark_costs_its_row_and_no_other(
    tmp_path: Path, line: str, expected: list[tuple[int, object]]
) -> None:
    assert rows(tmp_path, HEAD + line + ROWS[1] + ROWS[2]) == expected


def test_a_mark_that_the_next_quoted_cell_would_close_costs_its_row(tmp_path: Path) -> None:
    content = HEAD + 'A,2026-11-02,5,"x\n' + ROWS[1] + 'C,2026-11-04,7,"z"\n'
    assert rows(tmp_path, content) == [(2, NEVER), (3, B), (4, C)]


def test_a_mark_that_a_stray_one_in_the_same_column_would_close_costs_its_row(tmp_path: Path) -> None:
    content = HEAD + 'A,2026-11-02,5,"x\n' + 'B,2026-11-03,6,5"\n' + ROWS[2]
    assert rows(tmp_path, content) == [(2, NEVER), (3, [*B[:3], '5"']), (4, C)]


def test_a_mark_that_makes_too_many_cells_of_two_rows_costs_its_row(tmp_path: Path) -> None:
    content = HEAD + 'A,2026-11-02,5,"x\n' + 'B,2026-11-03",6,y\n' + ROWS[2]
    assert rows(tmp_path, content) == [(2, NEVER), (3, ["B", '2026-11-03"', "6", "y"]), (4, C)]


def test_a_line_of_a_note_that_could_be_words_of_a_row_stays_in_its_note(tmp_path: Path) -> None:
    content = 'client,note\nA,"one\nDear Bob, thanks"\nB,two\n'
    assert rows(tmp_path, content) == [(2, ["A", "one\nDear Bob, thanks"]), (3, ["B", "two"])]


def test_a_file_with_marks_that_swallow_it_again_and_again_is_refused(tmp_path: Path) -> None:
    swallowed = 'B,2026-11-03,"",y\n' * 6_000
    with pytest.raises(ImportFileError, match="has too many quotation marks that are never closed"):
        rows(tmp_path, HEAD + ('A,"2026\n' + swallowed) * 15)


def test_a_mark_in_the_last_row_costs_that_row(tmp_path: Path) -> None:
    assert rows(tmp_path, HEAD + ROWS[0] + 'B,2026-11-03,6,"y\n') == [(2, A), (3, NEVER)]
    assert rows(tmp_path, HEAD + ROWS[0] + 'B,2026-11-03,6,"y') == [(2, A), (3, NEVER)]


def test_rows_beyond_the_first_chunk_are_split_alike(tmp_path: Path) -> None:
    many = "".join(f"A{n},2026-11-02,{n},{'x' * 50}\n" for n in range(9000))
    found = rows(tmp_path, HEAD + many + 'B,2026-11-03,6,"y\n' + many + 'C,2026-11-04,7,"z\nz"\n' + many)
    assert len(found) == 27_002
    assert [row for row in found if row[1] == NEVER] == [(9002, NEVER)]
    assert found[18_001] == (18_003, ["C", "2026-11-04", "7", "z\nz"])


SURPLUS = [
    (HEAD + "A,2026-11-02,1,234.50,\n" + ROWS[1], [(2, "has 5 cells, and there are 4 column names"), (3, B)]),
    (HEAD + "A,2026-11-02,1,234.50,,\n" + ROWS[1], [(2, "has 6 cells, and there are 4 column names"), (3, B)]),
    (HEAD + "A,2026-11-02,1,234.50,x\n" + ROWS[1], [(2, "stands beyond the last column name"), (3, B)]),
    (HEAD + "A,2026-11-02,1,234.50,\n", [(2, "has 5 cells, and there are 4 column names")]),
    (HEAD + "A,2026-11-02,5,x,\nB,2026-11-03,6,y,\n", [(2, [*A, ""]), (3, [*B, ""])]),
    (
        HEAD + "A,2026-11-02,5,x,\nB,2026-11-03,6,y,z\n",
        [(2, "has 5 cells, and there are 4 column names"), (3, "stands beyond the last column name")],
    ),
    (HEAD + "A,2026-11-02,5,,\nB,2026-11-03,6,,\n", [(2, [*A[:3], "", ""]), (3, [*B[:3], "", ""])]),
    (
        HEAD + "A,2026-11-02,1,234.50,\nB,2026-11-03,2,500,\n",
        [(2, "may be one number with a comma in it: put it in quotation marks")] * 1
        + [(3, "may be one number with a comma in it: put it in quotation marks")],
    ),
    (
        HEAD + "A,2026-11-02,12,50,\nB,2026-11-03,6,y,\n",
        [(2, "may be one number with a comma in it: put it in quotation marks"), (3, [*B, ""])],
    ),
    (HEAD.replace("\n", ",,\n") + "A,2026-11-02,5,x,,\n" + ROWS[1], [(2, [*A, "", ""]), (3, B)]),
    (HEAD + "A,2026-11-02\n" + ROWS[1], [(2, A[:2]), (3, B)]),
]


@pytest.mark.parametrize(("content", "expected"), SURPLUS, ids=[content[len(HEAD) :] for content, _ in SURPLUS])
def test_a_row_with_a_cell_too_many_is_refused_unless_every_row_has_it(
    tmp_path: Path, content: str, expected: list[tuple[int, object]]
) -> None:
    assert rows(tmp_path, content) == expected


def test_whole_numbers_beside_each_other_are_no_number_with_a_comma_where_semicolons_part_them(tmp_path: Path) -> None:
    content = "client;date;spend;clicks\nA;2026-11-02;1;200;\nB;2026-11-03;2;300;\n"
    assert [row for _, row in rows(tmp_path, content)] == [
        ["A", "2026-11-02", "1", "200", ""],
        ["B", "2026-11-03", "2", "300", ""],
    ]


CUT = "is cut off: the file ends in the middle of it"


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("B,2026-11-0", CUT),
        ("B", CUT),
        ("B,2026-11-03,6", CUT),
        ("B,2026-11-03,6,", ["B", "2026-11-03", "6", ""]),
        ("B,2026-11-03,6,y", B),
        ("B,2026-11-03\n", ["B", "2026-11-03"]),
        ("Total,,11", ["Total", "", "11"]),
        ("Generated on 2026-11-20", ["Generated on 2026-11-20"]),
    ],
)
def test_a_last_row_that_is_cut_off_is_refused(tmp_path: Path, last: str, expected: object) -> None:
    assert rows(tmp_path, HEAD + ROWS[0] + last) == [(2, A), (3, expected)]


TITLES = [
    ("", 0, ""),
    ("Campaign report\n1 November 2026 - 20 November 2026\n", 2, "Campaign report\n1 November 2026 - 20 November 2026"),
    ('"Report: daily","","",""\n"Time Zone: (GMT+01:00) Madrid, Spain",,,\n\n', 2, None),
    ("# ---\n# Account: Acme\n# \n# All users\n", 4, None),
    ("\n\n,,,\n\n", 0, ""),
    ("Our, client, list\n", 1, "Our client list"),
    ('An "odd title\nand another" one\n', 2, None),
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("above", "count", "titles"), TITLES, ids=[above for above, _, _ in TITLES])
def test_the_column_names_are_found_under_titles_with_any_delimiter(
    tmp_path: Path, delimiter: str, above: str, count: int, titles: str | None
) -> None:
    table = (HEAD + ROWS[0] + ROWS[1]).replace(",", delimiter)
    source = opened(tmp_path, above + table)
    found = list(source.read_rows())
    assert [row for _, row in found] == [list(NAMES), A, B]
    assert source.title_rows == count
    if titles is not None and delimiter == ",":
        assert source.titles == titles
    assert found[0][0] == above.count("\n") + 1


def test_the_line_that_names_the_delimiter_is_no_title(tmp_path: Path) -> None:
    source = opened(tmp_path, "sep=^\n" + HEAD.replace(",", "^") + ROWS[0].replace(",", "^"))
    assert (source.title_rows, list(source.read_rows())) == (0, [(2, list(NAMES)), (3, A)])


def test_commas_in_amounts_and_notes_do_not_make_a_delimiter(tmp_path: Path) -> None:
    content = "client;date;spend;note\nA;2026-11-02;1.234,50;a, b, c, d, e\nB;2026-11-03;99,10;f, g\n"
    assert rows(tmp_path, content)[0][1] == ["A", "2026-11-02", "1.234,50", "a, b, c, d, e"]


def test_column_names_go_before_even_rows_where_a_delimiter_is_chosen(tmp_path: Path) -> None:
    content = "x,1\n" + HEAD.replace(",", ";") + "A;2026-11-02;5,5\nB;2026-11-03;6,6\n"
    assert [row for _, row in rows(tmp_path, content)] == [["A", "2026-11-02", "5,5"], ["B", "2026-11-03", "6,6"]]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_as_each_system_ends_them(tmp_path: Path, end: str) -> None:
    assert [row for _, row in rows(tmp_path, (HEAD + ROWS[0] + ROWS[1]).replace("\n", end))] == [A, B]


def test_a_file_of_titles_alone_shows_what_it_has(tmp_path: Path) -> None:
    (_, names), *below = opened(tmp_path, "Campaign report\n1 November\n").read_rows()
    assert (names, below) == (["Campaign report"], [(2, ["1 November"])])
    with pytest.raises(ImportFileError, match="is empty"):
        opened(tmp_path, "\n \n,,\n")
