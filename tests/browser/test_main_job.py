"""The main job from end to end: real servers, a real browser, the way people use it."""

import os
import re
import signal
from datetime import datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FORM = {
    "ko": ("수도요금이 이상해요", "두 달째 요금이 두 배로 나왔습니다."),
    "en": ("Street light", "The light in front of my house has been out for a week."),
    "zh-hans": ("公交车", "我把包落在公交车上了。"),
    "ja": ("ごみの出し方", "粗大ごみはどうやって出しますか。"),
}


def test_a_call_by_keyboard_alone_from_the_first_ring_to_the_report(
    minas_desk, signed_in, telephone
):
    desk = minas_desk
    number = telephone("e2e-1", "arrived", **{"from": "010-5555-0001", "to": "120"})["number"]
    # It comes by the socket: the slow polling behind it is twenty seconds away.
    desk.wait_for_selector(".offer")
    assert "010-5555-0001" in desk.inner_text(".offer")
    expect(desk).to_have_title(re.compile("010-5555-0001"))
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".presence.talking")

    desk.keyboard.press("/")
    desk.keyboard.type("수도요금")
    desk.wait_for_selector("[data-result]")
    desk.keyboard.press("ArrowDown")
    title = desk.inner_text("[data-result][aria-selected=true] .title")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".linked button")
    assert title in desk.inner_text(".linked")

    desk.keyboard.press("1")
    desk.wait_for_selector(".topics [data-key='1'][aria-pressed=true]")
    desk.keyboard.press("n")
    desk.keyboard.type("요금 조회 방법을 안내함")
    expect(desk.locator("[name=version]")).to_have_value("1")
    desk.keyboard.press("Escape")
    telephone("e2e-1", "ended")
    desk.wait_for_selector(".presence.wrap_up")
    desk.keyboard.press("f")
    desk.wait_for_selector(".presence.available")

    report = signed_in("jun", "/reports/daily/")
    assert report.locator(".tile .value").first.inner_text() != "0"
    line = report.locator("#by-outcome tr", has_text=re.compile("Resolved|상담 완료"))
    assert int(line.locator("td").first.inner_text()) >= 1
    csv = report.request.get("/reports/daily.csv").text()
    assert "outcome,resolved" in csv
    assert len(number) == 9


@pytest.mark.parametrize("language", FORM)
def test_the_form_in_each_language_gets_a_number_and_a_page(open_page, language):
    page = open_page("/", viewport={"width": 360, "height": 740})
    with page.expect_navigation():
        page.click(f"button[lang={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    subject, body = FORM[language]
    page.fill("[name=subject]", subject)
    page.fill("[name=body]", body)
    page.fill("[name=email]", "citizen@example.com")
    page.check("[name=consent]")
    page.click("main button.primary")
    page.wait_for_url("**/track/**")
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page.inner_text(".big-number"))
    assert body in page.inner_text("main")
    assert page.locator(".timeline .now, .timeline .done").count() >= 1


def test_a_form_with_something_missing_keeps_what_was_written(open_page):
    page = open_page("/")
    page.fill("[name=subject]", "A question")
    page.click("main button.primary")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("[name=subject]") == "A question"
    assert page.locator("[name=body][aria-invalid=true]").count() == 1


def test_the_form_works_without_any_script(open_page):
    page = open_page("/", java_script_enabled=False)
    page.fill("[name=subject]", "No script")
    page.fill("[name=body]", "My browser is old.")
    page.fill("[name=phone]", "010-4444-0001")
    page.check("[name=consent]")
    page.click("main button.primary")
    page.wait_for_url("**/track/**")
    address = page.url
    page.goto(address)
    assert page.locator(".big-number").count() == 1


def test_a_promise_comes_back_though_the_worker_was_killed(
    minas_desk, telephone, center, signed_in
):
    desk = minas_desk
    telephone("e2e-2", "arrived", **{"from": "010-5555-0002", "to": "120"})
    desk.wait_for_selector(".offer")
    desk.keyboard.press("a")
    desk.wait_for_selector(".presence.talking")
    token = center.manage("issue_token", "mina")
    due = (datetime.now().astimezone() + timedelta(seconds=4)).isoformat()
    headers = {"Authorization": f"Token {token}"}
    with httpx.Client(base_url=center.url, headers=headers) as api:
        api.post("/api/v1/desk/callback/", json={"due_at": due}).raise_for_status()
        api.post("/api/v1/desk/finish/").raise_for_status()
    worker = next(service for service in center.supervisor.services if service.name == "worker")
    os.kill(worker.process.pid, signal.SIGKILL)
    desk.wait_for_selector(".presence.wrap_up")
    desk.keyboard.press("r")
    desk.wait_for_selector(".offer", timeout=30_000)
    desk.keyboard.press("a")
    desk.wait_for_selector("[data-key=l]")
    desk.keyboard.press("l")
    desk.wait_for_selector(".attempt .badge.ok")
    desk.keyboard.press("f")
    desk.wait_for_selector(".presence.wrap_up")
    promises = signed_in("jun", "/promises/")
    assert "010-5555-0002" not in promises.inner_text("#promises")


def test_half_typed_words_survive_what_happens_around_them(minas_desk, telephone):
    desk = minas_desk
    telephone("e2e-3", "arrived", **{"from": "010-5555-0003", "to": "120"})
    desk.wait_for_selector(".offer")
    desk.keyboard.press("a")
    desk.wait_for_selector("#note")
    desk.fill("#search", "half a quest")
    desk.focus("#note")
    desk.keyboard.type("half a no")
    telephone("e2e-3", "ended")
    desk.wait_for_selector(".presence.wrap_up")
    assert desk.input_value("#note") == "half a no"
    assert desk.input_value("#search") == "half a quest"
    assert desk.evaluate("document.activeElement.id") == "note"


def test_the_floor_moves_by_itself(signed_in, telephone):
    floor = signed_in("jun", "/floor/")
    floor.wait_for_selector("[data-live-state][data-state=live]")
    waiting = floor.locator("#floor table tbody tr")
    before = waiting.count()
    telephone("e2e-4", "arrived", **{"from": "010-5555-0004", "to": "120-4"})
    # Within a second as a rule; a push that is lost is noticed by the next ping, in ten.
    expect(waiting).to_have_count(before + 1, timeout=15_000)
    telephone("e2e-4", "ended")
    expect(waiting).to_have_count(before, timeout=15_000)
