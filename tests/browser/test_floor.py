"""The floor and the wallboard in real browsers: live, steered while they move, and fitting."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WHY = "An emergency"
ID_OF_MINA = "from agents.models import User; print(User.objects.get(username='mina').pk)"
# Everything there is room for, with names and numbers as long as they come.
CROWDED = """
from datetime import timedelta
from agents.actions import queue, states
from agents.models import QueueEntry, User, Vendor
from callcenter import clock
from inquiries.models import Contact, Inquiry
from knowledgebase.models import Topic
for number in range(5):
    name = f"Haneulbit Customer Contact Services {number}"
    Vendor.objects.get_or_create(code=f"long-{number}", defaults={"name": name})
vendors = list(Vendor.objects.order_by("pk"))
for number in range(20):
    agent, _new = User.objects.get_or_create(
        username=f"crowd{number}", defaults={"display_name": f"Maximiliane Nagasawa-Lee {number}"}
    )
    User.objects.filter(pk=agent.pk).update(vendor=vendors[number % len(vendors)])
    states.set_state(agent=agent, state="available")
topics = list(Topic.objects.exclude(parent=None))
for number in range(150):
    topic, kind = topics[number % len(topics)], ["call", "web", "callback"][number % 3]
    language = ["ko", "en", "zh", "ja"][number % 4]
    inquiry = Inquiry.objects.create(channel="phone", language=language, topic=topic)
    entry = queue.enqueue(
        kind=QueueEntry.Kind(kind), language=language, topic=topic.family, skills=["topic.none"],
        difficult=not number % 9, waiting_since=clock.now() - timedelta(seconds=4000 + number),
    )
    Contact.objects.create(inquiry=inquiry, entry=entry)
"""


@pytest.fixture
def floor_of(signed_in):
    """Open floors that are live, nothing waiting to begin with."""

    def live(username: str, path: str = "/floor/", **options):
        page = signed_in(username, path, **options)
        page.wait_for_selector("[data-live-state][data-state=live]")
        return page

    return live


@pytest.fixture
def minas_page(center):
    return f"/floor/people/{center.manage('shell', '--no-imports', '-c', ID_OF_MINA)}/"


@pytest.fixture
def crowded(center):
    center.manage("shell", "--no-imports", "-c", CROWDED)


def arrive(telephone, call_id: str, number: str) -> None:
    # On the Japanese line, where nobody is.
    telephone(call_id, "arrived", **{"from": number, "to": "120-4"})


def line_of(page):
    return page.locator("tr[id^=waits-]")


def test_a_supervisor_pins_while_the_list_moves_and_another_sees_it(floor_of, telephone):
    for place in range(3):
        arrive(telephone, f"pin-{place}", f"010-5555-200{place}")
    jun, hana = floor_of("jun"), floor_of("hana")
    expect(line_of(jun)).to_have_count(3)
    last = line_of(jun).nth(2)
    entry = last.get_attribute("id")
    last.locator("summary").click()
    reason = jun.locator(f"#{entry} [name=reason]")
    expect(reason).to_be_focused()
    jun.keyboard.type(WHY[:6])
    # The list is refreshed under the open menu, twice, once with a row before it taken away.
    arrive(telephone, "pin-3", "010-5555-2003")
    expect(line_of(jun)).to_have_count(4)
    telephone("pin-0", "ended")
    expect(line_of(jun)).to_have_count(3)
    expect(reason).to_be_focused()
    jun.keyboard.type(WHY[6:])
    expect(reason).to_have_value(WHY)
    jun.locator(f"#{entry} button[value=pin]").click()
    expect(line_of(jun).first).to_have_attribute("id", entry)
    expect(line_of(jun).first).to_contain_text("Pinned")
    expect(jun.locator(".steer[open]")).to_have_count(0)
    expect(line_of(hana).first).to_have_attribute("id", entry)


def test_without_a_reason_the_browser_asks_for_it_and_escape_folds_the_menu(floor_of, telephone):
    arrive(telephone, "why-1", "010-5555-2010")
    jun = floor_of("jun")
    line_of(jun).first.locator("summary").click()
    jun.wait_for_selector(".sheet [name=reason]:focus")
    jun.keyboard.press("Enter")
    jun.click(".sheet button[value=end]")
    assert jun.locator(".sheet [name=reason]:invalid:focus").count() == 1
    jun.keyboard.press("Escape")
    expect(jun.locator(".steer[open]")).to_have_count(0)
    expect(line_of(jun).first.locator("summary")).to_be_focused()


def test_what_was_refused_is_said(floor_of, telephone):
    for place in range(2):
        arrive(telephone, f"gone-{place}", f"010-5555-202{place}")
    jun = floor_of("jun")
    line_of(jun).first.locator("summary").click()
    jun.fill(".sheet [name=reason]", WHY)
    jun.evaluate("document.querySelector('.sheet [name=other]').options[0].value = '999999'")
    jun.click(".sheet button[value=before]")
    assert "no longer in the line" in jun.wait_for_selector(".toasts .notice").inner_text()
    expect(jun.locator(".sheet [name=reason]")).to_have_value(WHY)


def test_a_person_is_moved_and_the_floor_sees_it(floor_of, minas_page):
    jun, floor = floor_of("jun", minas_page), floor_of("hana")
    jun.fill("#reason", WHY)
    jun.click("button[value='break:training']")
    jun.wait_for_selector(".now .presence.break")
    expect(jun.locator("#reason")).to_have_value("")
    expect(jun.locator("#person")).to_contain_text(WHY)
    mina = floor.locator(f".people a[href='{minas_page}']")
    expect(mina).to_be_visible()
    mina.click()
    floor.wait_for_url(re.compile(minas_page))
    jun.fill("#reason", WHY)
    jun.click("button[value=offline]")
    jun.wait_for_selector(".now .presence.offline")


def test_the_wall_moves_and_says_when_its_figures_are_old(floor_of, telephone, center):
    # With an address of its own, so that what is cut off may complain.
    wall = floor_of("jun", "/wall/", base_url=center.url)
    assert re.fullmatch(r"\d\d:\d\d", wall.inner_text("[data-clock=time]"))
    arrive(telephone, "wall-1", "010-5555-2030")
    waiting = wall.locator(".figure .value").first
    expect(waiting).to_have_text("1")
    expect(wall.locator(".old")).to_be_hidden()
    wall.route("**/wall/", lambda route: route.abort())
    expect(wall.locator(".old")).to_be_visible(timeout=15_000)
    wall.unroute("**/wall/")
    expect(wall.locator(".old")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_crowded_wall_fits_and_is_accessible(floor_of, crowded, scheme):
    wall = floor_of("jun", "/wall/", color_scheme=scheme)
    wall.wait_for_selector(".figure.bad")
    for width, height in [(1366, 768), (1920, 1080)]:
        wall.set_viewport_size({"width": width, "height": height})
        check(wall)
        assert wall.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        assert cut_off(wall) == []
    wall.set_viewport_size({"width": 320, "height": 640})
    check(wall)


def cut_off(wall) -> list[str]:
    """What does not fit into its box: nothing scrolls, so it would be lost."""
    return wall.evaluate(
        """() => [...document.querySelectorAll(".figure, .part")]
            .filter((box) => box.scrollHeight > box.clientHeight + 1
                          || box.scrollWidth > box.clientWidth + 1)
            .map((box) => box.innerText)"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_crowded_floor_and_a_person_are_accessible_and_fit_a_phone(
    floor_of, crowded, minas_page, scheme
):
    jun = floor_of("jun", color_scheme=scheme)
    line_of(jun).first.locator("summary").click()
    jun.wait_for_selector(".sheet [name=reason]")
    for width in (1366, 320):
        jun.set_viewport_size({"width": width, "height": 768})
        check(jun)
    jun.goto(minas_page)
    for width in (1366, 320):
        jun.set_viewport_size({"width": width, "height": 768})
        check(jun)
