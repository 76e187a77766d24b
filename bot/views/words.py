"""What is said of a signal: the reason, its short form and the next step, in the reader's language.

Short, specific, kind, with numbers; a reason never blames. Plain strings, not escaped: `blocks` sees to where they are
shown. The command line says the same words. No shapes in here.
"""

from collections.abc import Callable
from datetime import date

from bot.i18n import Translator
from bot.views import pace
from bot.views.blocks import clean
from bot.views.evidence import Seen
from bot.views.names import near_day, signal_name
from scoring.assessment import Signal


def reason(signal: Signal, t: Translator, today: date, *, money: bool = True) -> str:
    """One sentence, without its full stop, on what was noticed. Amounts are left out unless `money`."""
    seen = Seen(signal, t, today, money)
    if signal.state == "unknown":
        return t("{what}: no data yet", what=signal_name(signal, t))
    return _REASONS.get(signal.name, _something)(seen)


def _something(seen: Seen) -> str:
    what = signal_name(seen.signal, seen.t)
    if seen.signal.state == "ok":
        return seen.t("{what}: fine", what=what)
    return seen.t("{what}: worth a look", what=what)


def _contact_gap(seen: Seen) -> str:
    t, due, silent = seen.t, seen.day("due_on"), seen.day("silent_until")
    if seen.signal.state == "breach":
        return _no_contact(seen)
    if silent:
        return t("Silence expected until {day}", day=near_day(silent, seen.today, t))
    if due is None:
        return t("No contact yet")
    ahead = (due - seen.today).days
    if ahead <= 0:
        return t("Contact is due today")
    return t("Contact is due tomorrow") if ahead == 1 else t("Contact is due by {day}", day=t.day(due))


def _no_contact(seen: Seen) -> str:
    t, limit = seen.t, seen.t.number(seen.count("limit_days") or 0)
    last, started = seen.days_since("last_on"), seen.days_since("started_on")
    if last is not None:
        return t.plural(
            "No contact for {count} day (limit {limit})",
            "No contact for {count} days (limit {limit})",
            last,
            limit=limit,
        )
    if started:
        return t.plural(
            "No contact yet, {count} day after the start (limit {limit})",
            "No contact yet, {count} days after the start (limit {limit})",
            started,
            limit=limit,
        )
    return t("No contact yet")


def _unanswered(seen: Seen) -> str:
    t, last, attempts = seen.t, seen.day("last_on"), seen.count("attempts")
    if not attempts:
        return t("No attempt waits for an answer")
    if last is None:
        return t.plural("{count} attempt without an answer", "{count} attempts without an answer", attempts)
    return t.plural(
        "{count} attempt without an answer, last on {day}",
        "{count} attempts without an answer, last on {day}",
        attempts,
        day=t.day(last),
    )


def _invoice_overdue(seen: Seen) -> str:
    t, usual, days = seen.t, seen.count("usual_delay_days"), seen.days_since("due_on")
    if not seen.count("count"):
        return t("No invoice is open")
    if not days:
        return t("No invoice is overdue")
    late = _late(seen, days)
    if seen.signal.evidence.get("turning"):
        return t("{late}; until now this client paid on time", late=late)
    if not usual:
        return late
    return t.plural(
        "{late}; this client usually pays within {count} day",
        "{late}; this client usually pays within {count} days",
        usual,
        late=late,
    )


def _late(seen: Seen, days: int) -> str:
    """What is late, and for how long."""
    t, count, amount = seen.t, seen.count("count") or 1, seen.amount("balance")
    number = clean(str(seen.signal.evidence.get("number") or ""), 40) or "–"
    if count == 1:
        what = f"{number} ({amount})" if amount else number
        return t.plural("Invoice {what} is {count} day late", "Invoice {what} is {count} days late", days, what=what)
    invoices = t.plural("{count} invoice is late", "{count} invoices are late", count)
    if amount:
        invoices = t("{invoices} ({amount} in all)", invoices=invoices, amount=amount)
    return t.plural(
        "{invoices}, the oldest, {number}, by {count} day",
        "{invoices}, the oldest, {number}, by {count} days",
        days,
        invoices=invoices,
        number=number,
    )


def _returning(seen: Seen) -> str:
    t, back = seen.t, seen.day("returns_on")
    if back is None:
        return t("Return from the pause")
    if seen.signal.state == "breach":
        return t("Still paused, was expected back {day}", day=near_day(back, seen.today, t))
    return t("Paused, expected back {day}", day=near_day(back, seen.today, t))


def _no_goals(seen: Seen) -> str:
    return seen.t("Goals are set") if seen.signal.state == "ok" else seen.t("No goals set yet")


_REASONS: dict[str, Callable[[Seen], str]] = {
    "contact_gap": _contact_gap,
    "unanswered": _unanswered,
    "returning": _returning,
    "invoice_overdue": _invoice_overdue,
    "spend_pacing": pace.heading,
    "goal_pacing": pace.heading,
    "no_goals": _no_goals,
}


def short(signal: Signal, t: Translator, today: date) -> str:
    """The reason in a few words and one number, for lists and for a phone's lock screen. Holds no amounts."""
    return _SHORT.get(signal.name, _short_something)(Seen(signal, t, today, money=False))


def _short_something(seen: Seen) -> str:
    return seen.t("worth a look")


def _short_contact_gap(seen: Seen) -> str:
    t, due = seen.t, seen.day("due_on")
    if seen.signal.state != "breach" and due:
        return t("contact due {day}", day=near_day(max(due, seen.today), seen.today, t))
    return days_since_contact(seen.days_since("last_on"), t)


def _short_unanswered(seen: Seen) -> str:
    return seen.t.plural("{count} try unanswered", "{count} tries unanswered", seen.count("attempts") or 0)


def _short_invoice(seen: Seen) -> str:
    return seen.t.plural("invoice {count} day late", "invoice {count} days late", seen.days_since("due_on") or 0)


def _short_return(seen: Seen) -> str:
    back = seen.day("returns_on")
    return seen.t("return due {day}", day=near_day(back, seen.today, seen.t)) if back else seen.t("paused")


_SHORT: dict[str, Callable[[Seen], str]] = {
    "contact_gap": _short_contact_gap,
    "unanswered": _short_unanswered,
    "returning": _short_return,
    "invoice_overdue": _short_invoice,
    "spend_pacing": pace.short,
    "goal_pacing": pace.short,
    "no_goals": lambda seen: seen.t("no goals yet"),
}


def days_since_contact(days: int | None, t: Translator) -> str:
    """How many days ago the last contact was; None where there was none."""
    if days is None:
        return t("no contact yet")
    if days <= 0:
        return t("contact today")
    return t.plural("{count} day since contact", "{count} days since contact", days)


def next_step(signal: Signal, t: Translator, *, money: bool = True) -> str:
    """What to do about it: one gentle imperative sentence with its full stop; empty where nothing is asked for."""
    if signal.next_step == "adjust_budget":
        return pace.adjust_budget(Seen(signal, t, date.min, money))
    if signal.next_step == "call_client" and signal.state != "breach":
        return t("A short call or message before then is enough.")
    if signal.next_step == "call_client" and signal.evidence.get("last_on") is None:
        return t("Say hello today: call or write.")
    return {
        "call_client": t("Call or write today."),
        "try_another_way": t("Try another channel or another person."),
        "confirm_return": t("Ask whether they are coming back, or set a new date."),
        "chase_invoice": t("Ask when the payment will go out."),
        "review_campaigns": t("Look for what slowed the campaigns down."),
        "set_targets": t("Agree on a goal for the month and enter it."),
    }.get(signal.next_step or "", "")
