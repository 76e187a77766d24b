"""What whoever imports a file says of it, and what is remembered of it for the next one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from bot.importing import answers
from bot.importing.answers import AnswerError, Answers, read_answers
from bot.importing.errors import ImportFileError
from bot.infra.db import reading
from tests.intake import Take


def test_a_map_names_a_column_or_what_a_value_means() -> None:
    said = read_answers(
        "touchpoints", ["Wann=occurred_at", "outcome:bez odp.=attempt", "Notiz = -", "Wann=external_id"]
    )
    assert said.columns == {"wann": ("occurred_at", "external_id"), "notiz": ("-",)}
    assert said.values == {"outcome": {"bez_odp": "attempt"}}


def test_a_title_with_a_colon_and_an_equals_sign_is_still_a_title() -> None:
    said = read_answers("metrics", ["Cost: total=spend", "a=b=clicks"])
    assert said.columns == {"cost_total": ("spend",), "a_b": ("clicks",)}


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"maps": ["Cost"]}, "--map: 'Cost' is not like"),
        ({"maps": ["=spend"]}, "is not like"),
        ({"maps": ["Cost=money"]}, "--map: 'money' is no column of metrics; they are client, date"),
        ({"dates": "ymd!"}, "--dates: 'ymd!' is none of dmy, mdy, ymd"),
        ({"decimal": ";"}, "--decimal: ';' is neither a point nor a comma"),
        ({"currency": "EURO"}, "--currency: 'EURO' is no currency code like EUR or PLN"),
        ({"zone": "Madrid"}, "--zone: 'Madrid' is no time zone like Europe/Madrid"),
        ({"zone": "/etc/passwd"}, "is no time zone"),
    ],
)
def test_an_answer_that_cannot_be_understood_is_refused_by_its_option(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AnswerError, match=complaint):
        read_answers("metrics", said.pop("maps", ()), **said)


def test_a_word_that_a_column_cannot_hold_is_refused() -> None:
    with pytest.raises(AnswerError, match="'maybe' is none of reached, attempt, which outcome may be"):
        read_answers("touchpoints", ["outcome:hm=maybe"])


def test_later_answers_go_before_earlier_ones_and_leave_the_others() -> None:
    earlier = Answers(
        {"a": ("spend",), "c": ("leads",)}, {"status": {"x": "paid", "y": "open"}}, dates="dmy", currency="USD"
    )
    later = Answers({"b": ("clicks",), "c": ("-",)}, {"status": {"x": "void"}}, dates="mdy")
    both = later.over(earlier)
    assert both.columns == {"a": ("spend",), "b": ("clicks",), "c": ("-",)}
    assert both.values == {"status": {"x": "void", "y": "open"}}
    assert (both.dates, both.currency, both.zone) == ("mdy", "USD", None)
    assert answers.from_json(both.to_json()) == both


def test_next_months_file_needs_no_answer_and_says_what_it_recalls(take: Take) -> None:
    first = "Who,When,Outlay\nMILL,03/11/2026,5\n"
    with pytest.raises(ImportFileError, match="there is no column client"):
        take("metrics", first)
    said = {"maps": ["Who=client", "When=date", "Outlay=spend"], "dates": "mdy", "currency": "USD"}
    assert take("metrics", first, **said).stored("date", "spend", "currency") == [("2026-03-11", "5.00", "USD")]
    again = take("metrics", "When,Outlay,Who\n04/11/2026,7\n".replace("7\n", "7,MILL\n"))
    assert again.stored("date", "spend", "currency")[1:] == [("2026-04-11", "7.00", "USD")]
    assert any("--dates mdy" in note and '"who=client"' in note for note in again.report.notes)


def test_an_answer_said_again_overrides_the_one_that_is_remembered(take: Take) -> None:
    text = "client,date,spend\nMILL,03/11/2026,5\n"
    take("metrics", text, dates="mdy")
    take("metrics", text.replace(",5", ",6"), dates="dmy")
    assert take("metrics", text.replace(",5", ",7")).stored("date", "spend") == [
        ("2026-03-11", "5.00"),
        ("2026-11-03", "7.00"),
    ]


def test_a_dry_run_and_a_file_of_another_kind_or_shape_remember_nothing(take: Take, office: Engine) -> None:
    text = "client,date,spend\nMILL,03/11/2026,5\n"
    take("metrics", text, dates="mdy", dry_run=True)
    with pytest.raises(ImportFileError, match="say --dates"):
        take("metrics", text)
    take("metrics", text, dates="mdy")
    with pytest.raises(ImportFileError, match="say --dates"):
        take("metrics", text.replace("spend", "clicks"))
    with reading(office) as session:
        assert answers.load(session, 1, "invoices")(answers.shape_of(["client", "date", "spend"])) == Answers()


def test_a_value_may_be_told_to_be_no_record(take: Take) -> None:
    taken = take(
        "touchpoints",
        "client,occurred_at,outcome\nMILL,2026-11-20,reached\nMILL,2026-11-21,internal\n",
        maps=["outcome:internal=-"],
    )
    assert (len(taken.stored("client")), taken.refused, taken.report.summary.unkept) == (1, [], 1)


def test_a_file_of_one_client_is_said_to_be_so_each_time(take: Take) -> None:
    text = "Date,Sessions,Engaged sessions\n20261119,1200,700\n20261119,100,70\n20261120,5,1\n".replace(
        ",100,70", ",1200,700"
    )
    with pytest.raises(ImportFileError, match=r'--map "client:\*=KEY"'):
        take("metrics", text)
    taken = take("metrics", text, maps=["client:*=OAK"])
    assert taken.stored("client", "date", "sessions") == [("OAK", "2026-11-20", "5")]
    assert [row for row, _, _ in taken.refused] == [2, 3]
    with pytest.raises(ImportFileError, match="there is no column client"):
        take("metrics", text)
    assert take("metrics", text, maps=["client:*=Nobody"]).report.refused == 3


def test_what_the_file_itself_shows_goes_before_what_was_said_of_an_earlier_one(take: Take) -> None:
    head = "client,number,issued,due,amount"
    take("invoices", f"{head}\nMILL,1,03/11/2026,05/12/2026,1000\n", dates="dmy")
    text = f"{head}\nMILL,3,11/20/2026,12/15/2026,500\nMILL,4,11/02/2026,12/05/2026,700\n"
    assert take("invoices", text).stored("number", "issued_on") == [
        ("4", "2026-11-02"),
        ("1", "2026-11-03"),
        ("3", "2026-11-20"),
    ]
