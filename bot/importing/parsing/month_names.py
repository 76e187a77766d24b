"""Names of months and days of the week in English, Spanish, Polish, Russian and German, whole and cut short.

Without accents and in small letters, as `plain_letters` gives them. Never here: how a date is put together (`dates`).
"""

import unicodedata
from functools import lru_cache

_MONTHS = (
    "january jan january enero ene styczen stycznia sty январь января янв januar janner jan",
    "february feb febrero luty lutego lut февраль февраля февр фев februar feber",
    "march mar marzo marzec marca март марта мар marz mrz maerz",
    "april apr abril abr kwiecien kwietnia kwi kwie апрель апреля апр",
    "may mayo maj maja май мая mai",
    "june jun junio czerwiec czerwca cze czer июнь июня июн juni",
    "july jul julio lipiec lipca lip июль июля июл juli",
    "august aug agosto ago sierpien sierpnia sie sierp август августа авг",
    "september sep sept septiembre setiembre set wrzesien wrzesnia wrz сентябрь сентября сент сен",
    "october oct octubre pazdziernik pazdziernika paz октябрь октября окт oktober okt",
    "november nov noviembre listopad listopada lis list ноябрь ноября нояб ноя",
    "december dec diciembre dic grudzien grudnia gru grud декабрь декабря дек dezember dez",
)
_WEEKDAYS = (
    "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun "
    "lunes lun martes mar miercoles mie mier jueves jue viernes vie sabado sab domingo dom "
    "poniedzialek pon pn wtorek wt sroda sr czwartek czw piatek pt sobota sob sb niedziela niedz nd ndz "
    "понедельник пн пон вторник вт среда ср четверг чт пятница пт суббота сб воскресенье вс "
    "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so"
)

_DROPPED = frozenset({"Mn", "Cf"})
"""Accents, and marks that nobody sees, such as those of a text's direction."""


@lru_cache(maxsize=8192)
def plain_letters(text: str) -> str:
    """Return a text in small letters without accents, its spaces single and its numbers in plain digits."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return " ".join("".join(letter for letter in letters if unicodedata.category(letter) not in _DROPPED).split())


MONTHS = {plain_letters(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
"""Months from 1, by their names."""
WEEKDAYS = frozenset(plain_letters(name) for name in _WEEKDAYS.split())
