"""The days on which what is known of a client changes: on all others the assessment of the day before holds.

Never here: what is known on a day (`history`), or what runs out by itself (an assessment's next change).
"""

from datetime import date, timedelta

from bot.insight.history import ClientHistory, first_morning_after
from bot.judging import daily_metrics, deliverables, facts
from scoring.forecast import month_of, quarter_of

_DAY = timedelta(days=1)


def find_change_days(history: ClientHistory) -> frozenset[date]:
    """Find the days on which the facts differ from those of the day before."""
    client, days = history.client, set[date]()
    days.update(first_morning_after(moment, client.zone) for moment in (*history.reached, *history.attempts))
    for invoice in client.invoices:
        days |= {invoice.issued_on, invoice.paid_on or invoice.issued_on}
        days.add(invoice.due_on + timedelta(days=facts.INVOICE_DAYS + 1))
    for observation in client.observations:
        days |= {observation.occurred_on, observation.resolved_on or observation.occurred_on}
        days.add(observation.occurred_on + timedelta(days=facts.OBSERVATION_DAYS + 1))
    for item in client.deadlines:
        days |= {item.due_on, item.done_on or item.due_on, item.due_on + timedelta(days=deliverables.WORK_DAYS + 1)}
    for step in client.roadmap:
        days |= {step.planned_on, step.done_on or step.planned_on}
        days.add(step.planned_on + timedelta(days=deliverables.WORK_DAYS + 1))
    days.update(month_of(row.month)[1] for row in client.effort)
    for whole in client.metrics.values():
        span_days = len(whole.values) + daily_metrics.DAYS + 1
        days.update(whole.first + timedelta(days=offset) for offset in range(1, span_days + 1))
    for _, month in client.targets:
        after = quarter_of(month)[1]
        days |= {month, quarter_of(month)[0], after, after + _DAY}
    return frozenset(days)
