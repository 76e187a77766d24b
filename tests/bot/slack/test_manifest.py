"""The manifest against Slack's schema, and against the handlers."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import handlers
from bot.slack import manifest
from bot.views import ids

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "tests/data/slack-manifest.schema.2.0.0.json").read_text())
URL = "https://atrisk.agency.test"


@pytest.mark.parametrize("url", [None, URL, URL + "/"])
def test_the_manifest_fits_slacks_schema(url: str | None) -> None:
    jsonschema.Draft7Validator(SCHEMA).validate(manifest.build(url))


def test_the_file_in_the_repository_is_the_one_for_socket_mode() -> None:
    assert (ROOT / "manifest.yaml").read_text() == manifest.text()
    assert yaml.safe_load(manifest.text()) == manifest.build()


def test_everything_over_http_goes_to_one_address() -> None:
    text = manifest.text(URL)
    assert text.count(f"{URL}/slack/events\n") == text.count("https://") == 4
    assert "socket_mode_enabled: false" in text
    assert "https://" not in manifest.text()


def test_a_url_that_is_not_https_is_rejected() -> None:
    with pytest.raises(ValueError, match="https"):
        manifest.build("http://atrisk.agency.test")


def test_exactly_the_declared_events_and_shortcuts_are_handled() -> None:
    assert set(manifest.EVENTS) == set(handlers.EVENTS)
    assert {shortcut["callback_id"] for shortcut in manifest.SHORTCUTS} == set(handlers.SHORTCUTS)


def test_every_button_and_form_of_the_views_is_handled() -> None:
    names = {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    buttons = {name for name in names if name.startswith(("nudge.", "client.", "list.", "settings."))}
    forms = {name for name in names if name.endswith(".form")}
    assert buttons - forms == set(handlers.ACTIONS) | set(handlers.INPUTS)
    assert forms == set(handlers.FORMS)


def test_each_event_has_the_scope_that_it_needs() -> None:
    needs = {"user_change": "users:read", "message.im": "im:history"}
    assert {needs[event] for event in manifest.EVENTS if event in needs} <= set(manifest.BOT_SCOPES)
