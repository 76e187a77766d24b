"""The encoding of a file, told by its letters."""

from pathlib import Path

import pytest

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings

POLISH = (
    "Łódź, Wrocław, Gdańsk; umówić spotkanie w środę; żółty, źródło, ćwierć, koń, święto; zapłacono z góry, dziękuję"
)
RUSSIAN = "Клиент доволен, перезвонить в среду; счёт оплачен; Москва, Санкт-Петербург, №7; жалоба на отчёт"
SPANISH = "Señor Muñoz; ¿Cuándo llamó?; reunión mañana; facturación del año; también está contento; pingüino"
GERMAN = "Müller & Söhne; Rückruf für Montag; Straße; Gebäude; schönes Ergebnis; Größe; überfällig"
FRENCH = "Société générale, très bien; à bientôt; château, forêt, où, français, élève"
CZECH = "Příliš žluťoučký kůň; schůzka v úterý; účet, řešení, děkuji"


def written(tmp_path: Path, text: str, encoding: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(POLISH, "cp1250"), (CZECH, "cp1250"), (RUSSIAN, "cp1251"), (SPANISH, "cp1252"), (FRENCH, "cp1252")],
    ids=["Polish", "Czech", "Russian", "Spanish", "French"],
)
def test_the_encoding_of_a_text_in_a_windows_code_page_is_detected(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path, text, encoding)
    assert path.read_text(encoding=encodings.detect_encoding(path).name) == text


@pytest.mark.parametrize("encoding", ["cp1250", "cp1252"])
def test_german_is_decoded_right_from_both_code_pages_that_have_its_letters(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, GERMAN, encoding)
    assert path.read_text(encoding=encodings.detect_encoding(path).name) == GERMAN


SHORT = [
    *(
        (word, "cp1250")
        for word in ("Łódź", "Kraków", "Gdańsk", "Wójcik", "Piękna", "Święto", "Żabka", "spółka", "być")
    ),
    *((word, "cp1251") for word in ("Москва", "Пётр", "Ромашка", "ООО Вектор", "Щи", "отчёт", "ёлка", "Объект")),
    *((word, "cp1252") for word in ("España", "Muñoz", "Peña", "¿Qué?", "Málaga", "José", "Ñandú", "niño")),
    *((word, "cp1252") for word in ("Müller", "Straße", "Übung", "Köln", "Bär")),
]


@pytest.mark.parametrize(("word", "encoding"), SHORT, ids=[word for word, _ in SHORT])
def test_one_word_is_enough_to_detect_the_encoding(tmp_path: Path, word: str, encoding: str) -> None:
    path = written(tmp_path, f"external_id,name,owner\nA,{word},ann@agency.example\n", encoding)
    assert word in path.read_text(encoding=encodings.detect_encoding(path).name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_detected_with_and_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, f"name,owner\n{RUSSIAN} {POLISH} 日本語", encoding)
    assert RUSSIAN in path.read_text(encoding=encodings.detect_encoding(path).name)


def test_a_text_with_typographic_signs_alone_is_decoded(tmp_path: Path) -> None:
    text = "“Smith” – Jones… don’t ™ «x» § 5\u00a0000"
    path = written(tmp_path, text, "cp1252")
    assert path.read_text(encoding=encodings.detect_encoding(path).name) == text


def test_a_pound_sign_before_a_number_is_not_taken_for_a_polish_letter(tmp_path: Path) -> None:
    path = written(tmp_path, "name,fee\nAcme,£1200\nBeta,£900\n", "cp1252")
    assert "£1200" in path.read_text(encoding=encodings.detect_encoding(path).name)


def test_ambiguous_letters_are_refused_and_not_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, "name\nPõld\n", "cp1252")
    with pytest.raises(
        ImportFileError, match=r"could be Windows-12.. or Windows-12.., and too few .*: save it as CSV UTF-8"
    ):
        encodings.detect_encoding(path)


def test_a_file_that_is_not_in_the_encoding_it_claims_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"\xef\xbb\xbfname\nM\xfcller\n")
    with pytest.raises(ImportFileError, match="says that it is UTF-8"):
        encodings.detect_encoding(path)
