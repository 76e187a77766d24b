"""What people read about a signal, whichever it is: its name, the reason, the short form and the next step.

Short, specific and kind, with numbers; a reason never blames. Plain strings, not escaped, for Slack and for the
command line alike. Never here: the sentences themselves, which are in `signals`.
"""

from datetime import date

from bot.infra.i18n import Translator
from bot.views import signals
from bot.views.evidence import Evidence
from bot.views.signals import sources
from bot.views.signals.contact import days_since_contact
from bot.views.signals.phrasing import Phrasing
from scoring.assessment import Signal

__all__ = ["days_since_contact", "name", "next_step", "reason", "short"]

_UNKNOWN_SIGNAL = Phrasing(
    name=lambda evidence: evidence.t("Something else"),
    reason=lambda evidence: evidence.t("Something else is worth a look"),
    short=lambda evidence: evidence.t("worth a look"),
    step=lambda evidence: evidence.t("Have a look."),
)
"""For a signal that a newer release stored before it was rolled back to this one."""


def _phrasing(signal: Signal) -> Phrasing:
    return signals.ALL.get(signal.name, _UNKNOWN_SIGNAL)


def name(signal: Signal, t: Translator) -> str:
    """What a signal is called."""
    return _phrasing(signal).name(Evidence(signal, t, date.min))


def reason(signal: Signal, t: Translator, today: date, *, money: bool = True, in_full: bool = False) -> str:
    """One sentence, without its full stop, about what was noticed.

    Amounts are left out unless `money`; ranges and breakdowns unless `in_full`, for a reader who asked why.
    """
    evidence = Evidence(signal, t, today, money, in_full)
    said, left_out = _reason(evidence), evidence.value("left_out")
    if not left_out:
        return said
    if signal.state == "unknown":
        return t("{what}: amounts in {currencies} are left out", what=name(signal, t), currencies=left_out)
    return t("{reason}; amounts in {currencies} are left out", reason=said, currencies=left_out)


def _reason(evidence: Evidence) -> str:
    signal, t = evidence.signal, evidence.t
    phrasing = _phrasing(signal)
    if signal.state == "unknown":
        why = phrasing.missing(evidence) if phrasing.missing and signal.evidence else None
        return why or _no_data(signal, t)
    return phrasing.reason(evidence)


def _no_data(signal: Signal, t: Translator) -> str:
    """That there is no data, or not enough, and which spreadsheet would bring it."""
    sheets = ", ".join(sources.sheet_name(kind, read) for kind, read in sources.sources_of(signal).items())
    what = name(signal, t)
    if not sheets:
        return t("{what}: no data yet", what=what)
    if signal.evidence:
        return t("{what}: not enough data yet; import {sheets}", what=what, sheets=sheets)
    return t("{what}: no data yet; import {sheets}", what=what, sheets=sheets)


def short(signal: Signal, t: Translator, today: date) -> str:
    """The reason in a few words and one number, for lists and for a phone's lock screen. Holds no amounts."""
    return _phrasing(signal).short(Evidence(signal, t, today, money=False))


def next_step(signal: Signal, t: Translator, *, money: bool = True) -> str:
    """What to do about it: one gentle imperative sentence with its full stop; empty if nothing is asked for."""
    return _phrasing(signal).step(Evidence(signal, t, date.min, money)) if signal.next_step else ""
