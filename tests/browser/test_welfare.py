"""An elder who does not answer: her son, the community center, and an alarm if nobody acts."""

import os
import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import check as accessible
from tests.people import a_photo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Her call was planned for an hour and a half ago; little is left until there must be an outcome.
COMES_DUE = """
from datetime import timedelta
from agents.models import User
from callbacks.actions import welfare_people
from callbacks.actions.welfare_people import Place
from callbacks.models import Check, Round
from callcenter import clock
User.objects.filter(username="jun").update(email="jun@city.example")
ladder = [
    Place("self", "010-7777-0001"),
    Place("guardian", "010-7777-0002", "Her son"),
    Place("center", "02-2133-7777", "Community center"),
]
person = welfare_people.add_person(
    actor=None, ladder=ladder, name="Oh Soon-ja", days=list(range(7)), times=[0], risk="high",
    notes="Speak slowly. She calls her cat Nabi.", address="12 Happy Road",
)
welfare_people.give_consent(
    person_id=person.pk, actor=None, given_by="self", given_name="Oh Soon-ja", how="On paper"
)
now = clock.now()
Check.objects.create(
    person=person, planned_for=now - timedelta(minutes=90), due_at=now,
    deadline_at=now + timedelta(seconds=25),
)
print(person.pk)
"""
MAILS = """
from callbacks.models import Mail
sent = Mail.objects.filter(about__startswith="alarm", sent_at__isnull=False)
print(*[mail.to[0] for mail in sent])
"""


def test_an_elder_who_does_not_answer(signed_in, center):
    desk = signed_in("mina", "/desk/")
    desk.wait_for_selector("[data-live-state][data-state=live]")
    supervisor = signed_in("jun", "/knowledge/")
    supervisor.wait_for_selector("[data-live-state][data-state=live]")
    person = center.manage("shell", "--no-imports", "-c", COMES_DUE)
    desk.keyboard.press("r")
    desk.wait_for_selector(".offer", timeout=15_000)
    assert "Oh Soon-ja" not in desk.inner_text("body")
    desk.keyboard.press("a")

    # How to speak with her, and whom to call: she first.
    card = desk.locator(".welfare-card")
    expect(card).to_contain_text("Speak slowly.")
    expect(card.locator("[aria-current]")).to_contain_text("010-7777-0001")
    accessible(desk)
    if folder := os.environ.get("SHOTS"):
        desk.screenshot(path=f"{folder}/card.png")
    desk.keyboard.press("u")
    expect(card.locator("[aria-current]")).to_contain_text("Her son")
    desk.keyboard.press("u")
    expect(card.locator("[aria-current]")).to_contain_text("Community center")
    expect(card.locator(".tried li")).to_have_count(2)

    # Now nobody does anything, and those who bring work in are dead: the watcher is not.
    for name in ("worker", "beat"):
        os.kill(center.service(name).process.pid, signal.SIGKILL)
    alarm = supervisor.locator(".board .alarm")
    expect(alarm).to_contain_text("Oh Soon-ja", timeout=45_000)
    assert "Oh Soon-ja" not in desk.locator("#board").inner_text()
    accessible(supervisor)
    assert center.manage("shell", "--no-imports", "-c", MAILS) == "jun@city.example"

    # It stays on whatever page, until somebody says what they do about it.
    supervisor.goto(f"/welfare/people/{person}/")
    supervisor.wait_for_selector(".board .alarm")
    supervisor.fill(".board [name=words]", "I send the neighbours.")
    supervisor.click(".board .alarm button")
    expect(alarm).to_have_count(0)

    # The agent hears from the center after all, and writes it down.
    desk.keyboard.press("m")
    desk.keyboard.type("She was at the market.")
    desk.keyboard.press("Escape")
    desk.keyboard.press("f")
    desk.wait_for_selector(".presence.wrap_up")
    supervisor.reload()
    history = supervisor.locator("section", has=supervisor.locator("#history"))
    expect(history).to_contain_text("She was at the market.")


def test_a_person_is_added_agrees_and_withdraws(signed_in):
    page = signed_in("jun", "/welfare/people/new/", viewport={"width": 320, "height": 740})
    page.fill("[name=name]", "Ko Young-ho")
    page.click("main form button.primary")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("[name=name]") == "Ko Young-ho"
    for day in page.locator("[name=days]").all():
        day.check()
    page.fill("[name=times]", "09:00, 18:30")
    page.fill("[name=phone_0]", "010-7777-1001")
    page.fill("[name=contact_1]", "His daughter")
    page.fill("[name=phone_1]", "010-7777-1002")
    page.click("main form button.primary")
    page.wait_for_url(re.compile(r"/people/\d+/$"))
    accessible(page)
    page.fill("[name=given_name]", "Ko Young-ho")
    page.fill("[name=how]", "On paper")
    page.click("main form[action$='/consent/'] button")
    page.wait_for_selector("main .badge.ok")
    page.click("main summary.danger")
    page.fill("[name=because]", "He would rather not.")
    page.click("main form[action$='/withdraw/'] button")
    page.wait_for_selector("form[action$='/consent/'] button")
    assert page.locator("form[action$='/withdraw/']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "people/", "people/new/", "hand-over/"])
def test_pages_of_the_rounds_are_accessible_and_fit(signed_in, path, scheme):
    narrow = {"width": 320, "height": 740}
    accessible(signed_in("jun", f"/welfare/{path}", viewport=narrow, color_scheme=scheme))


def test_an_alert_is_on_every_desk_within_a_second_and_seen_in_two_keys(
    signed_in,
):
    desk = signed_in("mina", "/desk/")
    desk.wait_for_selector("[data-live-state][data-state=live]")
    supervisor = signed_in("jun", "/alerts/")
    supervisor.fill("[name=name]", "Bae Chul-su")
    supervisor.fill("[name=description]", "A grey coat, walks with a stick.")
    supervisor.fill("[name=police_reference]", "2026-17")
    supervisor.fill("[name=sightings_to]", "police@city.example")
    picture = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": a_photo().read()}
    supervisor.set_input_files("[name=photo]", picture)
    supervisor.click("main form[enctype] button.primary")
    supervisor.wait_for_selector(".alert-line")
    alert = desk.locator("#board .alert")
    expect(alert).to_contain_text("A grey coat")
    expect(alert.locator("img")).to_be_visible()
    assert alert.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    accessible(desk)
    accessible(supervisor)

    desk.keyboard.press("i")
    desk.keyboard.type("Bus stop 12, just now")
    desk.keyboard.press("Enter")
    expect(alert.locator(".badge")).to_be_visible()
    supervisor.reload()
    row = supervisor.locator("section", has=supervisor.locator("#sightings")).locator("tbody tr")
    expect(row).to_contain_text("Bus stop 12, just now")

    supervisor.click(".alert-line summary")
    supervisor.click(".alert-line button[value=found]")
    expect(alert).to_have_count(0)
    supervisor.click("form[action$='/undo/'] button")
    expect(alert).to_have_count(1)
    supervisor.click(".alert-line summary")
    supervisor.click(".alert-line button[value=mistake]")
    expect(alert).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_alerts_is_accessible_and_fits(signed_in, scheme):
    narrow = {"width": 320, "height": 740}
    accessible(signed_in("jun", "/alerts/", viewport=narrow, color_scheme=scheme))
