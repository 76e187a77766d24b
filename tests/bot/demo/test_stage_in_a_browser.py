"""The page as a person uses it, in a real browser."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def _answer(page: Page) -> Locator:
    """The newest answer for the reader alone: in working hours a nudge may come in after it."""
    return page.locator("[data-message-ts]", has_text="Only visible to you").last


def test_an_account_manager_presses_contacted_and_the_client_leaves_the_contact_list(page: Page) -> None:
    digest = page.locator("[data-message-ts]").first
    expect(digest).to_contain_text("Casa Lumen Interiors")
    expect(digest).to_contain_text("No contact for 22 days (limit 10)")

    contacted = digest.locator('[data-action-id="nudge.contacted"][aria-label*="Casa Lumen"]')
    contacted.click()
    expect(digest).to_contain_text("Contacted, logged by @Alice Romero")
    expect(digest).not_to_contain_text("No contact for 22 days")

    composer = page.get_by_role("textbox").last
    composer.fill("/atrisk")
    composer.press("Enter")
    ranking = _answer(page)
    expect(ranking).to_contain_text("Only visible to you")
    expect(ranking).to_contain_text("Casa Lumen Interiors")
    expect(ranking).not_to_contain_text("22 days since contact")


def test_why_tells_each_factor_by_name(page: Page) -> None:
    first = page.locator("[data-message-ts]").first
    expect(first).to_contain_text("Casa Lumen Interiors")
    first.locator('[data-action-id="nudge.why"][aria-label*="Casa Lumen"]').click()
    why = page.get_by_role("dialog")
    for said in ("risk", "Priority", "account size", "relationship", "time left", "effort"):
        expect(why).to_contain_text(said)


def test_details_can_be_added_after_the_click(page: Page) -> None:
    digest = page.locator("[data-message-ts]").first
    expect(digest).to_contain_text("Casa Lumen Interiors")
    digest.locator('[data-action-id="nudge.contacted"][aria-label*="Casa Lumen"]').click()
    digest.locator('[data-action-id="nudge.details"]').click()
    form = page.get_by_role("dialog")
    form.locator('[data-block-id="summary"] textarea').fill("Talked about spring")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def test_a_date_is_asked_for_and_escape_leaves_it_at_that(page: Page) -> None:
    digest = page.locator("[data-message-ts]").first
    expect(digest).to_contain_text("Casa Lumen Interiors")
    digest.locator('[data-action-id="nudge.snooze"]').first.select_option(value="date")
    expect(page.get_by_role("dialog")).to_contain_text("comes back that morning")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".toast")).to_have_count(0)


def test_home_shows_the_ranked_clients(page: Page) -> None:
    expect(page.locator("[data-message-ts]").first).to_contain_text("Casa Lumen Interiors")
    page.get_by_text("Home", exact=True).first.click()
    expect(page.get_by_text("Your clients", exact=True)).to_be_visible()
    expect(page.get_by_text("Casa Lumen Interiors").last).to_be_visible()


def _type(page: Page, text: str) -> None:
    expect(page.locator("[data-message-ts]").first).to_contain_text("Casa Lumen Interiors")
    composer = page.get_by_role("textbox").last
    composer.fill(text)
    composer.press("Enter")


def test_the_hour_and_the_days_of_the_list_are_settled_and_kept(page: Page) -> None:
    _type(page, "/atrisk settings")
    form = page.get_by_role("dialog")
    form.locator('[data-block-id="digest_time"]').last.fill("08:15")
    form.get_by_label("Friday").uncheck()
    form.get_by_label("Nothing", exact=True).check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Saved. Your next list:")
    form.get_by_role("button", name="Close").last.click()
    page.get_by_text("Home", exact=True).first.click()
    page.get_by_role("button", name="Settings").click()
    again = page.get_by_role("dialog")
    expect(again.locator("input[type=time]")).to_have_value("08:15")
    expect(again.get_by_label("Friday")).not_to_be_checked()
    expect(again.get_by_label("Nothing", exact=True)).to_be_checked()


def test_a_client_is_paused_and_its_fee_put_right_on_its_card(page: Page) -> None:
    _type(page, "/atrisk casa lumen")
    card = _answer(page)
    card.locator('[data-action-id="client.edit"]').click()
    form = page.get_by_role("dialog")
    fee = form.locator('input[data-block-id="monthly_fee"]')
    expect(fee).to_have_value("2400")
    fee.fill("2600")
    form.locator('[data-action-id="client.status"]').select_option(value="paused")
    form.locator('input[data-block-id="returns_on"]').fill("2099-01-15")
    expect(fee).to_have_value("2600")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Saved the details of Casa Lumen Interiors.")
    expect(card).to_contain_text("Paused")
    expect(card).to_contain_text("€2,600 a month")
