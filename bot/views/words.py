"""What is said of a signal: the reason, its short form and the next step, in the reader's language.

Short, specific, kind, with numbers; a reason never blames. Plain strings, not escaped: `blocks` sees to where they are
shown. The command line says the same words. No shapes in here.
"""

from dataclasses import dataclass
from datetime import date

from bot.i18n import Translator
from bot.views.blocks import clean
from bot.views.names import near_day, signal_name
from scoring.assessment import Signal


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A signal's evidence, read for one reader; a number that is missing or not for them is None."""

    signal: Signal
    t: Translator
    money: bool

    def day(self, name: str) -> date | None:
        value = self.signal.evidence.get(name)
        return value if isinstance(value, date) else None

    def count(self, name: str) -> int | None:
        value = self.signal.evidence.get(name)
        return round(value) if isinstance(value, int | float) else None

    def amount(self, name: str) -> str | None:
        """An amount of money in the signal's currency."""
        minor, currency = self.count(name), self.signal.evidence.get("currency")
        if minor is None or not self.money or not isinstance(currency, str) or not currency:
            return None
        return self.t.money(minor, currency)

    def measure(self, name: str) -> str | None:
        """An amount for spend and revenue, a count for any other metric."""
        if self.signal.name == "spend_pacing" or self.signal.subject == "revenue":
            return self.amount(name)
        value = self.count(name)
        return None if value is None else self.t.number(value)

    @property
    def share(self) -> str | None:
        """How much of the target the forecast is."""
        forecast, target = self.count("forecast"), self.count("target")
        return self.t.percent(forecast / target) if forecast is not None and target else None


def reason(signal: Signal, t: Translator, today: date, *, money: bool = True) -> str:
    """One sentence, without its full stop, on what was noticed. Amounts are left out unless `money`."""
    seen = _Evidence(signal, t, money)
    if signal.name == "contact_gap":
        return _contact_gap(seen, today)
    if signal.name == "unanswered":
        return _unanswered(seen)
    if signal.name == "invoice_overdue":
        return _invoice_overdue(seen, today)
    if signal.name in {"spend_pacing", "goal_pacing"}:
        return _pacing(seen, today)
    if signal.name == "no_goals":
        return t("No goals set yet")
    return t("{what}: worth a look", what=signal_name(signal, t))


def _contact_gap(seen: _Evidence, today: date) -> str:
    t, due, last, started = seen.t, seen.day("due_on"), seen.day("last_on"), seen.day("started_on")
    if seen.signal.state != "breach" and due:
        return t("Contact is due by {day}", day=near_day(due, today, t)) if due > today else t("Contact is due today")
    limit = t.number(seen.count("limit_days") or 0)
    if last:
        return t.plural(
            "No contact for {count} day (limit {limit})",
            "No contact for {count} days (limit {limit})",
            (today - last).days,
            limit=limit,
        )
    if started and started < today:
        return t.plural(
            "No contact yet, {count} day after the start (limit {limit})",
            "No contact yet, {count} days after the start (limit {limit})",
            (today - started).days,
            limit=limit,
        )
    return t("No contact yet")


def _unanswered(seen: _Evidence) -> str:
    t, last, attempts = seen.t, seen.day("last_on"), seen.count("attempts") or 0
    if last is None:
        return t.plural("{count} attempt without an answer", "{count} attempts without an answer", attempts)
    return t.plural(
        "{count} attempt without an answer, last on {day}",
        "{count} attempts without an answer, last on {day}",
        attempts,
        day=t.day(last),
    )


def _invoice_overdue(seen: _Evidence, today: date) -> str:
    t, late, usual = seen.t, _late(seen, today), seen.count("usual_delay_days")
    if seen.signal.evidence.get("turning"):
        return t("{late}; until now this client paid on time", late=late)
    if usual is None:
        return late
    if usual <= 0:
        return t("{late}; this client usually pays on time", late=late)
    return t.plural(
        "{late}; this client usually pays within {count} day",
        "{late}; this client usually pays within {count} days",
        usual,
        late=late,
    )


def _late(seen: _Evidence, today: date) -> str:
    """What is late, and for how long."""
    t, due, count, amount = seen.t, seen.day("due_on"), seen.count("count") or 1, seen.amount("balance")
    number = clean(str(seen.signal.evidence.get("number") or ""), 40) or "–"
    days = max((today - due).days, 0) if due else 0
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


def _pacing(seen: _Evidence, today: date) -> str:
    t, signal, forecast, target = seen.t, seen.signal, seen.measure("forecast"), seen.measure("target")
    if forecast is None or target is None:
        return _pacing_without_numbers(seen)
    known = {"forecast": forecast, "target": target, "notes": ", ".join(_pacing_notes(seen, today))}
    if signal.name == "spend_pacing":
        return t("Spend heads for {forecast} of {target} ({notes})", **known)
    if signal.subject == "leads":
        return t("Leads head for {forecast} of {target} ({notes})", **known)
    if signal.subject == "conversions":
        return t("Conversions head for {forecast} of {target} ({notes})", **known)
    if signal.subject == "revenue":
        return t("Revenue heads for {forecast} of {target} ({notes})", **known)
    return t("Results head for {forecast} of {target} ({notes})", **known)


def _pacing_without_numbers(seen: _Evidence) -> str:
    t = seen.t
    if seen.signal.name == "spend_pacing" and seen.signal.evidence.get("direction") == "over":
        return t("Spend heads for more than its target")
    if seen.signal.name == "spend_pacing":
        return t("Spend heads for less than its target")
    if seen.signal.subject == "revenue":
        return t("Revenue heads for less than its target")
    return t("Results head for less than their target")


def _pacing_notes(seen: _Evidence, today: date) -> list[str]:
    t, low, high = seen.t, seen.measure("low"), seen.measure("high")
    notes = [seen.share] if seen.share else []
    if low and high:
        notes.append(t("range {low} to {high}", low=low, high=high))
    first, last, through = seen.day("period_start"), seen.day("period_end"), seen.day("data_through")
    if first and last and (last - first).days > 31:
        notes.append(t("this quarter"))
    if through and (today - through).days > 2:
        notes.append(t("data through {day}", day=t.day(through)))
    return notes


def short(signal: Signal, t: Translator, today: date) -> str:
    """The reason in a few words and one number, for lists and for a phone's lock screen. Holds no amounts."""
    seen = _Evidence(signal, t, money=False)
    due, last = seen.day("due_on"), seen.day("last_on")
    if signal.name == "contact_gap" and signal.state != "breach" and due:
        return t("contact due {day}", day=near_day(max(due, today), today, t))
    if signal.name == "contact_gap":
        days = (today - last).days if last else None
        return days_since_contact(days, t)
    if signal.name == "unanswered":
        return t.plural("{count} try unanswered", "{count} tries unanswered", seen.count("attempts") or 0)
    if signal.name == "invoice_overdue":
        late = max((today - due).days, 0) if due else 0
        return t.plural("invoice {count} day late", "invoice {count} days late", late)
    return _short_of_results(seen)


def days_since_contact(days: int | None, t: Translator) -> str:
    """How many days ago the last contact was; None where there was none."""
    if days is None:
        return t("no contact yet")
    if days <= 0:
        return t("contact today")
    return t.plural("{count} day since contact", "{count} days since contact", days)


def _short_of_results(seen: _Evidence) -> str:
    t, share, signal = seen.t, seen.share, seen.signal
    if signal.name == "no_goals":
        return t("no goals yet")
    if signal.name == "spend_pacing":
        return t("spend at {share} of target", share=share) if share else t("spend off target")
    if signal.name == "goal_pacing":
        return _short_of_a_goal(seen) if share else t("results behind the goal")
    return t("worth a look")


def _short_of_a_goal(seen: _Evidence) -> str:
    t, share = seen.t, seen.share
    return {
        "leads": t("leads at {share} of goal", share=share),
        "conversions": t("conversions at {share} of goal", share=share),
        "revenue": t("revenue at {share} of goal", share=share),
    }.get(seen.signal.subject, t("results at {share} of goal", share=share))


def next_step(signal: Signal, t: Translator, *, money: bool = True) -> str | None:
    """What to do about it: one gentle imperative sentence with its full stop; None where nothing is asked for."""
    if signal.next_step == "adjust_budget":
        return _adjust_budget(_Evidence(signal, t, money))
    if signal.next_step == "call_client" and signal.state != "breach":
        return t("A short call or message before then is enough.")
    if signal.next_step == "call_client" and signal.evidence.get("last_on") is None:
        return t("Say hello today: call or write.")
    return {
        "call_client": t("Call or write today."),
        "try_another_way": t("Try another channel or another person."),
        "chase_invoice": t("Ask when the payment will go out."),
        "review_campaigns": t("Look for what slowed the campaigns down."),
        "set_targets": t("Agree on a goal for the month and enter it."),
    }.get(signal.next_step or "")


def _adjust_budget(seen: _Evidence) -> str:
    t, amount, needed = seen.t, seen.amount("daily_needed"), seen.count("daily_needed")
    over = seen.signal.evidence.get("direction") == "over"
    if over and needed is not None and needed <= 0:
        return t("The month's budget is used up: pause, or agree on more.")
    if amount is None:
        return t("Lower the daily budget.") if over else t("Raise the daily budget.")
    if over:
        return t("Lower the daily budget to about {amount}: that lands on target.", amount=amount)
    return t("Raise the daily budget to about {amount}: that lands on target.", amount=amount)
