"""From a key to its results on the agent's screen, in a real browser.

A center with the demo's articles, as ``make demo`` has it; an agent signs in with Chromium and
types citizens' questions into the search box of the desk: Korean through real compositions, with
every state of the open syllable that a Korean keyboard shows (the browser's own
``Input.imeSetComposition``), and Latin letters key by key.

The clock starts with the time stamp that the browser gives the key, and stops after the frame in
which its results were painted. A key whose answer was overtaken by that of a later key counts until
the later one was painted. Keys that ask nothing (a lone consonant in a composition) do not count.
"""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from callcenter.bench.keyboard import states
from callcenter.bench.table import Found, Row, percentiles
from callcenter.demo.data import DEMO_PASSWORD
from callcenter.scratch import scratch_center

SEED, ANSWER_WITHIN = 120, 5_000
KOREAN = (
    *("수도요금 자동이체", "이사 가는데 수도 정산", "불법주차 신고하고 싶어요", "지하철 막차 시간"),
    *("대형폐기물 버리는 방법", "여권 재발급 준비물", "아기 예방접종 보건소", "장마철 침수 신고"),
    *("경로당 무더위쉼터", "따릉이 반납 안돼요", "자동차세 납부 기한", "층간소음 상담"),
)
LATIN = (
    *("water bill", "bulky waste", "illegal parking", "last subway", "passport"),
    *("public bike", "tnehdyrma", "property tax", "vaccination", "lost on the bus"),
)
KINDS = {"Korean, composed": KOREAN, "Latin letters": LATIN}
WHOLE = "key to painted result"
PARTS = {
    WHOLE: ("at", "painted"),
    "key to question sent": ("at", "asked"),
    "question sent to answer in the page": ("asked", "found"),
    "answer in the page to painted": ("found", "painted"),
}

# Written into the page before it loads: when each key came, asked, was answered, was painted.
_WATCH = """() => {
  const keys = window.benchKeys = [];
  let pressed = 0;
  const isOurs = (event) => event.target.id === "search";
  addEventListener("keydown", (event) => { if (isOurs(event)) pressed = event.timeStamp; }, true);
  addEventListener("input", (event) => {
    if (!isOurs(event)) return;
    const at = event.timeStamp - pressed < 50 ? pressed : event.timeStamp;
    keys.push({ at, query: event.target.value.trim() });
  }, true);
  const fetched = window.fetch;
  window.fetch = (url, ...rest) => {
    const last = keys.at(-1);
    if (last && String(url).includes("/desk/find/")) last.asked ??= performance.now();
    return fetched(url, ...rest);
  };
  const afterPaint = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });
  addEventListener("found", ({ detail }) => {
    const found = performance.now();
    const upTo = keys.findLastIndex((key) => key.asked && key.query === detail.query);
    const these = keys.slice(0, upTo + 1).filter((key) => key.asked && !key.found);
    for (const key of these) key.found = found;
    afterPaint(() => { for (const key of these) key.painted = performance.now(); });
  });
}"""


class NoBrowser(RuntimeError):
    """Playwright or Chromium is missing."""


@dataclass(frozen=True)
class Knobs:
    """``pause`` is the usual time between two keys, ``aim`` the p95, both in milliseconds."""

    rounds: int = 3
    pause: int = 120
    aim: int = 100
    web_processes: int = 1


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    try:
        keys = _typed(tell, folder, knobs)
    except NoBrowser as missing:
        none = {"from … to": WHOLE, "typed": "-", "keys": 0}
        return Found(asdict(knobs), [none], [f"NOT MEASURED: {missing}"])
    rows = [_row(kind, part, some) for kind, some in keys.items() for part in PARTS]
    totals = {"keys": sum(map(len, keys.values()))}
    return Found(asdict(knobs), rows, _notes(rows, keys, knobs), totals)


def _typed(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> dict[str, list[dict]]:
    """What became of every key, by the kind of typing."""
    with _browser() as browser:
        web = knobs.web_processes
        with scratch_center("bench_keystroke", folder=folder, web_processes=web) as center:
            desk = Desk(browser, center.url, random.Random(SEED), knobs.pause)
            # The first questions of a fresh center warm it up, as any morning does.
            for query in (KOREAN[0], LATIN[0]):
                desk.type(query)
            keys = {}
            for kind, queries in KINDS.items():
                tell(f"keystroke: {kind}, {len(queries)} questions, {knobs.rounds} times")
                keys[kind] = [
                    key for _ in range(knobs.rounds) for one in queries for key in desk.type(one)
                ]
    return keys


@contextmanager
def _browser() -> Iterator[Any]:
    """A running Chromium. Raises NoBrowser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser("playwright is not installed. Run: make install-dev") from None
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        raise NoBrowser("there is no Chromium on this machine (Debian's package: chromium).")
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        try:
            yield browser
        finally:
            browser.close()


class Desk:
    """An agent's desk in a browser, and the hands on its keyboard."""

    def __init__(self, browser: Any, url: str, chance: random.Random, pause: int) -> None:
        self._chance, self._pause = chance, pause
        self._page = page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.add_init_script(f"({_WATCH})()")
        page.goto(f"{url}/login/")
        page.fill("[name=username]", "mina")
        page.fill("[name=password]", DEMO_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_selector("#search")
        self._hand = page.context.new_cdp_session(page)

    def type(self, query: str) -> list[dict[str, float]]:
        """Type ``query`` as one does; what became of each key that asked something."""
        page = self._page
        page.focus("#search")
        page.fill("#search", "")
        page.wait_for_function("() => !document.querySelector('#results').childElementCount")
        page.evaluate("() => { benchKeys.length = 0; }")
        there = ""
        for committed, composing in states(query):
            self._wait()
            self._press(committed.removeprefix(there), composing)
            there = committed
        every = "() => benchKeys.filter((key) => key.asked).every((key) => key.painted)"
        page.wait_for_function(every, timeout=ANSWER_WITHIN)
        return page.evaluate("() => benchKeys.filter((key) => key.asked)")

    def _press(self, written: str, composing: str) -> None:
        if written.isascii() and written:
            self._page.keyboard.press(written if written != " " else "Space")
        elif written:
            self._hand.send("Input.insertText", {"text": written})
        if composing:
            end = len(composing)
            place = {"selectionStart": end, "selectionEnd": end}
            self._hand.send("Input.imeSetComposition", {"text": composing, **place})

    def _wait(self) -> None:
        time.sleep(self._pause * self._chance.uniform(0.5, 1.5) / 1000)


def _row(kind: str, part: str, keys: list[dict[str, float]]) -> Row:
    begin, end = PARTS[part]
    seconds = [(key[end] - key[begin]) / 1000 for key in keys]
    longest = {"longest ms": round(1000 * max(seconds), 2)}
    return {"from … to": part, "typed": kind, "keys": len(keys)} | percentiles(seconds) | longest


def _notes(rows: list[Row], keys: dict[str, list], knobs: Knobs) -> list[str]:
    p95 = max(row["p95 ms"] for row in rows if row["from … to"] == WHOLE)
    verdict = "met" if p95 <= knobs.aim else "MISSED"
    return [
        "A frame lasts 16.7 ms: what is answered is painted with the next one.",
        f"Aim: p95 of {WHOLE} at most {knobs.aim} ms: {verdict} ({p95}).",
    ]
