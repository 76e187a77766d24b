"""Every word that a person sees goes through the translator, in a way that an extractor of messages finds."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from bot.infra.i18n import Translator
from bot.practice.blocks import validate_message, validate_view
from bot.views import texts
from bot.views.digest import morning_digest
from tests.bot.views import samples, test_limits

ROOT = Path(__file__).parents[3]
NOT_SAID_IN_SLACK = {"practice", "demo", "cli", "connectors"}
KEYWORDS: dict[str, Any] = {"t": None, "plural": (1, 2)}
PLACEHOLDER = re.compile(r"(\{\w*\})")
COMMANDS = re.compile(r"/atrisk( team| log| away until| back| settings| help)?|Atrisk")


def sources() -> Iterator[Path]:
    """The files in which something may be said."""
    for room in ("bot", "handlers"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if not NOT_SAID_IN_SLACK & set(path.relative_to(ROOT).parts):
                yield path


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls of functions and methods of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            if name in names:
                yield node


def words_of(node: ast.expr) -> str | None:
    """The words that stand in the code themselves; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages() -> set[Any]:
    """What an extractor finds: strings, and pairs for those that count."""
    found: set[Any] = set()
    for path in sources():
        for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            found.add(message)
    return found


def pseudo(text: str) -> str:
    """A sentence in a language of its own: every letter that is no placeholder's is Ж."""
    parts = PLACEHOLDER.split(text)
    return "".join(part if PLACEHOLDER.fullmatch(part) else re.sub("[A-Za-z]", "Ж", part) for part in parts)


def catalogue(translate: Callable[[str], str]) -> Catalog:
    """A catalogue of every message, for Russian plurals, dates and numbers."""
    catalog = Catalog(locale="ru")
    for message in messages():
        if isinstance(message, tuple):
            catalog.add(message, tuple(translate(message[1]) for _ in range(catalog.num_plurals)))
        else:
            catalog.add(message, translate(message))
    return catalog


def strings(view: Any) -> Iterator[str]:
    """Every string that a person reads or hears."""
    if isinstance(view, dict):
        for name, value in view.items():
            if name in {"text", "accessibility_label", "initial_value"} and isinstance(value, str):
                yield value
            else:
                yield from strings(value)
    elif isinstance(view, list):
        for item in view:
            yield from strings(item)


def test_what_is_translated_is_written_out_where_it_is_said() -> None:
    for path in sources():
        for call in calls(ast.parse(path.read_text()), "t"):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            assert all(words_of(argument) is not None for argument in call.args), (
                f"{where}: t() takes the sentence itself"
            )
        for call in calls(ast.parse(path.read_text()), "plural"):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            assert all(words_of(argument) is not None for argument in call.args[:2]), (
                f"{where}: plural() takes the sentences"
            )


def test_nothing_is_translated_inside_an_f_string_where_an_extractor_overlooks_it() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                assert not list(calls(node, "t", "plural")), f"{path.relative_to(ROOT)}:{node.lineno}"


SHAPES = (
    "header",
    "section",
    "context",
    "span",
    "plain",
    "say",
    "notice",
    "input_block",
    "radio_buttons",
    "select",
    "button",
)


def test_no_shape_is_given_words_that_were_not_translated() -> None:
    for path in sources():
        for call in calls(ast.parse(path.read_text()), *SHAPES):
            for argument in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "label")]:
                said = (words_of(argument) or "").strip()
                assert " " not in said, f"{path.relative_to(ROOT)}:{call.lineno}: {said!r}"


def test_an_extractor_finds_the_messages() -> None:
    found = messages()
    assert len(found) > 300
    assert "Call or write today." in found
    assert ("{count} client needs you today", "{count} clients need you today") in found


def test_both_forms_of_a_plural_fill_in_the_same_things() -> None:
    for message in messages():
        if isinstance(message, tuple):
            one, many = (set(PLACEHOLDER.findall(form)) for form in message)
            assert one == many, message


def test_no_word_of_english_is_left_when_every_message_has_a_translation() -> None:
    t = Translator(Locale("ru"), catalogue(pseudo))
    for name, view in test_limits.views("Фирма", 30, t):
        for text in strings(view):
            said = COMMANDS.sub("", text)
            for known in (r"\bPLN\b", r"RECHNUNG-[\d-]+", "[OBCZ]{12,}…?", "Alice|Bob"):
                said = re.sub(known, "", said)
            assert not re.search("[A-Za-z]", said), f"{name}: {text}"


def test_a_language_that_takes_twice_as_many_letters_still_fits() -> None:
    t = Translator(Locale("ru"), catalogue(lambda text: f"{text} {pseudo(PLACEHOLDER.sub('', text))}"))
    for name, view in test_limits.views("Ł" * 200, 60, t):
        complaints = validate_view(view) if "type" in view else validate_message(view)
        assert complaints == [], name


def test_a_language_we_do_not_know_is_answered_in_english() -> None:
    said = texts.help_text(Translator(Locale("en"), None))
    assert "What you can type" in said["text"]


def test_counts_are_said_by_the_languages_own_rules() -> None:
    catalog = Catalog(locale="ru")
    pair = ("{count} client needs you today", "{count} clients need you today")
    catalog.add(pair, ("{count} ждёт", "{count} ждут", "{count} ждёт вас", "{count} ждут"))
    t = Translator(Locale("ru"), catalog)
    said = [morning_digest(samples.morning(*map(samples.card, range(count))), t)["text"] for count in (1, 2, 5, 21)]
    assert [line.partition(":")[0].partition(".")[0] for line in said] == ["1 ждёт", "2 ждут", "5 ждёт вас", "21 ждёт"]
