"""How often the encoding of a short list of names is told right, refused, or told wrong. Wrong has to be 0.

Lists of 1 to 300 clients, as a small agency has them, in each language and in each encoding that its programs write:
decoded as they were written, or refused with the way out.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings

LENGTHS = (1, 3, 10, 30, 100, 300)
LISTS = 40
"""Of each language, encoding and length."""

_WESTERN = ("cp1252", "mac_roman", "cp850", "cp437", "iso8859_15")
WRITTEN = {
    "es": _WESTERN,
    "de": (*_WESTERN, "cp1250", "cp852", "iso8859_2"),
    "fr": _WESTERN,
    "pl": ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
    "ru": ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5"),
    "uk": ("cp1251", "koi8_u"),
}
"""What programs write in each language."""

# fmt: off
FIRST = {
    "es": "José María Jesús Ángel Ramón Andrés Sofía Lucía Martín Adrián Óscar Iván Raúl Rubén Joaquín Íñigo "
    "Begoña Inés "
    "Ana Carlos Laura Pablo Elena Diego Marta Álvaro Héctor Víctor Mónica Belén Rocío Nuria Tomás Julián Verónica",
    "de": "Jürgen Günther Björn Jörg Käthe Bärbel Götz Sören Thomas Anna Klaus Sabine Peter Ursula Stefan "
    "Ulrike Heinz "
    "Müzeyyen Dörte Hannelore Rüdiger Lothar Uwe Mörike Grete Lukas Felix Böhm",
    "fr": "François Hélène Zoé Léa Jérôme Cécile André Chloé Benoît Anaïs Gaëlle Éric Noël Théo Aurélie Joël "
    "Agnès Loïc "
    "Pierre Marie Jean Julien Sophie Camille Élodie Stéphane Sébastien Inès Maëlle Raphaël Michèle",
    "pl": "Łukasz Michał Paweł Małgorzata Stanisław Wojciech Grażyna Bożena Zbigniew Rafał Jarosław Mirosław "
    "Świętosława "
    "Anna Jan Piotr Katarzyna Tomasz Ewa Marek Żaneta Błażej Przemysław Elżbieta Władysław Róża Józef Sławomir",
    "ru": "Иван Пётр Ольга Юлия Дмитрий Сергей Наталья Алёна Артём Фёдор Екатерина Михаил Ксения Эдуард Щукарь "
    "Татьяна "
    "Алексей Мария Николай Яна Вячеслав Жанна Игорь Людмила Анатолий Семён Зоя Хасан Цветана Чингиз",
    "uk": "Іван Олена Сергій Наталія Андрій Юлія Євген Ольга Ярослав Софія Дмитро Катерина Микола Їжак Тетяна "
    "Григорій "
    "Михайло Зоряна Любов Тарас Вікторія Анатолій Надія Ігор Оксана",
}
LAST = {
    "es": "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
    "Moreno Muñoz Álvarez Romero Alonso Gutiérrez Núñez Peña Ibáñez Ordóñez Zúñiga Cañizares Vega Castro Yáñez Güell "
    "Argüelles Cádiz Ávila Caño Rincón",
    "de": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
    "Richter Klein "
    "Schröder Neumann Schwarz Krüger Hofmann Weiß Lange Krämer Köhler Groß Jäger Böhm Vögele Löffler Kübler "
    "Häußler Öttinger",
    "fr": "Martin Bernard Dubois Lefèvre Léger Moreau Lemaître Gérard Mercier Forêt Château Besançon Legrand Garçon "
    "Fournier Müller Lacroix Prévost Hébert Bélanger Côté Dubé Guérin Ménard Poirier Chênebert Ducœur Baïs "
    "Crêpeau Maçon",
    "pl": "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak "
    "Dąbrowski Kozłowski "
    "Jankowski Mazur Kwiatkowski Krawczyk Piotrowski Grabowski Nowakowski Pawłowski Michalski Zając Król "
    "Wieczorek Jabłoński "
    "Wróbel Majewski Stępień Jaworski Malinowski Dudek Gąsior Święcicki Źrebiec Ćwik Żak Gołąb Kłos",
    "ru": "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков "
    "Алексеев Лебедев "
    "Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Щербаков Юдин Яковлев "
    "Эрдман "
    "Цыганков Чайковский Шевчук Жуков Хрущёв Ёлкин",
    "uk": "Шевченко Бондаренко Коваленко Ткаченко Кравченко Олійник Поліщук Лисенко Марченко Гончаренко Мельник "
    "Бойко "
    "Кличко Єрмаков Ющенко Їжакевич Яценюк Зінченко Щербань Савченко",
}
FIRMS = {
    "es": [
        "Café Grano",
        "Clínica Ñandú",
        "Óptica León",
        "Panadería El Año",
        "Peluquería Málaga",
        "Diseño y Reformas",
        "Academia Inglés Fácil",
        "Fontanería Córdoba",
        "Hotel Sol",
        "Grupo Norte",
        "Música en Vivo",
        "Jardín Botánico",
    ],
    "de": [
        "Bäckerei Süß",
        "Möbel Größe",
        "Käse Straße",
        "Zahnärzte am Markt",
        "Gebäudereinigung Köln",
        "Optik Grün",
        "Hotel Sonne",
        "Autohaus Nord",
        "Küchenstudio Lübeck",
        "Blumen Schön",
        "Steuerbüro Höß",
        "Tierärztin Groß",
    ],
    "fr": [
        "Crêperie Bretonne",
        "Pâtisserie Noël",
        "Hôtel de la Forêt",
        "Société Générale Bâtiment",
        "Cabinet Dentaire Évry",
        "Boulangerie Près du Château",
        "Garage Nord",
        "Fromagerie Ancienne",
        "École de Théâtre",
        "Traiteur à Domicile",
    ],
    "pl": [
        "Żółta Łódź",
        "Piękna Róża",
        "Kraków Święto",
        "Piekarnia Pod Lipą",
        "Spółka Budowlana",
        "Źródło Życia",
        "Hotel Polonia",
        "Meble Śląsk",
        "Gabinet Stomatologiczny",
        "Usługi Księgowe",
        "Kwiaciarnia Jaśmin",
        "Dętka i Koło",
    ],
    "ru": [
        "Ромашка и партнёры",
        "Студия Вектор",
        "ООО Берёзка",
        "Стоматология Жемчуг",
        "Кофейня Зерно",
        "Цветы России",
        "Дом Мебели",
        "Автосервис Щит",
        "Юридическая компания Эталон",
        "Фитнес-клуб Олимп",
        "Хлеб и Соль",
    ],
    "uk": ["Кав'ярня Зерно", "Студія Вектор", "Квіти України", "ТОВ Їжачок", "Стоматологія Перлина", "Меблі Львів"],
}

# fmt: on


def make_list(language: str, length: int, chance: random.Random) -> str:
    """Make a sheet of clients: names of people and firms, some of them without any letter beyond ASCII."""
    first, last = FIRST[language].split(), LAST[language].split()
    names = [
        chance.choice(FIRMS[language])
        if chance.random() < 0.3
        else f"{chance.choice(first)} {chance.choice(last)}"
        if chance.random() < 0.8
        else f"{chance.choice(last).upper()} {chance.choice(first)}"
        for _ in range(length)
    ]
    delimiter = chance.choice(",;\t")
    rows = [("external_id", "name", "owner"), *((f"C{n}", name, "ann@agency.example") for n, name in enumerate(names))]
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def cases(length: int, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Yield language, encoding and text, of those that have a letter beyond ASCII and can be written so."""
    chance = random.Random(f"{seed} {length}")
    for language, written in WRITTEN.items():
        for encoding in written:
            for _ in range(LISTS):
                text = make_list(language, length, chance)
                if text.isascii():
                    continue
                try:
                    text.encode(encoding)
                except UnicodeEncodeError:
                    continue
                yield language, encoding, text


def ours(content: bytes) -> str | None:
    """Decode as an import does; None where it refuses."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").exists() else None) as file:  # noqa: S108
        file.write(content)
        file.flush()
        try:
            encoding = encodings.detect_encoding(Path(file.name))
        except ImportFileError:
            return None
    text = content.decode(encoding.name, encoding.errors)
    return None if "\ufffd" in text else text


def measure(decode: Callable[[bytes], str | None], *, by_encoding: bool = False) -> None:
    """Print the shares for each length, and those that are wrong."""
    for length in LENGTHS:
        counts: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        for language, encoding, text in cases(length):
            found = decode(text.encode(encoding))
            outcome = "refused" if found is None else "right" if found == text else "wrong"
            counts[outcome] += 1
            if outcome == "wrong":
                wrong[f"{language} {encoding}"] += 1
            if outcome == "refused":
                refused[f"{language} {encoding}"] += 1
        total = sum(counts.values())
        shares = ", ".join(f"{name} {counts[name] / total:.1%}" for name in ("right", "refused", "wrong"))
        print(f"{length:4} names: {shares} of {total}", dict(wrong) if wrong else "")
        if by_encoding:
            print("      refused:", dict(refused))


def main() -> None:
    measure(ours)


if __name__ == "__main__":
    main()
