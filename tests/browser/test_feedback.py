"""One key at the desk says that an article is wrong; the editor answers; the agent hears, once."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LOGGED = """
from knowledgebase.models import SearchLog
row = SearchLog.objects.filter(query__startswith="{query}").last()
print(row and (row.channel, row.chosen, row.opened_id))
"""


@pytest.fixture
def minas_desk(signed_in):
    page = signed_in("mina", "/desk/")
    page.wait_for_selector("[data-live-state][data-state=live]")
    return page


def find(desk, words: str) -> str:
    """The number of the first article found for ``words``, with the focus on its row."""
    desk.keyboard.press("/")
    desk.keyboard.type(words)
    desk.wait_for_selector("#results [data-result]")
    desk.keyboard.press("ArrowDown")
    row = desk.locator("#results [data-result]").first
    return row.get_attribute("data-result")


def test_said_by_key_answered_and_heard_once(minas_desk, signed_in):
    desk = minas_desk
    article = find(desk, "층간소음")
    desk.keyboard.press("Alt+w")
    expect(desk.locator("#feedback [data-digit='1']")).to_be_focused()
    desk.keyboard.press("2")
    expect(desk.locator("#feedback")).not_to_have_attribute("open", "")
    expect(desk.locator(".toasts")).to_contain_text(re.compile("Thank you|고맙습니다"))
    # The same again joins.
    desk.wait_for_timeout(800)
    desk.keyboard.press("Alt+w")
    desk.wait_for_selector("#feedback [data-digit='2']")
    desk.fill("#feedback-words", "전화번호가 바뀌었습니다.")
    desk.keyboard.press("Alt+2")
    expect(desk.locator("#feedback")).not_to_have_attribute("open", "")

    editor = signed_in("sora", "/knowledge/feedback/")
    said = editor.locator(f"#article-{article} li")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("전화번호가 바뀌었습니다.")
    expect(said).to_contain_text("2 times")
    said.locator("summary").click()
    said.locator("textarea").fill("새 번호로 고쳤습니다.")
    said.locator("form .primary").click()
    expect(editor.locator(f"#article-{article}")).to_have_count(0)

    news = desk.locator("#feedback-news", has_text=re.compile("answer"))
    news.wait_for()
    desk.locator("#feedback-news summary").click()
    one = desk.locator("#feedback-news li", has_text="새 번호로 고쳤습니다.")
    one.locator("button").click()
    expect(one).to_have_count(0)
    desk.reload()
    desk.wait_for_selector("[data-live-state][data-state=live]")
    assert "새 번호로 고쳤습니다." not in desk.inner_text("#feedback-news")
    desk.goto("/knowledge/feedback/mine/")
    assert "새 번호로 고쳤습니다." in desk.inner_text("main")


def test_without_an_article_the_key_says_what_it_needs(minas_desk):
    minas_desk.keyboard.press("w")
    expect(minas_desk.locator(".toasts")).to_contain_text("choose an article")
    assert minas_desk.locator("dialog[open]").count() == 0


def test_on_the_article_itself_the_key_opens_the_form_there(minas_desk):
    article = find(minas_desk, "전입신고")
    minas_desk.goto(f"/knowledge/{article}/")
    minas_desk.keyboard.press("w")
    expect(minas_desk.locator("#feedback-form [data-digit='1']")).to_be_focused()
    minas_desk.keyboard.press("3")
    expect(minas_desk.locator("#feedback-form [data-said]")).to_be_visible()


def test_the_letter_w_is_a_letter_where_one_writes(minas_desk):
    minas_desk.fill("#search", "")
    minas_desk.focus("#search")
    minas_desk.keyboard.type("wow")
    assert minas_desk.input_value("#search") == "wow"
    assert minas_desk.locator("dialog[open]").count() == 0


def test_a_search_is_told_when_typing_rests_and_when_something_is_read(minas_desk, center):
    desk = minas_desk
    with desk.expect_response("**/knowledge/searched/"):
        desk.fill("#search", "")
        desk.focus("#search")
        desk.keyboard.type("qzqz camel eyelash")
    told = center.manage("shell", "--no-imports", "-c", LOGGED.format(query="qzqz"))
    assert told == "('desk', False, None)"
    desk.fill("#search", "")
    desk.keyboard.press("Escape")
    with desk.expect_response("**/knowledge/searched/"):
        article = find(desk, "출생신고")
        desk.keyboard.press("ArrowRight")
        row = desk.locator("#results [data-result]").first
        if row.locator("summary").count():
            row.locator("summary").click()
    told = center.manage("shell", "--no-imports", "-c", LOGGED.format(query="출생신고"))
    assert told == f"('desk', True, {article})"


def test_a_linked_article_has_a_button_and_the_inquiry_goes_along(minas_desk, telephone):
    desk = minas_desk
    desk.keyboard.press("r")
    desk.wait_for_selector(".presence.available")
    told = telephone("feedback-1", "arrived", **{"from": "010-5555-0077", "to": "120"})
    desk.wait_for_selector(".offer")
    desk.keyboard.press("a")
    desk.wait_for_selector(".presence.talking")
    find(desk, "반려견 등록")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".linked [data-feedback-of]")
    desk.click(".linked [data-feedback-of]")
    expect(desk.locator("#feedback-form")).to_contain_text(told["number"])
    desk.click("#feedback [data-digit='4']")
    expect(desk.locator("#feedback")).not_to_have_attribute("open", "")
    desk.goto("/knowledge/feedback/mine/")
    assert told["number"] in desk.inner_text("main")
