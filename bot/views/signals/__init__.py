"""What is said of each signal: its name, the reason, the short form and the next step.

A file for each of `scoring.signals`' files, a function a sentence, and the list of all. Belongs here: sentences.
Never here: what makes a breach, or how a sentence is shown.
"""

from collections.abc import Mapping

from bot.views.signals import costs, delivery, feedback, money, rates, relationship, results, work
from bot.views.signals.phrasing import Said

ALL: Mapping[str, Said] = {
    **relationship.SAID,
    **feedback.SAID,
    **money.SAID,
    **results.SAID,
    **rates.SAID,
    **costs.SAID,
    **delivery.SAID,
    **work.SAID,
}
"""By the signal's name."""
