"""A pretend Slack for tests and the demo, with people who click and a page to act as any of them.

It knows the documented Slack and nothing of the app that practises here. Everything that others use is named in this
file; its words for limits and refusals are Slack's own.

What it pretends:

- the Web API: auth.test, users.info and .lookupByEmail, conversations.open, .info and .history, users.conversations,
  chat.postMessage and .update, views.open, .push, .update and .publish, apps.connections.open; with tokens, scopes,
  pages, triggers that last 3 seconds, hashes, message metadata;
- deliveries: slash commands, block actions, options of external selects, view submissions, shortcuts and events (Home
  opened, messages in DMs and channels, members who join or change, uninstallation), by signed HTTP or Socket Mode,
  with 3 seconds to acknowledge and Slack's retries; answers in the response or at a response address;
- Block Kit: the blocks section, header, context, actions, divider, image, input, rich_text and data_visualization, and
  the elements of `bot.practice.elements`, each with its limits, in messages, modals and the Home tab;
- people with zone, locale, address and kind of account, from the workspace or from another; DMs, channels public,
  private and shared with others;
- trouble on purpose: refusals, 5xx, 429 with Retry-After, answers that are late or never come, events sent twice,
  sockets that are cut.

What it does not: threads, reactions, files, scheduled messages, link previews, installation by OAuth, Slack's other
methods, blocks and elements, and limits that Slack does not publish. The page draws an image as its description, and
a chart not at all yet.
"""

from bot.practice.blocks import validate_blocks, validate_message, validate_view
from bot.practice.deliveries import Answer, Delivery
from bot.practice.faults import ApiCall
from bot.practice.form import NotOnScreenError
from bot.practice.people import Person, Reaction
from bot.practice.screen import Message, View
from bot.practice.server import Practice
from bot.practice.state import Channel
from bot.practice.workspaces import Workspace

__all__ = [
    "Answer",
    "ApiCall",
    "Channel",
    "Delivery",
    "Message",
    "NotOnScreenError",
    "Person",
    "Practice",
    "Reaction",
    "View",
    "Workspace",
    "validate_blocks",
    "validate_message",
    "validate_view",
]
