"""From the promise to the article: found out, approved, called back once, offered."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NUMBER, QUESTION = "010-5555-0120", "낙타는 왜 속눈썹이 긴가요"
ANSWER = "모래와 햇빛을 막아 줍니다."

DUE_NOW = """
from callbacks.models import Callback
from callcenter import clock
Callback.objects.filter(status="promised").update(due_at=clock.now())
"""
OFFICER = """
from inquiries import links
from inquiries.models import HandOff
print("/department/" + links.token_of(HandOff.objects.latest("pk")) + "/")
"""


def test_promised_found_out_by_a_department_called_back_and_written_down(
    minas_desk,
    signed_in,
    open_page,
    telephone,
    center,
):
    desk = minas_desk
    telephone("promise-1", "arrived", **{"from": NUMBER, "to": "120"})
    desk.wait_for_selector(".offer")
    desk.keyboard.press("a")
    desk.wait_for_selector(".presence.talking")
    desk.keyboard.press("c")
    desk.wait_for_selector("[data-promise]")
    desk.fill("#question", QUESTION)
    desk.select_option("#promise-language", "en")
    said = desk.locator("[data-spoken=en]")
    expect(said).to_be_visible()
    expect(said).to_contain_text(NUMBER)
    desk.select_option("#promise-language", "ko")
    expect(said).to_be_hidden()
    if desk.locator("[data-at-night]").is_visible():
        desk.check("#at_any_hour")
    desk.click("[data-promise] button.primary")
    telephone("promise-1", "ended")
    desk.wait_for_selector(".presence.wrap_up, .presence.available")

    # Mina asks a department, which answers on its own page without an account.
    desk.goto("/promises/")
    desk.get_by_role("link", name=re.compile(QUESTION)).click()
    desk.get_by_text("Ask a department", exact=True).click()
    desk.select_option("#ask-department", "culture")
    desk.get_by_role("button", name="Ask the department").click()
    desk.wait_for_selector(".messages .notice")
    address = center.manage("shell", "--no-imports", "-c", OFFICER)
    officer = open_page(address, viewport={"width": 320, "height": 700})
    assert NUMBER not in officer.inner_text("main")
    officer.fill("#text", ANSWER)
    officer.click("button[value=answer]")
    officer.wait_for_selector(".messages .notice")
    assert officer.evaluate("document.documentElement.scrollWidth") <= 320

    # A second person approves; it comes due, rings, and the answer lies ready.
    jun = signed_in("jun", "/promises/")
    jun.get_by_role("link", name=re.compile(QUESTION)).click()
    jun.get_by_role("button", name="Approve the answer").click()
    jun.wait_for_selector(".messages .notice")
    center.manage("shell", "--no-imports", "-c", DUE_NOW)
    desk.goto("/desk/")
    desk.wait_for_selector("[data-live-state][data-state=live]")
    if desk.locator(".presence.available").count() == 0:
        desk.keyboard.press("r")
    desk.wait_for_selector(".offer", timeout=20_000)
    desk.keyboard.press("a")
    desk.wait_for_selector(".attempt")
    assert ANSWER in desk.inner_text(".attempt")
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("l")
    desk.wait_for_selector(".attempt a[href^='tel:']")
    # The desk is told about its own dial: the link has to stay all the same.
    for _told in range(2):
        with desk.expect_response("**/attempt/"):
            desk.evaluate("document.body.dispatchEvent(new CustomEvent('live:desk'))")
    expect(desk.locator(".attempt a[href^='tel:']")).to_be_visible()
    again = desk.request.post(
        "/desk/promise/dial/",
        headers={
            "HX-Request": "true",
            "X-CSRFToken": desk.get_attribute("meta[name=csrf-token]", "content"),
        },
    )
    assert again.status == 409
    desk.keyboard.press("f")
    desk.wait_for_selector(".presence.wrap_up")

    # Kept, and the answer is with the editors.
    jun.goto("/promises/?state=kept")
    jun.get_by_role("link", name=re.compile(QUESTION)).click()
    for _look in range(20):
        if jun.locator(".notice.ok a").count():
            break
        jun.wait_for_timeout(1_000)
        jun.reload()
    expect(jun.locator(".notice.ok a")).to_contain_text(QUESTION)
