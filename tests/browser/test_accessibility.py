"""axe finds nothing on any page, in any language, light or dark; and nothing sticks out."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CITIZEN = ["/", "/login/", "/nothing-here/"]
# Help pages have their language in their address.
HELP = ["/help/{}/", "/help/{}/?q=수도", "/help/{}/?topic=water", "/help/{}/{}/", "/help/{}/99999/"]
STAFF = [
    *(("mina", path) for path in ("/desk/", "/promises/", "/knowledge/")),
    *(("jun", path) for path in ("/floor/", "/wall/", "/reports/daily/")),
    *(("jun", path) for path in ("/reports/dictionary/", "/reports/surges/")),
    *(("jun", path) for path in ("/reports/daily/?span=month", "/reports/vendors/")),
    ("mina", "/reports/mine/"),
    *(("jun", path) for path in ("/promises/", "/handoffs/")),
    *((who, path) for who in ("jun", "sora") for path in ("/notices/", "/notices/new/")),
    ("jun", "/notices/templates/1/"),
    *((who, "/shifts/") for who in ("jun", "mina")),
    *(("sora", path) for path in ("/knowledge/new/",)),
]
# Lists, and one article and text in each of the states that the demo has.
KEEPING = [
    *(("sora", f"/knowledge/{name}/") for name in ("to-do", "gaps", "suspects", "feedback")),
    ("sora", "/knowledge/import/"),
    ("mina", "/knowledge/feedback/mine/"),
]


def check(page) -> None:
    found = Axe().run(page).response["violations"]
    told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ko", "en", "zh-hans", "ja"])
@pytest.mark.parametrize("path", CITIZEN)
def test_citizen_pages(open_page, path, language, scheme):
    narrow = {"width": 320, "height": 640}
    page = open_page("/", viewport=narrow, color_scheme=scheme)
    with page.expect_navigation():
        page.click(f"button[lang={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    page.goto(path)
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ko", "en", "zh", "ja"])
@pytest.mark.parametrize("path", HELP)
def test_help_pages(open_page, path, language, scheme):
    narrow = {"width": 320, "height": 640}
    page = open_page(f"/help/{language}/", viewport=narrow, color_scheme=scheme)
    answer = page.get_attribute(".answers a", "href").split("/")[-2]
    page.goto(path.format(language, answer))
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_with_results_and_one_of_them_read(signed_in, scheme):
    page = signed_in("mina", "/desk/", color_scheme=scheme)
    page.fill("#search", "수도요금")
    page.wait_for_selector("[data-result]")
    page.press("#search", "ArrowDown")
    page.press("#search", "ArrowRight")
    page.wait_for_selector("#reading:not([hidden])")
    check(page)


@pytest.mark.parametrize("path", ["/desk/", "/notices/", "/notices/new/?template=storm"])
def test_on_a_phone(signed_in, path):
    page = signed_in("jun", path, viewport={"width": 320, "height": 640})
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), STAFF)
def test_staff_pages(signed_in, who, path, scheme):
    page = signed_in(who, path, color_scheme=scheme)
    check(page)


NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), KEEPING)
def test_pages_of_the_knowledge_base_wide_and_on_a_phone(signed_in, who, path, scheme):
    page = signed_in(who, path, color_scheme=scheme)
    check(page)
    page.set_viewport_size(NARROW)
    check(page)
