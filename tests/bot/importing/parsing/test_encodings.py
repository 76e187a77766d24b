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
    *((word, "cp1250") for word in ("Łódź", "Kraków", "Gdańsk", "Wójcik", "Piękna", "Święto", "Żabka", "spółka")),
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


OLDER = [
    ("Café Grano, Señor Pérez Muñoz", ("mac_roman", "cp437", "cp850", "iso8859_15")),
    ("Müller Möbel Größe, Käse Straße", ("mac_roman", "cp437", "cp850", "cp852", "iso8859_2")),
    ("Hélène Crêperie, Forêt Besançon", ("mac_roman", "cp850", "iso8859_15")),
    ("Żółta Łódź, Kraków Święto, Wąsik", ("iso8859_2", "cp852", "mac_latin2")),
    ("Ромашка и партнёры, Студия Вектор", ("koi8_r", "cp866", "mac_cyrillic", "iso8859_5")),
    ("Кав'ярня Зерно, Їжак Євген", ("koi8_u",)),
]


@pytest.mark.parametrize(("text", "encoding"), [(text, each) for text, encodings in OLDER for each in encodings])
def test_the_code_pages_of_dos_unix_and_the_mac_are_told_by_a_few_names(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = written(tmp_path, f"external_id,name\n{text}\n", encoding)
    assert text in path.read_text(encoding=encodings.detect_encoding(path).name)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Ćwik", "mac_latin2"), ("Óscar", "mac_roman"), ("Groß", "cp852"), ("à", "cp437"), ("日本語テスト", "shift_jis")],
)
def test_one_name_in_an_older_code_page_is_never_read_as_another(tmp_path: Path, text: str, encoding: str) -> None:
    path = written(tmp_path, f"name\n{text}\n", encoding)
    try:
        found = path.read_text(encoding=encodings.detect_encoding(path).name)
    except ImportFileError as error:
        assert "save it as CSV UTF-8" in str(error)  # noqa: PT017  # either is right
    else:
        assert text in found


AMOUNTS = [
    "1\u00a0234,50;2\u00a0000,00",
    "5.200 €;12 €",
    "€5",
    "5\u00a0000 €",
    "99 £",
    "Société d’Économie",
    "«Étoile»",
]


@pytest.mark.parametrize("text", AMOUNTS)
def test_signs_beside_amounts_are_read_in_the_code_page_of_windows(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, f"client;amount\nA;{text}\n", "cp1252")
    assert text in path.read_text(encoding=encodings.detect_encoding(path).name)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_no_utf_16(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, f"name,owner\n{SPANISH}\n{RUSSIAN}\n", encoding)
    assert RUSSIAN in path.read_text(encoding=encodings.detect_encoding(path).name)


BROKEN = [
    "Café;Muñoz;Müller\n".encode() + b"caf\xc3\n",
    "Łódź;Kraków\n".encode() + b"Gda\xc5\x20sk\n",
    "Ромашка;Вектор\n".encode() + "Москва".encode()[:-1] + b"\n",
    b"\xef\xbb\xbf" + "Café;Muñoz\n".encode() + b"M\xfcller\n",
]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_byte_in_utf_8_costs_its_cell_and_no_other_letter(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    encoding = encodings.detect_encoding(path)
    read = path.read_text(encoding=encoding.name, errors=encoding.errors)
    assert read.splitlines()[0] == content.splitlines()[0].decode(encoding.name)
    assert "\ufffd" in read.splitlines()[1]


TEXTS = ("Café Grano", "Señor Muñoz", "Żółta Łódź", "Ромашка", "Größe", "Ósk", "5\u00a0000 €", "Íñigo", "Éric")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "cp1250"])
def test_a_text_that_was_decoded_wrongly_before_it_was_written_is_mangled(text: str, encoding: str) -> None:
    def decode(byte: int) -> str:
        try:
            return bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            return chr(byte)

    assert not encodings.is_mangled(text)
    if encoding != "cp1251" or sum(not letter.isascii() for letter in text) > 1:
        assert encodings.is_mangled("".join(map(decode, text.encode())))


@pytest.mark.parametrize(
    "text", [POLISH, RUSSIAN, SPANISH, GERMAN, FRENCH, CZECH, "SÃO PAULO", "Её", "№7", "«ТОВ»", "Å"]
)
def test_a_text_with_letters_of_its_language_is_not_mangled(text: str) -> None:
    assert not any(map(encodings.is_mangled, [text, text.upper(), text.lower(), *text.split()]))


@pytest.mark.parametrize("text", ["Nº factura;Cliente\n1;ACME\n", "Piso;Calle\n3º;Mayor\n2ª;Sol\n"])
def test_a_text_whose_only_letter_beyond_ascii_is_of_an_ordinal_is_read(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text, "cp1252")
    assert path.read_text(encoding=encodings.detect_encoding(path).name) == text


def test_the_same_byte_at_the_end_of_a_longer_word_is_a_letter(tmp_path: Path) -> None:
    path = written(tmp_path, "Nume;Oraş\nPopeş;Iaşi\n", "cp1250")
    assert encodings.detect_encoding(path).name == "cp1250"
