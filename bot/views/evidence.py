"""A signal's evidence, formatted for one reader.

Belongs here: values in, formatted values out. Never here: sentences, which are in `signals`.
"""

from dataclasses import dataclass
from datetime import date

from bot.infra.i18n import Translator
from bot.views.names import HALF_A_YEAR, near_day
from scoring.assessment import Signal


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence as `t` writes it. What is missing, or is money that the reader may not see, is None."""

    signal: Signal
    t: Translator
    today: date
    money: bool = True
    in_full: bool = False
    """Whether the reader asked why: then the sentence also gives ranges and breakdowns."""

    def value(self, name: str) -> int | float | str | date | None:
        """A value as it is stored."""
        return self.signal.evidence.get(name)

    def day(self, name: str) -> date | None:
        """A day."""
        value = self.value(name)
        return value if isinstance(value, date) else None

    def days_since(self, name: str) -> int | None:
        """How many days ago that day was, 0 if it is still to come."""
        day = self.day(name)
        return None if day is None else max((self.today - day).days, 0)

    def weekday(self, on: date | None) -> str:
        """A day with its weekday; with its year instead if it is half a year away or more."""
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
        """A number with one decimal if it has any."""
        value = self.number(name)
        return None if value is None else self.t.number(value, digits=1)

    def amount(self, name: str, *, about: bool = False) -> str | None:
        """An amount of money in the signal's currency; `about` rounds it to three figures."""
        minor, currency = self.count(name), self.value("currency")
        if minor is None or not self.money or not isinstance(currency, str) or not currency:
            return None
        return self.t.money(minor, currency, about=about)

    def measure(self, name: str, *, about: bool = False) -> str | None:
        """An amount for spend and revenue, a count for any other metric."""
        if self.signal.name == "spend_pacing" or self.signal.subject == "revenue":
            return self.amount(name, about=about)
        value = self.count(name)
        return None if value is None else self.t.number(value)

    @property
    def miss(self) -> str | None:
        """How far the forecast is off the target, as a share of it; None if unknown or under half a percent."""
        share = self._share
        return None if share is None or not round(share - 1, 2) else self.t.percent(abs(share - 1))

    @property
    def is_over(self) -> bool:
        """Whether the forecast is above the target."""
        direction, share = self.value("direction"), self._share
        return direction == "over" if direction else share is not None and share > 1

    @property
    def _share(self) -> float | None:
        """The forecast as a share of the target, also for a reader who is given no amounts."""
        forecast, target = self.count("forecast"), self.count("target")
        return forecast / target if forecast is not None and target else self.number("share")
