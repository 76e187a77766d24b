"""The page as a person uses it, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_an_account_manager_presses_contacted_and_the_client_leaves_the_contact_list(page: Page) -> None:
    digest = page.locator("[data-message-ts]").first
    expect(digest).to_contain_text("Casa Lumen Interiors", timeout=20_000)
    expect(digest).to_contain_text("No contact for 22 days (limit 10)")

    contacted = digest.locator('[data-action-id="nudge.contacted"][aria-label*="Casa Lumen"]')
    contacted.click()
    expect(digest).to_contain_text("Contacted, logged by @Alice Romero")
    expect(digest).not_to_contain_text("No contact for 22 days")

    composer = page.get_by_role("textbox").last
    composer.fill("/atrisk")
    composer.press("Enter")
    ranking = page.locator("[data-message-ts]").last
    expect(ranking).to_contain_text("Only visible to you")
    expect(ranking).to_contain_text("Casa Lumen Interiors")
    expect(ranking).not_to_contain_text("22 days since contact")


def test_why_tells_each_factor_by_name(page: Page) -> None:
    expect(page.locator("[data-message-ts]").first).to_contain_text("Casa Lumen Interiors", timeout=20_000)
    page.locator('[data-action-id="nudge.why"][aria-label*="Casa Lumen"]').click()
    why = page.get_by_role("dialog")
    for said in ("Risk", "Priority", "value of the client", "relationship", "time left", "effort"):
        expect(why).to_contain_text(said)


def test_details_can_be_added_after_the_click(page: Page) -> None:
    digest = page.locator("[data-message-ts]").first
    expect(digest).to_contain_text("Casa Lumen Interiors", timeout=20_000)
    digest.locator('[data-action-id="nudge.contacted"][aria-label*="Casa Lumen"]').click()
    digest.locator('[data-action-id="nudge.details"]').click()
    form = page.get_by_role("dialog")
    form.locator('[data-block-id="summary"] textarea').fill("Talked about spring")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def test_a_date_is_asked_for_and_escape_leaves_it_at_that(page: Page) -> None:
    digest = page.locator("[data-message-ts]").first
    expect(digest).to_contain_text("Casa Lumen Interiors", timeout=20_000)
    digest.locator('[data-action-id="nudge.snooze"]').first.select_option(value="date")
    expect(page.get_by_role("dialog")).to_contain_text("comes back that morning")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".toast")).to_have_count(0)


def test_home_shows_the_ranked_clients(page: Page) -> None:
    expect(page.locator("[data-message-ts]").first).to_contain_text("Casa Lumen Interiors", timeout=20_000)
    page.get_by_text("Home", exact=True).first.click()
    expect(page.get_by_text("Your clients", exact=True)).to_be_visible()
    expect(page.get_by_text("Casa Lumen Interiors").last).to_be_visible()
