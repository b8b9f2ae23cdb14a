"""The help pages in a real browser: as one types, without a script, and under our policy."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_finding_reading_and_saying_that_it_helped(open_page):
    page = open_page("/help/ko/")
    page.fill("#q", "수도요금")
    expect(page.locator("#results")).to_have_attribute("data-query", "수도요금")
    page.locator("#results .answers a").first.click()
    page.wait_for_url("**/help/ko/*/")
    # The policy lets structured data stand, and the browser complains of nothing.
    data = json.loads(page.text_content("script[type='application/ld+json']"))
    assert data["mainEntity"][0]["name"] == page.inner_text("h1")
    page.click("button[value=yes]")
    page.wait_for_url("**said=yes**")
    expect(page.locator("#said [role=status]")).to_be_visible()


def test_the_language_is_changed_by_a_link_that_leads_to_the_same_answer(open_page):
    page = open_page("/help/ko/?topic=water")
    page.locator("#results .answers a").first.click()
    page.wait_for_url("**/help/ko/*/")
    number = page.url.split("/")[-2]
    page.click("nav.languages a[lang=en]")
    page.wait_for_url(f"**/help/en/{number}/")
    assert page.get_attribute("html", "lang") == "en"


def test_without_any_script(open_page):
    page = open_page("/help/ja/", java_script_enabled=False)
    page.fill("#q", "水道")
    page.click("form[role=search] button")
    page.locator(".answers a").first.click()
    page.click("button[value=no]")
    page.wait_for_url("**said=no**")
    assert page.locator("#said a[href='tel:120']").count() == 1


def test_an_address_that_leads_nowhere_leads_on(open_page):
    page = open_page("/help/en/99999/")
    page.fill("#q", "water")
    page.wait_for_selector("#results .answers a")
