from typing import Any

from bot.clients import observations
from bot.infra.i18n import translator
from bot.practice.blocks import validate_view
from bot.views import ids, modals, texts
from tests.bot.views import reading
from tests.bot.views.samples import TODAY, card

EN = translator("en-US")


def form(**changed: Any) -> dict[str, Any]:
    return modals.touchpoint_form(EN, today=TODAY, metadata="{}", **changed)


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def test_a_touchpoint_is_asked_for_in_the_blocks_that_were_promised() -> None:
    asked = inputs(form(choices=[(1, "Acme")]))
    assert sorted(asked) == ["channel", "client", "direction", "mood", "occurred_on", "outcome", "summary"]
    assert {element["action_id"] for element in asked.values()} == {ids.VALUE}


def test_the_form_starts_with_the_likeliest_answers() -> None:
    asked = inputs(form(client_name="Acme"))
    chosen = {
        name: element["initial_option"]["value"] for name, element in asked.items() if "initial_option" in element
    }
    assert chosen == {"channel": "call", "direction": "out", "outcome": "reached"}
    assert asked["occurred_on"]["initial_date"] == "2026-11-23"


def test_details_start_from_what_was_logged() -> None:
    told = {"channel": "meeting", "direction": "in", "mood": "uneasy", "summary": "They *ask* why"}
    view = form(client_name="Acme", logged=True, **told)
    asked = inputs(view)
    assert view["title"]["text"] == "Add details"
    assert asked["channel"]["initial_option"]["value"] == "meeting"
    assert asked["direction"]["initial_option"]["value"] == "in"
    assert asked["mood"]["initial_option"]["value"] == "uneasy"
    assert asked["summary"]["initial_value"] == "They *ask* why"


def test_a_known_client_is_told_not_asked_for() -> None:
    view = form(client_name="<!channel>")
    assert "client" not in inputs(view)
    assert reading.lines(view)[0] == "<!channel>"


def test_with_no_choices_a_client_is_looked_for_by_typing() -> None:
    assert inputs(form())["client"]["type"] == "external_select"


def test_mood_and_summary_may_stay_empty() -> None:
    optional = {block["block_id"]: block["optional"] for block in form()["blocks"] if block["type"] == "input"}
    assert [name for name, may in optional.items() if may] == ["summary", "mood"]


def test_mood_and_the_card_on_working_together_ask_in_the_blocks_that_are_read() -> None:
    mood = modals.mood_form("Acme", EN, metadata="{}")
    card = modals.resource_card_form("Acme", EN, month=TODAY, metadata="{}", given={"pays": 0})
    assert (mood["callback_id"], list(inputs(mood))) == ("mood.form", ["mood", "note"])
    asked = inputs(card)
    assert (card["callback_id"], tuple(asked)) == ("resource_card.form", observations.QUESTIONS)
    assert asked["pays"]["initial_option"]["value"] == "0"
    assert "initial_option" not in asked["approves"]
    for question in asked.values():
        assert [option["value"] for option in question["options"]] == ["2", "1", "0"]


def test_snooze_and_silence_ask_in_the_blocks_that_were_promised() -> None:
    snooze = modals.snooze_form("Acme", EN, until=TODAY, metadata="{}")
    silence = modals.silence_form("Acme", EN, until=None, metadata="{}")
    assert (snooze["callback_id"], list(inputs(snooze))) == ("snooze.form", ["until"])
    assert (silence["callback_id"], list(inputs(silence))) == ("silence.form", ["until", "reason"])


def test_what_stands_in_for_a_message_is_a_view_that_slack_takes() -> None:
    assert reading.lines(modals.why_view(card(1, "Acme"), EN))[0] == "Acme"
    assert modals.client_view(card(1, "Acme"), EN)["title"]["text"] == "Acme"
    shown = modals.notice(texts.refusal("only_leads", EN), EN)
    assert validate_view(shown) == []
    assert reading.lines(shown) == [texts.refusal("only_leads", EN)]
