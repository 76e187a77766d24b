"""The Home tab, published when somebody opens it. Never here: what it shows (`screens`)."""

from typing import Any

from slack_bolt import BoltContext

from handlers import screens
from handlers.context import reader_of


def app_home_opened(event: dict[str, Any], _event_id: str, context: BoltContext) -> None:
    """Publish the member's own list. Publishing twice is harmless, so repeated deliveries need not be recorded."""
    if event.get("tab") != "home":
        return
    reader = reader_of(context)
    with reader.services.reading() as session:
        view = screens.home_view(session, reader.actor, reader.t, reader.services.now())
    reader.slack.views_publish(user_id=event["user"], view=view)
