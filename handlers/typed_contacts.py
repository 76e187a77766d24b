"""What a contact typed in one line says: whether somebody was reached, how, and the summary.

In English, as the commands are. Never here: whose contact it is (`bot.clients.typed_names`).
"""

import re
from dataclasses import dataclass

CHANNEL_WORDS = {
    "call": "call",
    "called": "call",
    "calling": "call",
    "phone": "call",
    "phoned": "call",
    "rang": "call",
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "emailed": "email",
    "e-mailed": "email",
    "mailed": "email",
    "meeting": "meeting",
    "met": "meeting",
    "chat": "chat",
    "slack": "chat",
    "sms": "sms",
    "text": "sms",
    "texted": "sms",
}
"""The channel of a contact, from the first word of its summary."""

_BETWEEN = r"[\s,.:;–—-]*"
_PLAIN_ATTEMPT = re.compile(rf"(?:no answer|no reply|voicemail)\b{_BETWEEN}", re.IGNORECASE)
"""An attempt in its shortest form, which is no part of the summary."""
_OBJECT = r"them|him|her|it|again|back|once|twice|today|just|the|client|office|mobile|several|few|a|times|[0-9]+x?"
_TRIED_BY = "|".join(word for word in CHANNEL_WORDS if word != "met")
_BEFORE = (
    rf"(?:(?:i|we|just|also)\s+)?(?:(?:{_TRIED_BY})\b(?:\s+(?:{_OBJECT})\b)*{_BETWEEN}"
    r"(?:(?:but|and|then|it was|there was|got|i|we)\s+)*)?"
)
"""What may stand before the words of an attempt: "called them twice, but"."""
_NOT = r"(?:did\s?n'?t|did not|does\s?n'?t|does not|would\s?n'?t|would not|won'?t|never|not)"
_NO_ANSWER_TO = r"(?!\s+(?:my|our|all|any|every|that|this|the (?!phone|call)))"
"""Whoever did not answer a question was there."""
_END = r"(?=\s*(?:$|[,.;:!–—-]))"
_TRIED = "call|calling|phone|phoning|ring|ringing|reach|reaching|contact|contacting"
_WHO = "(?:they|he|she|client)"
_NOBODY = "(?:nobody|no one|no-one|noone)"
_MACHINE = "voice ?mail|voice message|vm|answering machine"
_ARTICLE = "a|an|another|him|her|them|the"
_UNREACHED = "|".join(
    [
        r"no (?:answer|reply|response|pick-?\s?up|show|luck)|no-show|rang out|wrong number",
        rf"(?:left|leaving|(?:(?:went|goes|going) )?(?:straight )?to)\s+(?:(?:{_ARTICLE})\s+)*(?:{_MACHINE}|message)",
        rf"(?:{_MACHINE})(?: again| twice| today)?{_END}|unreachable|unanswered|not reached",
        rf"(?:{_WHO}\s+)?{_NOT} (?:pick(?:ed|ing)? ?up|respond(?:ed)?|reply|replied|reachable|show(?:ed)? up)",
        rf"{_NOT} (?:get through|reach(?:ed)? (?:them|him|her))",
        rf"(?:{_WHO}\s+)?{_NOT} answer(?:ed|ing)?{_NO_ANSWER_TO}",
        rf"{_NOBODY} (?:answered|picked up|replied){_NO_ANSWER_TO}",
        rf"(?:{_NOBODY} |not |un)(?:available|there|in|home|around){_END}",
        rf"(?:the )?(?:line )?(?:is |was )?(?:busy|engaged){_END}",
        r"(?:could\s?n'?t|could not|can'?t|cannot|unable to|failed to) (?:reach|get (?:hold|through)|get in touch)",
        rf"(?:tried|attempted)(?: to)? (?:{_TRIED})|tried(?: again| twice| once| [0-9]+ times)?{_END}",
    ]
)
"""The words of an attempt that reached nobody."""
_ATTEMPT = re.compile(rf"{_BEFORE}(?:{_UNREACHED})(?![\w'])", re.IGNORECASE)
_REACHED_AFTER_ALL = re.compile(
    r"\b(?:but|then|later|and)\b.{0,40}\b(?:reached|spoke|talked|called (?:me |us )?back|got (?:hold|through)|met)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TypedContact:
    """A contact as typed in a command: outcome, channel and summary."""

    outcome: str
    channel: str
    summary: str | None


def parse_contact(text: str) -> TypedContact:
    """Parse outcome, channel and summary from a text such as "call, they are happy" or "- left a voicemail"."""
    text = text.lstrip(" ,.:;–—-")
    plain = _PLAIN_ATTEMPT.match(text)
    attempt = _ATTEMPT.match(text.replace("’", "'"))
    is_attempt = attempt is not None and not _REACHED_AFTER_ALL.search(text, attempt.end())
    summary = text[plain.end() :] if plain and is_attempt else text
    first = summary.split(" ", 1)[0].casefold().rstrip(",.:;")
    return TypedContact("attempt" if is_attempt else "reached", CHANNEL_WORDS.get(first, "other"), summary or None)
