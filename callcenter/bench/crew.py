"""Other processes of ours that take part in a benchmark.

A part is a function at the top of a module; it takes and returns what JSON can hold. It runs in
a process of its own, in the environment of the center it works on. All wait until the last one
is ready, and begin together.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callcenter.servers import children

READY_WITHIN_SECONDS = 120
Part = Callable[..., Any]
Said = dict[str, Any]


@dataclass(frozen=True)
class Hand:
    """One process at work; its files are ``<stem>.said``, ``.ready``, ``.result`` and ``.log``."""

    process: subprocess.Popen
    stem: Path

    def file(self, kind: str) -> Path:
        return self.stem.with_suffix(f".{kind}")


@dataclass(frozen=True)
class Crew:
    hands: list[Hand]

    def results(self, *, within: float, tell: Callable[[str], None] | None = None) -> list[Any]:
        """What each part returned, in order. Raises RuntimeError when one failed or took longer.

        ``tell`` hears the lines that the first one prints meanwhile.
        """
        give_up, told = time.monotonic() + within, 0
        while any(hand.process.poll() is None for hand in self.hands):
            if time.monotonic() > give_up:
                raise RuntimeError(f"{self.hands[0].stem.name} is not done in {within:.0f} s.")
            self.check()
            if tell:
                told = self._pass_on(tell, told)
            time.sleep(0.05)
        self.check()
        return [json.loads(hand.file("result").read_text()) for hand in self.hands]

    def _pass_on(self, tell: Callable[[str], None], told: int) -> int:
        """Tell the whole lines of the first one's log from the place ``told``; the new place."""
        log = self.hands[0].file("log").read_text()[told:]
        whole = log[: log.rfind("\n") + 1]
        for line in whole.splitlines():
            tell(line)
        return told + len(whole)

    def check(self) -> None:
        """Raises RuntimeError with the end of its log when a part has failed."""
        for hand in self.hands:
            if hand.process.poll():
                raise RuntimeError(f"{hand.stem.name}: {hand.file('log').read_text()[-3000:]}")


@contextmanager
def at_work(
    part: Part, said: Sequence[Said], *, environment: Mapping[str, str], folder: Path
) -> Iterator[Crew]:
    """``part`` once for each of ``said``, all begun together; ended at the latest with the block.

    Their files go to ``folder``.
    """
    go = folder / f"{part.__name__}-{time.monotonic_ns()}.go"
    hands = [
        _start(part, one, go, go.with_name(f"{go.stem}-{number}"), environment)
        for number, one in enumerate(said)
    ]
    crew = Crew(hands)
    try:
        _wait_until_ready(crew)
        go.touch()
        yield crew
    finally:
        for hand in hands:
            children.stop(hand.process, signal.SIGTERM, within=5)


def run(part: Part, *, environment: Mapping[str, str], folder: Path, **said: Any) -> Any:
    """``part`` in one process of its own; what it returned."""
    with at_work(part, [said], environment=environment, folder=folder) as crew:
        return crew.results(within=1800)[0]


def _start(part: Part, said: Said, go: Path, stem: Path, environment: Mapping[str, str]) -> Hand:
    # In a file: what a process is told may be longer than a command line.
    stem.with_suffix(".said").write_text(json.dumps(said))
    name = f"{part.__module__}:{part.__name__}"
    argv = [sys.executable, "-m", "callcenter.bench.crew", name, str(go), str(stem)]
    log = stem.with_suffix(".log")
    return Hand(children.start(argv, log=log, environment=os.environ | environment), stem)


def _wait_until_ready(crew: Crew) -> None:
    give_up = time.monotonic() + READY_WITHIN_SECONDS
    while not all(hand.file("ready").exists() for hand in crew.hands):
        crew.check()
        if time.monotonic() > give_up:
            raise RuntimeError(f"{crew.hands[0].stem.name} did not get ready.")
        time.sleep(0.02)


def _work(name: str, go: str, stem: str) -> None:
    """What the process of a hand does."""
    import django

    django.setup()
    module, _colon, function = name.partition(":")
    part = getattr(importlib.import_module(module), function)
    files = Path(stem)
    said = json.loads(files.with_suffix(".said").read_text())
    files.with_suffix(".ready").touch()
    while not Path(go).exists():
        time.sleep(0.005)
    result = json.dumps(part(**said))
    files.with_suffix(".result").write_text(result)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
    _work(*sys.argv[1:])
