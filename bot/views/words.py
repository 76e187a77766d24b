"""What people read about a signal, whichever it is: its name, the reason, the short form and the next step.

Short, specific and kind, with numbers; a reason never blames. Plain strings, not escaped, for Slack and for the
command line alike. Never here: the sentences themselves, which are in `signals`.
"""

from datetime import date

from bot.infra.i18n import Translator
from bot.views import signals
from bot.views.evidence import Evidence
from bot.views.names import HALF_A_YEAR
from bot.views.signals import sources
from bot.views.signals.contact import days_since_contact
from bot.views.signals.phrasing import Phrasing
from scoring.assessment import Signal

__all__ = ["days_since_contact", "name", "next_step", "reason", "short"]

OLD_DAYS = 14
"""What is unknown though its latest figure is so old is called old, not too little."""
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
        return why or _no_data(signal, t, evidence.today)
    return phrasing.reason(evidence)


def _last_known(signal: Signal) -> date | None:
    """The day of the latest figure that a signal has looked at."""
    days = [signal.evidence.get(name) for name in ("said_on", "part_through", "data_through")]
    return min((day for day in days if isinstance(day, date)), default=None)


def _no_data(signal: Signal, t: Translator, today: date) -> str:
    """That there is no data, or not enough, or that it is old, and which spreadsheet would bring it."""
    sheets = ", ".join(sources.sheet_name(kind, read) for kind, read in sources.sources_of(signal).items())
    what = name(signal, t)
    if not sheets:
        return t("{what}: no data yet", what=what)
    last = _last_known(signal)
    if last and (today - last).days >= OLD_DAYS:
        day = t.day(last) if (today - last).days < HALF_A_YEAR else t.full_date(last)
        return t(
            "{what}: the latest is from {day}, too old to tell; import {sheets}", what=what, day=day, sheets=sheets
        )
    if signal.evidence:
        return t("{what}: not enough data yet; import {sheets}", what=what, sheets=sheets)
    return t("{what}: no data yet; import {sheets}", what=what, sheets=sheets)


def short(signal: Signal, t: Translator, today: date) -> str:
    """The reason in a few words and one number, for lists and for a phone's lock screen. Holds no amounts."""
    return _phrasing(signal).short(Evidence(signal, t, today, money=False))


def next_step(signal: Signal, t: Translator, *, money: bool = True) -> str:
    """What to do about it: one gentle imperative sentence with its full stop; empty if nothing is asked for."""
    return _phrasing(signal).step(Evidence(signal, t, date.min, money)) if signal.next_step else ""
