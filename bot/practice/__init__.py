"""A pretend Slack: Web API, signed deliveries, Socket Mode, people who click, and a page to act as any of them.

For tests and the demo. It knows the documented Slack and nothing of the app that practises here. Everything that
others use is named in this file.
"""

from bot.practice.blocks import validate_blocks, validate_message, validate_view
from bot.practice.deliveries import Answer, Delivery
from bot.practice.faults import ApiCall
from bot.practice.form import NotOnScreenError
from bot.practice.interactions import Reaction
from bot.practice.people import Person
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
