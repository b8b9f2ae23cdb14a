"""The search box at the desk: half-written syllables, answers that come late, the keyboard."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROWS = "#results [data-result]"
# How some systems tell of an arrow that also ends a syllable.
PRESSED_TWICE = """() => {
    for (const one of [{ key: "Process", isComposing: true }, { key: "ArrowDown" }]) {
        const how = { code: "ArrowDown", bubbles: true, cancelable: true, ...one };
        document.getElementById("search").dispatchEvent(new KeyboardEvent("keydown", how));
    }
}"""
CHOSEN = f"{ROWS}[aria-selected=true]"


@pytest.fixture
def desk(signed_in):
    page = signed_in("mina", "/desk/")
    page.wait_for_selector("[data-live-state][data-state=live]")
    return searching(page)


def searching(page):
    """With the caret in the search box, and the questions it asks written down."""
    page.asked = []
    page.on("request", lambda request: _note(request.url, page.asked))
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.id === 'search'")
    page.hand = page.context.new_cdp_session(page)
    return page


def _note(url: str, asked: list[str]) -> None:
    if "/desk/find/" in url:
        asked.append(url)


def compose(page, *steps: str) -> None:
    """What a Korean keyboard shows of the open syllable, step by step."""
    for step in steps:
        ends = {"selectionStart": len(step), "selectionEnd": len(step)}
        page.hand.send("Input.imeSetComposition", {"text": step, **ends})


def commit(page, text: str) -> None:
    page.hand.send("Input.insertText", {"text": text})


def answered(page, query: str) -> None:
    """Until the list on the screen is the answer to ``query``."""
    page.wait_for_function("q => document.querySelector('#results').dataset.query === q", arg=query)


def queries(page) -> list[str]:
    return [page.evaluate("u => new URL(u).searchParams.get('q')", url) for url in page.asked]


def test_a_lone_consonant_in_a_composition_asks_nothing_and_half_a_word_finds(desk):
    compose(desk, "ㅅ")
    desk.wait_for_timeout(150)
    assert queries(desk) == []
    compose(desk, "수")
    answered(desk, "수")
    commit(desk, "수")
    compose(desk, "ㄷ")
    answered(desk, "수ㄷ")
    expect(desk.locator(ROWS).first).to_contain_text("수도")
    assert queries(desk) == ["수", "수ㄷ"]


def test_the_final_consonant_of_an_open_syllable_may_begin_the_next(desk):
    compose(desk, "ㅅ", "수", "숟")
    answered(desk, "숟")
    # 수당 begins like that as well.
    expect(desk.locator(ROWS).first.locator(".title")).to_contain_text(re.compile("수도|수당"))
    expect(desk.locator(ROWS).filter(has_text="수도")).not_to_have_count(0)
    assert "open=1" in desk.asked[-1]


def test_a_word_begun_after_a_space_waits_for_its_first_syllable(desk):
    commit(desk, "수도요금 ")
    answered(desk, "수도요금")
    compose(desk, "ㄴ")
    desk.wait_for_timeout(150)
    assert queries(desk) == ["수도요금"]
    compose(desk, "나")
    answered(desk, "수도요금 나")


def test_latin_letters_on_their_way_to_chinese_ask_nothing(desk):
    compose(desk, "s", "sh", "shui")
    desk.wait_for_timeout(150)
    assert queries(desk) == []
    commit(desk, "水费")
    answered(desk, "水费")
    assert queries(desk) == ["水费"]


def test_what_was_found_stays_until_something_better_comes(desk):
    compose(desk, "수")
    answered(desk, "수")
    before = desk.locator(ROWS).count()
    with desk.expect_response("**/desk/find/**"):
        compose(desk, "쀍")
    desk.wait_for_timeout(100)
    assert queries(desk)[-1] == "쀍"
    assert desk.get_attribute("#results", "data-query") == "수"
    assert desk.locator(ROWS).count() == before > 0
    commit(desk, "쀍")
    answered(desk, "쀍")
    assert desk.locator(ROWS).count() == 0
    expect(desk.locator("#found")).to_contain_text(re.compile("Nothing found|찾지 못|없"))
    desk.fill("#search", "")
    answered(desk, "")
    assert desk.locator(ROWS).count() == 0


def test_an_answer_that_comes_too_late_is_dropped(desk):
    held = []

    def hold(route):
        held.append(route)

    desk.route("**/desk/find/?q=%EC%88%98%EB%8F%84", hold)
    desk.fill("#search", "수도")
    desk.wait_for_timeout(50)
    desk.fill("#search", "주차")
    answered(desk, "주차")
    first = desk.locator(ROWS).first.inner_text()
    for route in held:
        route.continue_()
    desk.wait_for_timeout(200)
    assert desk.get_attribute("#results", "data-query") == "주차"
    assert desk.locator(ROWS).first.inner_text() == first


def test_the_line_is_cut_and_the_question_is_asked_again(signed_in, center):
    # A page of its own: a line that is cut has things to complain about.
    desk = searching(signed_in("mina", "/desk/", base_url=center.url))
    desk.route("**/desk/find/**", lambda route: route.abort())
    desk.fill("#search", "수도요금")
    expect(desk.locator("#found")).to_contain_text(re.compile("No answer yet|응답"))
    desk.unroute("**/desk/find/**")
    answered(desk, "수도요금")
    assert desk.locator(ROWS).count() > 0


def test_arrows_choose_while_the_focus_stays_in_the_field(desk):
    commit(desk, "수도요금")
    answered(desk, "수도요금")
    expect(desk.locator("#search")).to_have_attribute("aria-expanded", "true")
    assert desk.locator(CHOSEN).count() == 0
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    row = desk.locator(CHOSEN)
    assert desk.get_attribute("#search", "aria-activedescendant") == row.get_attribute("id")
    assert row.get_attribute("id") == desk.locator(ROWS).nth(1).get_attribute("id")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("ArrowUp")
    assert desk.locator(CHOSEN).count() == 0
    desk.keyboard.press("ArrowUp")
    last = desk.locator(ROWS).last.get_attribute("id")
    assert desk.locator(CHOSEN).get_attribute("id") == last
    assert desk.evaluate("document.activeElement.id") == "search"


def test_an_arrow_moves_though_the_last_syllable_is_open(desk):
    commit(desk, "수도요")
    compose(desk, "금")
    answered(desk, "수도요금")
    desk.evaluate(PRESSED_TWICE)
    first = desk.locator(ROWS).first.get_attribute("id")
    assert desk.locator(CHOSEN).get_attribute("id") == first


def test_reading_and_closing_by_keyboard(desk):
    commit(desk, "수도요금")
    answered(desk, "수도요금")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowRight")
    desk.wait_for_selector("#reading:not([hidden])")
    title = desk.inner_text(f"{CHOSEN} .title")
    assert desk.inner_text("#reading h3") == title
    desk.keyboard.press("ArrowDown")
    other = desk.inner_text(f"{CHOSEN} .title")
    expect(desk.locator("#reading h3")).to_have_text(other)
    desk.keyboard.press("ArrowLeft")
    assert desk.is_hidden("#reading")
    desk.keyboard.press("Escape")
    assert desk.locator(CHOSEN).count() == 0
    assert desk.evaluate("document.activeElement.id") == "search"
    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement === document.body")


def test_the_answer_is_copied_to_read_it_aloud(desk):
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    commit(desk, "수도요금")
    answered(desk, "수도요금")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Alt+s")
    expect(desk.locator(f"{CHOSEN} [data-copied]")).to_be_visible()
    expect(desk.locator("#did")).not_to_be_empty()
    aloud = desk.text_content(f"{CHOSEN} [data-aloud]")
    assert desk.evaluate("navigator.clipboard.readText()") == aloud
    assert desk.input_value("#search") == "수도요금"


def test_a_key_opens_the_article_on_its_page(desk):
    commit(desk, "수도요금")
    answered(desk, "수도요금")
    desk.keyboard.press("ArrowDown")
    number = desk.get_attribute(CHOSEN, "data-article")
    with desk.context.expect_page() as opened:
        desk.keyboard.press("Alt+v")
    assert opened.value.url.endswith(f"/knowledge/{number}/")
    assert desk.url.endswith("/desk/")


def test_hits_are_marked_in_title_and_text(desk):
    commit(desk, "수도요금")
    answered(desk, "수도요금")
    assert desk.locator(f"{ROWS} .title mark").count() > 0
    assert desk.locator(f"{ROWS} .snippet mark").count() > 0


def test_typing_does_not_push_the_desk_about(desk):
    places = """() => ["#search", ".presence-bar", ".side"].map(
        (part) => document.querySelector(part).getBoundingClientRect().top)"""
    before = desk.evaluate(places)
    commit(desk, "수도요금")
    answered(desk, "수도요금")
    desk.keyboard.press("ArrowDown")
    assert desk.evaluate(places) == before


def test_the_list_of_articles_finds_while_one_types(signed_in):
    page = signed_in("mina", "/knowledge/")
    page.fill("#q", "수도요금")
    expect(page.locator("#articles")).to_have_attribute("data-query", "수도요금")
    expect(page.locator("#articles li").first).to_contain_text("수도요금")
    page.fill("#q", "")
    page.wait_for_selector("#articles table")
