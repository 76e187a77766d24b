"""The shape of what Slack delivers, as far as it is used: checked before anything is done with it.

A delivery is signed, and may be nonsense all the same: an empty list of actions, no user, a NUL in a text, which
Postgres cannot store. It is refused here, so that no listener has to expect it. Never here: what a delivery means.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
_ID = re.compile("[A-Z0-9_]{2,32}")
_Id = Annotated[str, StringConstraints(pattern=f"^{_ID.pattern}$")]
"""Of a team or a person."""
_Key = Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,255}$")]
"""Of an element, a block, a view, a trigger."""
_Stamp = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}(\.[0-9]{1,6})?$")]
"""A message's `ts`: seconds since 1970."""


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, defer_build=True)  # importing a module does nothing; see `prepare`


class _Owner(_Shape):
    id: _Id
    team_id: _Text | None = None


class _Option(_Shape):
    value: _Text


class _Input(_Shape):
    value: _Text | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: _Text | None = None
    selected_time: _Text | None = None
    selected_user: _Text | None = None


class _State(_Shape):
    values: dict[_Key, dict[_Key, _Input]]


class _View(_Shape):
    id: _Key
    type: _Text | None = None
    blocks: list[dict[str, Any]] = []
    app_installed_team_id: _Id | None = None


class _SubmittedView(_View):
    type: _Text
    callback_id: Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,255}$")]
    private_metadata: _Text
    state: _State


class _Container(_Shape):
    channel_id: _Key | None = None
    message_ts: _Key | None = None


class _Action(_Shape):
    action_id: _Key
    block_id: _Text | None = None
    value: _Text | None = None
    selected_option: _Option | None = None


class _Message(_Shape):
    ts: _Stamp
    text: _Text | None = None
    user: _Text | None = None


class _Command(_Shape):
    command: _Key
    text: _Text = ""
    team_id: _Id
    user_id: _Id
    trigger_id: _Key
    response_url: _Text | None = None


class _Interaction(_Shape):
    type: _Key
    team: _Owner
    user: _Owner
    trigger_id: _Key | None = None
    response_url: _Text | None = None


class _Press(_Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    container: _Container | None = None
    view: _View | None = None


class _Submission(_Interaction):
    view: _SubmittedView


class _Search(_Interaction):
    action_id: _Key
    value: _Text | None = None


class _Shortcut(_Interaction):
    callback_id: _Key
    trigger_id: _Key


class _MessageShortcut(_Shortcut):
    message: _Message


class _AnyEvent(_Shape):
    type: _Key


class _HomeOpened(_AnyEvent):
    user: _Id
    tab: _Text | None = None


class _Profile(_Shape):
    email: Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,320}$")] | None = None
    display_name: _Text | None = None
    real_name: _Text | None = None


class _ChangedUser(_Shape):
    id: _Id
    team_id: _Text | None = None
    name: _Text | None = None
    real_name: _Text | None = None
    tz: Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,64}$")] | None = None
    locale: Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,16}$")] | None = None
    profile: _Profile | None = None


class _UserChange(_AnyEvent):
    user: _ChangedUser


class _Tokens(_Shape):
    bot: list[_Text] | None = None


class _TokensRevoked(_AnyEvent):
    tokens: _Tokens


class _Event(_Shape):
    type: Literal["event_callback"]
    team_id: _Id
    event_id: _Key
    event: _AnyEvent


class _HomeOpenedEvent(_Event):
    event: _HomeOpened


class _UserChangeEvent(_Event):
    event: _UserChange


class _TokensRevokedEvent(_Event):
    event: _TokensRevoked


_INTERACTIONS: dict[str, type[_Shape]] = {
    "block_actions": _Press,
    "view_submission": _Submission,
    "block_suggestion": _Search,
    "shortcut": _Shortcut,
    "message_action": _MessageShortcut,
}
_EVENTS: dict[str, type[_Shape]] = {
    "app_home_opened": _HomeOpenedEvent,
    "user_change": _UserChangeEvent,
    "tokens_revoked": _TokensRevokedEvent,
}


def prepare() -> None:
    """Build the checks: once, before the first delivery, because many may come at once."""
    shapes: list[type[_Shape]] = [_Command, _Event, *_INTERACTIONS.values(), *_EVENTS.values()]
    for shape in shapes:
        shape.model_rebuild()


def find_fault(body: Any) -> str | None:
    """Return what is wrong with a delivery, in a few words without any of its texts; None if it can be used."""
    if not isinstance(body, dict):
        return "it is no object"
    if body.get("ssl_check") == "1" or body.get("type") == "url_verification":
        return None  # what Slack asks while an app is set up; Bolt answers it
    shape = _shape_of(body)
    if shape is None:
        return "it is of no kind that is known here"
    try:
        shape.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = next((part for part in first["loc"] if isinstance(part, str)), "")
        return f"{first['type']} in {field!r}"
    return None


def find_fault_in_ids(ids: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the team and the person that Bolt has read from a delivery; None if nothing is."""
    for name in ("team_id", "user_id"):
        value = ids.get(name)
        if value is not None and not (isinstance(value, str) and _ID.fullmatch(value)):
            return f"not an id in {name!r}"
    return None


def _shape_of(body: dict[str, Any]) -> type[_Shape] | None:
    kind = body.get("type")
    if "command" in body:
        return _Command
    if not isinstance(kind, str):
        return None
    if kind != "event_callback":
        return _INTERACTIONS.get(kind)
    event = body.get("event")
    name = event.get("type") if isinstance(event, dict) else None
    return _EVENTS.get(name, _Event) if isinstance(name, str) else _Event
