"""A member's feedback on a client: its mood, and the monthly resource card. Buttons and their forms.

A submission is one transaction: record the delivery, so that a repeated one does nothing; store the observation; assess
the client again. Never here: how feedback is scored.
"""

from datetime import date

from bot.clients import clients, observations
from bot.infra import idempotency
from bot.judging import assessments
from bot.views import modals, names
from handlers.context import Click
from handlers.modals import Form
from scoring.dates import local_day
from scoring.vocabulary import MOODS


def client_mood(click: Click) -> None:
    """Open the form for a client's mood."""
    with click.services.reading() as session:
        client = clients.require(session, click.actor.workspace_id, click.client_id)
    return click.open(modals.mood_form(client.name, click.t, metadata=click.place.pack(client=client.id)))


def client_resource_card(click: Click) -> None:
    """Open this month's resource card, with the member's earlier answers if there are any."""
    actor, today = click.actor, local_day(click.services.now(), click.actor.zone)
    with click.services.reading() as session:
        client = clients.require(session, actor.workspace_id, click.client_id)
        answers = observations.load_answers(session, actor.workspace_id, client.id, actor.member_id, today)
    metadata = click.place.pack(client=client.id)
    return click.open(modals.resource_card_form(client.name, click.t, month=today, metadata=metadata, given=answers))


def mood_form(form: Form) -> None:
    """Record a client's mood."""
    mood, note = form.values.get("mood") or "", form.values.get("note")
    if mood not in MOODS:
        return form.refuse("mood", form.t("Choose one from the list."))
    if len(note or "") > modals.LONGEST_NOTE:
        return form.refuse("note", form.t("At most {count} characters.", count=form.t.number(modals.LONGEST_NOTE)))
    actor = form.reader.actor
    with form.reader.services.transaction() as session:
        client = clients.require(session, actor.workspace_id, form.metadata.get("client", 0))
        if idempotency.record_once(session, actor.workspace_id, form.event_key, form.now):
            observations.record_mood(
                session,
                actor.workspace_id,
                client.id,
                actor.member_id,
                mood=mood,
                note=note,
                on=form.today,
                now=form.now,
            )
            assessments.reassess(session, actor.workspace_id, [client.id], form.now)
    name = names.client_name(client.name, form.t)
    return form.close(client, form.t("Noted how {client} seems.", client=name))


def resource_card_form(form: Form) -> None:
    """Record this month's resource card for a client."""
    allowed = {str(points) for points in range(observations.MAX_POINTS + 1)}
    answers = {question: form.values.get(question) or "" for question in observations.QUESTIONS}
    invalid = next((question for question, answer in answers.items() if answer not in allowed), None)
    if invalid:
        return form.refuse(invalid, form.t("Choose one from the list."))
    actor, points = form.reader.actor, {question: int(answer) for question, answer in answers.items()}
    with form.reader.services.transaction() as session:
        client = clients.require(session, actor.workspace_id, form.metadata.get("client", 0))
        if idempotency.record_once(session, actor.workspace_id, form.event_key, form.now):
            observations.record_card(
                session, actor.workspace_id, client.id, actor.member_id, points=points, on=form.today, now=form.now
            )
            assessments.reassess(session, actor.workspace_id, [client.id], form.now)
    return form.close(client, _score_message(form, client.name, sum(points.values()), form.today))


def _score_message(form: Form, name: str, score: int, on: date) -> str:
    t = form.t
    values = {"client": names.client_name(name, t), "month": t.month(on), "score": t.number(score)}
    return t("Working with {client} in {month}: {score} of 10.", **values)
