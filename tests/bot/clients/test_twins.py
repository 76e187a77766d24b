"""Names of clients that may be one client's."""

import pytest

from bot.clients import twins


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Ltd", "ACME"),
        ("Dentapol Sp. z o.o.", "Dentapol"),
        ("Bistro Lindenhof", "Lindenhof, Bistro"),
        ("Käse & Söhne GmbH", "Kase Sohne"),
        ("Żółta Łódź", "Zolta Lodz"),
        ("Müller Möbel", "Mueller Moebel"),
        ("ООО «Ромашка»", "Ромашка"),
        ("O'Brien Motors Inc.", "OBrien Motors"),
        ("Mill Bakery", "Mil Bakery"),
    ],
)
def test_a_name_written_in_two_ways_is_seen_as_one(one: str, other: str) -> None:
    assert twins.pairs([one, other]) == [tuple(sorted((one, other)))]
    assert twins.nearest(one, ["Uscorp", other], 3) == [other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shop 1", "Shop 2"),
        ("Hotel Alpha Group", "Hotel Omega Group"),
        ("BMW", "BMI"),
        ("Acme", "Bistro Lindenhof"),
        ("The Company", "And Company"),
    ],
)
def test_names_of_two_clients_are_not(one: str, other: str) -> None:
    assert twins.pairs([one, other]) == []


def test_a_part_of_a_name_is_offered_for_one_that_is_not_known_but_is_no_twin() -> None:
    assert twins.nearest("Acme", ["Acme Outdoor", "Bistro"], 3) == ["Acme Outdoor"]
    assert twins.pairs(["Acme", "Acme Outdoor"]) == []


def test_the_likeliest_name_comes_first_and_no_more_than_asked_for() -> None:
    names = ["Mill Bakeries", "Mill Bakery", "Mil Bakery"]
    assert twins.nearest("MILL BAKERY LTD", names, 2) == ["Mill Bakery", "Mil Bakery"]


def test_no_name_of_ten_thousand_that_all_share_a_word_is_compared_with_all_others() -> None:
    names = [f"Restaurant {number}" for number in range(10_000)]
    assert twins.pairs(names) == []
