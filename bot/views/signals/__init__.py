"""What is said of each signal: its name, the reason, the short form and the next step.

A file for each of `scoring.signals`' files, a function a sentence, and the list of all. Belongs here: sentences.
Never here: what makes a breach, or how a sentence is shown.
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
