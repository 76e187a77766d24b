"""A modal's form: what the app is sent when a person submits it, and what its answer does to the modal.

Never here: presses inside a modal (`interactions`), or what the app does with views by itself (`methods.views`).
"""

from bot.practice.deliveries import Answer
from bot.practice.errors import SlackError
from bot.practice.form import complaints
from bot.practice.interactions import Actor
from bot.practice.methods.views import replace_view, view_payload
from bot.practice.rules import Json
from bot.practice.screen import View


def submit(actor: Actor, view: View, values: Json) -> tuple[Answer, dict[str, str]]:
    """Send a modal's form and carry out the answer; the errors at fields are by block id."""
    problems = complaints(view.blocks, values)
    if problems:
        return Answer(None), problems
    with actor.world.lock:
        payload = {
            **actor.common("view_submission", view.id),
            "view": actor.world.view_json(actor.team, view, values),
            "response_urls": [],
        }
    answer = actor.deliveries.send("interactive", payload)
    if answer.error:
        return answer, {}
    with actor.world.lock:
        try:
            return answer, _carry_out(actor, view, answer.json() or {})
        except SlackError as refusal:
            return Answer(answer.status, answer.body, refusal.error, answer.seconds), {}


def _carry_out(actor: Actor, view: View, body: Json) -> dict[str, str]:
    act = body.get("response_action")
    if act is None:
        close(actor, view)
    elif act == "errors":
        return _field_errors(view, body)
    elif act == "update":
        replace_view(actor.world, actor.team, view, view_payload(body.get("view"), "modal"))
    else:
        raise SlackError("invalid_response_action")
    return {}


def _field_errors(view: View, body: Json) -> dict[str, str]:
    """The errors that can be shown: those at input blocks. Slack takes any others for a failure of the app."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    errors: dict[str, str] = body.get("errors") or {}
    if not errors or set(errors) - inputs:
        raise SlackError("invalid_errors")
    return errors


def close(actor: Actor, view: View) -> None:
    """Close a modal; the one below it shows again."""
    with actor.world.lock:
        stack = actor.team.stacks.get(actor.user.id, [])
        if view.id in stack:
            stack.remove(view.id)
        actor.team.views.pop(view.id, None)
        actor.world.changed()
