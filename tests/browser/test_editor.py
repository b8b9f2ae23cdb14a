"""An article's life in a real browser: written, handed in, approved, found; and nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_numbers = count(1)

# What Word puts on the clipboard: a heading by its class, a list of typed bullets, a table.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal
{margin:0cm}</style></head><body lang=KO><!--StartFragment-->
<p class=MsoNormal style='font-size:16pt;mso-outline-level:1'><b>신청 방법<o:p></o:p></b></p>
<p class=MsoListParagraph style='text-indent:-20pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='font-family:Wingdings'><span style='mso-list:Ignore'>l<span
style='font:7.0pt "Times New Roman"'>&nbsp; </span></span></span><![endif]>주민센터 방문</p>
<p class=MsoListParagraph style='text-indent:-20pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='mso-list:Ignore'>l<span>&nbsp; </span></span><![endif]>인터넷</p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal>구분</p></td>
<td><p class=MsoNormal>금액</p></td></tr><tr><td><p class=MsoNormal><span
style='font-weight:bold'>가정용</span></p></td><td><p class=MsoNormal>580원</p></td></tr></table>
<script>document.title = "run"</script><img src="x" onerror="document.title = 'run'">
<!--EndFragment--></body></html>"""

PASTE = """([selector, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "plain");
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  document.querySelector(selector).focus();
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", event));
}"""


def kept(page) -> None:
    """The server has what was typed."""
    expect(page.locator("#draft-state")).to_contain_text(" saved, ")


def begin(page, title: str, body: str = "첫 문장입니다.") -> None:
    page.fill("[name=title]", title)
    page.fill("[name=body]", body)
    kept(page)
    page.wait_for_url("**/edit/")


@pytest.fixture
def title() -> str:
    return f"가로등 {next(_numbers)}번 민원 안내"


@pytest.fixture
def writing(signed_in):
    return signed_in("sora", "/knowledge/new/")


@pytest.fixture
def in_review(writing, title):
    """The address of a text that Sora has handed in."""
    begin(writing, title)
    writing.click("button[value=submit]")
    writing.wait_for_url("**/revisions/1/")
    return writing.url.partition("//")[2].partition("/")[2].join(["/", ""])


def test_what_is_written_handed_in_and_approved_is_found_at_the_desk(writing, signed_in, title):
    begin(writing, title)
    writing.press("[name=body]", "Control+End")
    writing.evaluate(PASTE, ["#id_body", WORD])
    text = writing.input_value("[name=body]")
    assert "- 주민센터 방문\n- 인터넷" in text
    assert "| 구분 | 금액 |\n| --- | --- |\n| **가정용** | 580원 |" in text
    assert not any(debris in text for debris in ("Mso", "<", "StartFragment", "mso-", "Ignore"))
    preview = writing.locator("#preview")
    expect(preview.locator("table td").first).to_have_text("가정용")
    expect(preview.locator("li")).to_have_count(2)
    writing.press("[name=body]", "Control+End")
    writing.click("[data-write=table]")
    expect(preview.locator("table")).to_have_count(2)
    assert not writing.title().startswith("run")
    writing.click("button[value=submit]")
    writing.wait_for_url("**/revisions/1/")
    path = writing.url[writing.url.index("/knowledge/") :]
    # Nobody finds it yet, and nobody approves what they wrote.
    assert writing.locator("form[action$='/approve/']").count() == 0
    desk = signed_in("mina", "/desk/")
    look_for(desk, title)
    assert title not in desk.inner_text(".knowledge")

    review = signed_in("jun", path)
    assert "580원" in review.inner_text("main")
    review.click("form[action$='/approve/'] .primary")
    review.wait_for_url(lambda url: "/revisions/" not in url)
    look_for(desk, title[:-3])
    expect(desk.locator(".knowledge")).to_contain_text(title)


def look_for(desk, words: str) -> None:
    with desk.expect_response("**/desk/find/**"):
        desk.fill("#search", words)
    desk.wait_for_timeout(100)


def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(in_review, signed_in):
    pages = [signed_in(who, in_review) for who in ("jun", "gyuri")]
    # Both have it open and press: the second press meets a text that is decided on.
    pages[0].click("form[action$='/approve/'] .primary")
    pages[0].wait_for_url(lambda url: "/revisions/" not in url)
    pages[1].click("form[action$='/approve/'] .primary")
    expect(pages[1].locator(".messages")).to_contain_text("has decided on this already")
    assert pages[1].locator("form[action$='/approve/']").count() == 0


def test_of_two_reviewers_in_the_same_moment_one_wins(in_review, signed_in, center):
    """Without a browser between: both requests are on their way together."""
    pages = [signed_in(who, in_review) for who in ("jun", "gyuri")]
    forms = [
        page.eval_on_selector(
            "form[action$='/approve/']", "form => [form.action, [...new FormData(form)]]"
        )
        for page in pages
    ]
    cookies = [{one["name"]: one["value"] for one in page.context.cookies()} for page in pages]

    import httpx

    def press(form, jar):
        with httpx.Client(cookies=jar, headers={"Referer": center.url}) as browser:
            return browser.post(form[0], data=dict(form[1])).headers["location"]

    with ThreadPoolExecutor(2) as both:
        places = list(both.map(press, forms, cookies))
    article = in_review.partition("revisions")[0]
    assert sorted(place == article for place in places) == [False, True]


def test_two_editors_of_one_draft_lose_nothing(writing, signed_in, title):
    begin(writing, title)
    other = signed_in("gyuri", writing.url)
    writing.fill("[name=body]", "소라가 쓴 문장입니다.")
    expect(writing.locator("[name=version]")).to_have_value("2")
    other.fill("[name=body]", "규리가 쓴 문장입니다.")
    expect(other.locator("[data-conflict] [role=alert]")).to_be_visible()
    assert other.input_value("[name=body]") == "규리가 쓴 문장입니다."
    assert "소라" in other.inner_text("[data-conflict]")
    other.click("button[value=over]")
    other.wait_for_url("**/edit/")
    assert other.input_value("[name=body]") == "규리가 쓴 문장입니다."
    # And Sora, who goes on typing, is told in her turn, with her words still there.
    writing.fill("[name=body]", "소라가 이어서 씁니다.")
    expect(writing.locator("[data-conflict] [role=alert]")).to_be_visible()
    assert writing.input_value("[name=body]") == "소라가 이어서 씁니다."
    writing.click("[data-drops]")
    writing.wait_for_load_state()
    assert writing.input_value("[name=body]") == "규리가 쓴 문장입니다."


def test_what_was_typed_without_a_connection_is_saved_when_it_is_back(signed_in, center, title):
    # With an address of its own the page may complain of the line that is cut.
    writing = signed_in("sora", "/knowledge/new/", base_url=center.url)
    begin(writing, title)
    writing.context.set_offline(True)
    writing.fill("[name=body]", "연결이 없을 때 쓴 문장")
    expect(writing.locator("#draft-state")).to_contain_text("No connection")
    writing.context.set_offline(False)
    kept(writing)
    writing.reload()
    assert writing.input_value("[name=body]") == "연결이 없을 때 쓴 문장"


def test_what_is_sent_back_says_why_where_it_is_mended(in_review, signed_in, writing):
    review = signed_in("jun", in_review)
    review.click("button[formaction$='/send-back/']")
    review.wait_for_selector("#comment_error")
    review.fill("[name=comment]", "접수 번호가 빠졌습니다.")
    review.click("button[formaction$='/send-back/']")
    review.wait_for_url("**/to-do/")
    writing.goto("/knowledge/to-do/")
    assert "접수 번호가 빠졌습니다." in writing.inner_text("main")
    writing.goto(in_review.partition("revisions")[0] + "edit/")
    assert "접수 번호가 빠졌습니다." in writing.inner_text(".notice.warn")


def test_a_file_comes_in_after_a_look_at_what_it_changes(signed_in, tmp_path):
    rows = "".join(f"browser-{n},{n}번 가져온 글,본문\n" for n in range(90))
    path = tmp_path / "articles.csv"
    path.write_bytes(("external_id,title,body\n" + rows + "bad,,본문\n").encode("cp949"))
    page = signed_in("sora", "/knowledge/import/")
    page.set_input_files("[name=file]", path)
    page.click("form[enctype] .primary")
    page.wait_for_selector("#going")
    assert "Line 92" in page.inner_text("main")
    page.click("#going .primary")
    expect(page.locator("#going h2")).to_contain_text("90 articles handed in", timeout=30_000)
