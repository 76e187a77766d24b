"""Words that stand for a value: each program's own, in five languages, and none that could mean two."""

from itertools import combinations

import pytest

from bot.importing.parsing import choices, value_words
from bot.importing.parsing.columns import KINDS
from bot.importing.parsing.titles import normalize_title
from scoring import vocabulary

STATUSES = {
    "open": "Open, Overdue, OVERDUE, Overdue 12 days, Due in 30 days, Due today, seit 12 Tagen überfällig, vencida "
    "hace 5 días, Awaiting Payment, AUTHORISED, Partially paid, Partial, past_due, Viewed, Promised, Offen, "
    "Überfällig, Teilbezahlt, Teilweise bezahlt, In Mahnung, częściowo opłacona, Wystawiona, po terminie, "
    "nieopłacona, Pendiente, Parcialmente cobrado, Vencida, Не оплачен, Частично оплачен, Просрочен, Отправлен клиенту",
    "paid": "Paid, PAID, Deposited, Paid in full, Bezahlt, opłacona, Rozliczona, Cobrado, Pagada, Оплачен, Оплачено",
    "void": "Voided, DELETED, Storniert, anulowana, Anulado, Отменён, Аннулирована",
    "draft": "Draft, Awaiting Approval, Entwurf, Wersja robocza, Borrador, Черновик",
    "written_off": "Written off, uncollectible, Bad debt, Ausgebucht, nieściągalna, Incobrable, Списан",
    "disputed": "Disputed, In dispute, Strittig, sporna, En disputa, Оспаривается",
}
OUTCOMES = {
    "reached": "Connected, Completed, Done, erreicht, Odebrał, Contestó, Дозвонились, ИСТИНА is not one",
    "attempt": "No answer, NO_ANSWER, Left voicemail, Left live message, Busy, Wrong number, No show, didn't pick up, "
    "Besetzt, Anrufbeantworter, Poczta głosowa, Nie odebrała, No contesta, Buzón de voz, Не дозвонился, Занято",
}
CHANNELS = {
    "call": "Call, Phone call, Anruf, Rozmowa telefoniczna, Llamada, Исходящий звонок",
    "email": "Email, E-Mail, Correo electrónico, Письмо",
    "meeting": "Meeting, Video call, Google Meet, Spotkanie, Reunión, Встреча",
    "chat": "WhatsApp, Slack, Czat, Телеграм",
}
DIRECTIONS = {"in": "INBOUND, Incoming, Eingehend, Przychodzące, Entrante, Входящий", "out": "Outbound, Wychodzące"}
MOODS = {"pleased": "Happy, Zufrieden, Zadowolona, Satisfecho, Доволен", "unhappy": "Angry, Unzufrieden, Недовольна"}
KINDS_OF_OBSERVATION = {"survey": "NPS, CSAT, Umfrage, Опрос", "complaint": "Complaint, Reklamation, Queja, Жалоба"}
REASONS = {"price": "Too expensive, Zu teuer, Za drogo, Muy caro, Дорого", "in_house": "In-house, Своя команда"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (vocabulary.INVOICE_STATUSES, STATUSES),
        (vocabulary.OUTCOMES, OUTCOMES),
        (vocabulary.CHANNELS, CHANNELS),
        (vocabulary.DIRECTIONS, DIRECTIONS),
        (vocabulary.MOODS, MOODS),
        (vocabulary.OBSERVATION_KINDS, KINDS_OF_OBSERVATION),
        (vocabulary.LOST_REASONS, REASONS),
    ],
)
def test_the_words_of_programs_and_people_mean_their_value(values: tuple[str, ...], words: dict[str, str]) -> None:
    for value, texts in words.items():
        for text in texts.split(", "):
            expected = None if text.endswith("is not one") else value
            assert choices.find_choice(text, values) == expected, text


@pytest.mark.parametrize("text", ["", "closed", "submitted", "paidd", "12 days", "overdue invoice", "Overdue 12 weeks"])
def test_a_word_that_may_mean_two_things_or_none_is_no_status(text: str) -> None:
    assert choices.find_choice(text, vocabulary.INVOICE_STATUSES) is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_stands_for_two_values_of_a_column(kind: str) -> None:
    for column in KINDS[kind]:
        words = {
            choice: {normalize_title(word) for word in value_words.VALUE_WORDS.get(choice, "").split()} | {choice}
            for choice in column.choices
        }
        shared = {(a, b): words[a] & words[b] for a, b in combinations(words, 2) if words[a] & words[b]}
        assert shared == {}, column.name


def test_every_word_is_written_as_titles_are_compared() -> None:
    for words in value_words.VALUE_WORDS.values():
        for word in words.split():
            assert normalize_title(word).count("_") == word.count("_"), word


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ("yes Yes TRUE 1 x ✓ tak Sí si ja Да Wahr prawda verdadero истина", True),
        ("no No FALSE 0 nie nein Нет falsch fałsz falso ложь", False),
        ("maybe 2 yesno - ? vielleicht", None),
    ],
)
def test_a_flag_is_read_in_five_languages(texts: str, *, says: bool | None) -> None:
    assert {text: choices.find_flag(text) for text in texts.split()} == dict.fromkeys(texts.split(), says)
