"""The page in a real browser: a person reads, clicks, types and fills a form."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient

from bot.practice import Person, Practice, Workspace
from tests import serving
from tests.waiting import PATIENCE_SECONDS

NASTY = "&lt;!channel&gt; <!channel> *bold* &lt;img src=x onerror=alert(1)&gt; شركة " + "🔥" * 200
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": NASTY}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": word}, "action_id": f"card.{word}", "value": "1"}
            for word in ("done", "form", "nobody")
        ],
    },
]


@pytest.fixture
def page(browser: Browser, practice: Practice, alice: Person, client: WebClient) -> Iterator[Page]:
    client.chat_postMessage(channel=alice.dm.id, text="Acme", blocks=CARD)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(f"{practice.url}/#{alice.team.id}/{alice.id}/messages")
    page.wait_for_selector("[data-message-ts]")
    yield page
    page.close()
    assert complaints == []


class TestInABrowser:
    pytestmark = pytest.mark.browser

    @pytest.mark.usefixtures("app")
    def test_a_click_changes_the_message_in_place(self, page: Page) -> None:
        page.click("[data-action-id='card.done']")
        message = page.locator("[data-message-ts]")
        expect(message).to_have_count(1)
        expect(message).to_contain_text("Done by @Alice Kowalska")

    def test_outside_text_stays_text(self, page: Page) -> None:
        words = page.locator(".block-section")
        expect(words).to_contain_text("<!channel> @channel bold <img src=x onerror=alert(1)> شركة")
        expect(words.locator("strong")).to_have_text("bold")
        expect(words.locator("img")).to_have_count(0)

    def test_marks_are_drawn_and_named_and_stay_in_the_text(self, page: Page, client: WebClient, alice: Person) -> None:
        said = {"type": "plain_text", "text": "🔴 late · 🟡 soon · 🟢 fine · ⚪ new · ✓ done"}
        client.chat_postMessage(channel=alice.dm.id, text="x", blocks=[{"type": "section", "text": said}])
        words = page.locator(".block-section").last
        expect(words).to_contain_text(said["text"])
        for name in ("red circle", "yellow circle", "green circle", "white circle", "check mark"):
            mark = words.get_by_role("img", name=name)
            expect(mark).to_have_count(1)
            drawn = mark.locator("svg").bounding_box()
            assert drawn
            assert min(drawn["width"], drawn["height"]) > 10

    @pytest.mark.usefixtures("app")
    def test_a_command_is_suggested_typed_and_answered(self, page: Page) -> None:
        page.fill("#words", "/e")
        expect(page.locator("#hints")).to_contain_text("/echo")
        page.press("#words", "Enter")
        page.keyboard.type("hello")
        page.keyboard.press("Enter")
        answer = page.locator("[data-ephemeral='true']")
        expect(answer).to_contain_text("Only visible to you")
        expect(answer).to_contain_text("You said hello")

    @pytest.mark.usefixtures("app")
    def test_a_form_shows_its_errors_at_the_field_and_then_closes(self, page: Page) -> None:
        page.click("[data-action-id='card.form']")
        field = page.locator("dialog.modal textarea, dialog.modal input")
        page.click("[data-view='submit']")
        expect(page.locator(".field-error")).to_have_text("Please complete this required field.")
        field.fill("bad")
        page.click("[data-view='submit']")
        expect(page.locator(".field-error")).to_have_text("Not that word")
        field.fill("good")
        page.click("[data-view='submit']")
        expect(page.locator("dialog.modal")).to_have_count(0)
        expect(page.locator("#messages")).to_contain_text("Saved: good")

    @pytest.mark.usefixtures("app")
    def test_an_app_that_does_not_answer_is_told(self, page: Page) -> None:
        page.click("[data-action-id='card.nobody']")
        expect(page.locator(".toast")).to_contain_text("http_client_error")

    def test_new_messages_appear_by_themselves(self, page: Page, client: WebClient, alice: Person) -> None:
        client.chat_postMessage(channel=alice.dm.id, text="by itself")
        expect(page.locator("#messages")).to_contain_text("by itself")

    def test_a_message_taller_than_the_screen_is_shown_from_its_start(
        self, page: Page, client: WebClient, alice: Person
    ) -> None:
        lines = "\n".join(f"line {number}" for number in range(200))
        client.chat_postMessage(channel=alice.dm.id, text=lines)
        expect(page.get_by_text("line 0", exact=False).first).to_be_in_viewport()
        page.reload()
        expect(page.get_by_text("line 0", exact=False).first).to_be_in_viewport()
        newest, box = page.locator("[data-message-ts]").last.bounding_box(), page.locator("#messages").bounding_box()
        assert newest
        assert box
        assert abs(newest["y"] - box["y"]) < 20

    def test_a_click_in_a_message_taller_than_the_screen_does_not_move_it(
        self, page: Page, client: WebClient, alice: Person
    ) -> None:
        lines = "\n".join(f"line {number}" for number in range(200))
        posted = client.chat_postMessage(channel=alice.dm.id, text=lines)
        expect(page.locator("[data-message-ts]")).to_have_count(2)
        page.evaluate("document.getElementById('messages').scrollTop = 1e9")
        before = page.evaluate("document.getElementById('messages').scrollTop")
        client.chat_update(channel=alice.dm.id, ts=posted["ts"], text=f"{lines}\nlogged")
        expect(page.locator("#messages")).to_contain_text("logged")
        assert page.evaluate("document.getElementById('messages').scrollTop") >= before

    @pytest.mark.usefixtures("bob")
    def test_one_can_act_as_somebody_else_who_sees_nothing_of_it(self, page: Page, team: Workspace) -> None:
        page.click("#switch")
        page.click(f"[data-person='{team.id}/U_BOB']")
        expect(page.locator("body")).to_have_attribute("data-person", f"{team.id}/U_BOB")
        expect(page.locator("[data-message-ts]")).to_have_count(0)

    @pytest.mark.usefixtures("bob")
    def test_people_are_suggested_by_name(self, page: Page) -> None:
        page.fill("#words", "/echo @sto")
        expect(page.locator("#hints")).to_contain_text("Bob Stone")
        page.press("#words", "Tab")
        assert page.input_value("#words") == "/echo @bob.stone "

    @pytest.mark.usefixtures("app")
    def test_the_keyboard_alone_suffices_and_keeps_its_place(self, page: Page) -> None:
        page.focus("[data-action-id='card.done']")
        page.keyboard.press("Enter")
        expect(page.locator("#messages")).to_contain_text("Done by @Alice Kowalska")
        assert page.evaluate("document.activeElement.dataset.actionId") == "card.done"

    @pytest.mark.usefixtures("app")
    def test_the_home_tab_opens(self, page: Page) -> None:
        page.click("[data-tab='home']")
        expect(page.locator("#home")).to_contain_text("Home")

    def test_a_phone_shows_no_sideways_scrolling(self, page: Page) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.getElementById('messages').scrollWidth") <= 390


def test_the_page_takes_orders_from_itself_alone(practice: Practice, alice: Person) -> None:
    order = json.dumps({"act": "say", "person": f"{alice.team.id}/{alice.id}", "place": alice.dm.id, "text": "x"})
    url = f"{practice.url}/practice/act"
    own = {"content-type": "application/json"}
    assert serving.post(url, content=order, headers=own | {"origin": "https://evil.example"}).status_code == 403
    assert serving.post(url, content=order, headers={"content-type": "text/plain"}).status_code == 403
    assert alice.messages() == []
    assert serving.post(url, content=order, headers=own | {"origin": practice.url}).status_code == 200
    assert alice.last().text == "x"


def test_the_page_serves_its_own_files_and_no_others(practice: Practice) -> None:
    assert "script-src" not in serving.get(practice.url).headers["content-security-policy"].replace("default-src", "")
    assert serving.get(f"{practice.url}/page/app.js").headers["content-type"].startswith("text/javascript")
    assert serving.get(f"{practice.url}/page/..%2fserver.py").status_code == 404


def test_a_name_that_points_elsewhere_is_not_served(practice: Practice) -> None:
    answer = serving.get(f"{practice.url}/practice/screen", headers={"host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.usefixtures("app")
def test_what_was_typed_into_a_field_that_is_gone_is_left_out(practice: Practice, alice: Person) -> None:
    view = alice.shortcut("note").modal
    assert view is not None
    typed = {"words": {"value": "good", "former": "x"}, "gone": {"value": "x"}}
    order = {"act": "submit", "person": f"{alice.team.id}/{alice.id}", "view": view.id, "values": typed}
    answer = serving.post(f"{practice.url}/practice/act", json=order)
    assert answer.json() == {"error": "", "field_errors": {}}
    assert alice.last().text == "Saved: good"
