"""Browsers to look at a center with."""

import pytest
from playwright.sync_api import expect, sync_playwright

from callcenter.demo.data import DEMO_PASSWORD
from tests.browser_install import chromium

# How fast something comes is for the benchmarks. Here it has to come, on a busy machine too, and
# still well before the slow polling would bring it.
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("There is no Chromium on this machine.")
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        running = playwright.chromium.launch(executable_path=path, args=quiet)
        yield running
        running.close()


@pytest.fixture
def open_page(browser, center):
    """A way to open pages in a browser of their own, which fails on anything a console reports."""
    contexts, complaints = [], []

    def open_at(path: str, **options):
        options = {"locale": "en-US", "viewport": {"width": 1366, "height": 768}} | options
        context = browser.new_context(**{"base_url": center.url} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if "base_url" not in options:  # A line that can be cut has things to complain about.
            page.on("console", lambda line: _note(line, complaints))
        home = options.get("base_url", center.url)
        page.on("request", lambda request: _stays_inside(request, home, complaints))
        page.goto(path)
        return page

    yield open_at
    # A request that is cut off because the page is closed is nobody's fault.
    heard = list(complaints)
    for context in contexts:
        context.close()
    assert heard == []


def _note(line, complaints) -> None:
    # A refusal (409) or a form sent back (400) is an answer, not a fault; nor is a request that is
    # cut off because somebody goes to another page.
    refused = "status of 4" in line.text or "Error Code 4" in line.text
    cut_off = line.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
    if line.type == "error" and not refused and not cut_off:
        complaints.append(line.text)


def _stays_inside(request, url, complaints) -> None:
    if not request.url.startswith((url, "data:", "blob:")):
        complaints.append(f"outside request: {request.url}")


@pytest.fixture
def signed_in(open_page):
    def sign_in(username: str, path: str, **options):
        page = open_page("/login/", **options)
        page.fill("[name=username]", username)
        page.fill("[name=password]", DEMO_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        page.goto(path)
        return page

    return sign_in


@pytest.fixture
def minas_desk(signed_in):
    """Mina's desk: live, and she is available."""
    page = signed_in("mina", "/desk/")
    page.wait_for_selector("[data-live-state][data-state=live]")
    page.keyboard.press("r")
    page.wait_for_selector(".presence.available")
    return page
