"""Fixtures of the files that come in."""

from tests.intake import office, take, template

__all__ = ["office", "take", "template"]
