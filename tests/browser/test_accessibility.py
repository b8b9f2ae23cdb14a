"""axe finds nothing on any page, in any language, light or dark; and nothing sticks out."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CITIZEN = ["/", "/login/", "/nothing-here/"]
STAFF = [
    *(("mina", path) for path in ("/desk/", "/promises/", "/knowledge/")),
    *(("jun", path) for path in ("/floor/", "/wall/", "/reports/daily/", "/reports/dictionary/")),
    *(("jun", path) for path in ("/promises/", "/handoffs/")),
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
    page.click(f"button[lang={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    page.goto(path)
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
