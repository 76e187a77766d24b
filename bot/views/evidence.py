"""A signal's evidence, read for one reader: values in, formatted values out. No sentences: see `signals`."""

from dataclasses import dataclass
from datetime import date

from bot.infra.i18n import Translator
from bot.views.names import HALF_A_YEAR, near_day
from scoring.assessment import Signal

SMALL = 1000
"""In minor units: what is less is told to the cent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence as `t` says it. What is missing, or is money and not for this reader, is None."""

    signal: Signal
    t: Translator
    today: date
    money: bool = True

    def value(self, name: str) -> int | float | str | date | None:
        """A value as it is stored."""
        return self.signal.evidence.get(name)

    def day(self, name: str) -> date | None:
        """A day."""
        value = self.value(name)
        return value if isinstance(value, date) else None

    def days_since(self, name: str) -> int | None:
        """How many days ago that day was, 0 where it is still to come."""
        day = self.day(name)
        return None if day is None else max((self.today - day).days, 0)

    def weekday(self, on: date | None) -> str:
        """A day with its weekday, one that is far away with its year."""
        if on is None:
            return "–"
        return self.t.day(on) if abs((on - self.today).days) < HALF_A_YEAR else self.t.full_date(on)

    def near(self, on: date) -> str:
        """A day as people say it: tomorrow."""
        return near_day(on, self.today, self.t)

    def number(self, name: str) -> float | None:
        """A number."""
        value = self.value(name)
        return value if isinstance(value, int | float) else None

    def count(self, name: str) -> int | None:
        """A number, rounded to a whole one."""
        value = self.number(name)
        return None if value is None else round(value)

    def decimal(self, name: str) -> str | None:
        """A number with one decimal where it has one."""
        value = self.number(name)
        return None if value is None else self.t.number(value, digits=1)

    def amount(self, name: str, *, about: bool = False) -> str | None:
        """An amount of money in the signal's currency; `about` leaves the cents out unless it is a small one."""
        minor, currency = self.count(name), self.value("currency")
        if minor is None or not self.money or not isinstance(currency, str) or not currency:
            return None
        return self.t.money(round(minor, -2) if about and minor >= SMALL else minor, currency)

    def measure(self, name: str) -> str | None:
        """An amount for spend and revenue, a count for any other metric."""
        if self.signal.name == "spend_pacing" or self.signal.subject == "revenue":
            return self.amount(name)
        value = self.count(name)
        return None if value is None else self.t.number(value)

    @property
    def share(self) -> str | None:
        """How much of the target the forecast is: worked out, or as told in the place of the amounts."""
        forecast, target = self.count("forecast"), self.count("target")
        if forecast is not None and target:
            return self.t.percent(forecast / target)
        told = self.number("share")
        return None if told is None else self.t.percent(told)

    @property
    def is_over(self) -> bool:
        """Whether the forecast is above the target."""
        return self.value("direction") == "over"
