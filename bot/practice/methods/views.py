"""views.*: modals and the Home tab."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.practice.blocks import VIEW_BYTES, validate_view
from bot.practice.errors import SlackError, invalid
from bot.practice.methods.call import Call
from bot.practice.rules import Json
from bot.practice.screen import View, number_blocks
from bot.practice.state import Team, Trigger, World

TRIGGER_LIFE = timedelta(seconds=3)
DEEPEST = 3


def open_(call: Call) -> Json:
    """A new modal; whatever modals were open close."""
    payload = view_payload(call.args.json("view"), "modal")
    trigger = _use_trigger(call)
    for view_id in call.team.stacks.pop(trigger.user, []):
        call.team.views.pop(view_id, None)
    return _answer(call, stack_view(call.world, call.team, trigger.user, payload))


def push(call: Call) -> Json:
    """A modal on top of the one in which the person just acted."""
    payload = view_payload(call.args.json("view"), "modal")
    trigger = _use_trigger(call)
    stack = call.team.stacks.get(trigger.user, [])
    if trigger.view_id not in stack:
        raise SlackError("not_found")
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    return _answer(call, stack_view(call.world, call.team, trigger.user, payload))


def update(call: Call) -> Json:
    """New content for an open modal, or for a Home tab; `hash` guards against a newer state."""
    old = call.team.views.get(call.args.text("view_id"))
    if old is None:
        raise SlackError("not_found")
    payload = view_payload(call.args.json("view"), old.payload["type"])
    _check_hash(call, old)
    return _answer(call, replace_view(call.world, call.team, old, payload))


def publish(call: Call) -> Json:
    """A person's Home tab."""
    team, world = call.team, call.world
    user = call.user("user_id")
    old = team.views.get(team.homes.get(user.id, ""))
    payload = view_payload(call.args.json("view"), "home")
    if old is not None:
        _check_hash(call, old)
        return _answer(call, replace_view(world, team, old, payload))
    view_id = world.new_id("V")
    team.homes[user.id] = view_id
    new = View(view_id, user.id, _numbered(payload, view_id), _hash(world), view_id)
    return _answer(call, world.put_view(team, new))


def stack_view(world: World, team: Team, user_id: str, payload: Json) -> View:
    """Put a view on top of a person's stack."""
    stack = team.stacks.setdefault(user_id, [])
    view_id = world.new_id("V")
    root, previous = (stack[0], stack[-1]) if stack else (view_id, None)
    stack.append(view_id)
    return world.put_view(team, View(view_id, user_id, _numbered(payload, view_id), _hash(world), root, previous))


def replace_view(world: World, team: Team, old: View, payload: Json) -> View:
    """Put new content in a view's place, under the same id."""
    return world.put_view(team, replace(old, payload=_numbered(payload, old.id), hash=_hash(world)))


def view_payload(view: Any, surface: str) -> Json:
    """The view, once it is known to be fit for the surface; raises Slack's refusal."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["missing required field: view [json-pointer:/view]"])
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = validate_view(view)
    if not problems and view["type"] != surface:
        problems = [f"view type {view['type']} is not supported here [json-pointer:/view/type]"]
    if problems:
        raise invalid("invalid_arguments", problems)
    return view


def _use_trigger(call: Call) -> Trigger:
    trigger = call.team.triggers.get(call.args.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if call.world.now() - trigger.given_at > TRIGGER_LIFE:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(call: Call, old: View) -> None:
    if call.args.text("hash") not in {"", old.hash}:
        raise SlackError("hash_conflict")


def _numbered(payload: Json, view_id: str) -> Json:
    return {**payload, "blocks": number_blocks(payload["blocks"], view_id)}


def _hash(world: World) -> str:
    return f"{int(world.now().timestamp())}.{world.revision:08x}"


def _answer(call: Call, view: View) -> Json:
    return {"view": call.world.view_json(call.team, view)}
