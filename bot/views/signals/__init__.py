"""What people read about each signal: its name, the reason, the short form and the next step.

A file for each file of `scoring.signals`, a function for each sentence, and the list of all. Belongs here: sentences.
Never here: what opens a breach, or where a sentence is shown.
"""

from collections.abc import Mapping

from bot.views.signals import contact, contract, costs, delivery, feedback, money, rates, results, work
from bot.views.signals.phrasing import Phrasing

ALL: Mapping[str, Phrasing] = {
    **contact.PHRASINGS,
    **contract.PHRASINGS,
    **feedback.PHRASINGS,
    **money.PHRASINGS,
    **results.PHRASINGS,
    **rates.PHRASINGS,
    **costs.PHRASINGS,
    **delivery.PHRASINGS,
    **work.PHRASINGS,
}
"""By the signal's name."""
