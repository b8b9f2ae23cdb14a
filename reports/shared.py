"""One answer for everybody who asks at the same time."""

from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")
# Everybody who heard a push has asked by then; later the number may come again, of another push.
_KNOWN_SECONDS = 10


class Shared(Generic[T]):
    """What ``make`` returns, made once for all threads of this process.

    Twenty wallboards that fetch when the floor moves would ask the database the same thing twenty
    times. Here the first one asks, the others wait for its answer, and it serves whoever comes
    within ``seconds``. So there is at most one computation at a time, about one in ``seconds``,
    and nobody gets an answer that was begun longer than that before they asked.

    Age alone is not enough: the push that tells of a change may find an answer begun just before
    it, and no other push follows. A page therefore names the number of the push it heard. The
    first to bring a number has a new answer made, all others with the same number share it.

    What is kept must be the same for everybody: rights and language belong to the rendering
    (``Once``).
    """

    def __init__(self, make: Callable[[], T], *, seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._lock = Lock()
        self._kept: tuple[float, T] | None = None
        self._heard: dict[str, float] = {}

    def get(self, heard: str = "") -> T:
        """An answer young enough, and begun after the push number ``heard`` was first named."""
        now = monotonic()
        young_enough = now - self._seconds
        if not heard:
            return self._begun_since(young_enough)
        return self._begun_since(max(young_enough, self._first_named(heard, now)))

    def renewed(self) -> T:
        """An answer begun after this call: it shows what the caller has just committed."""
        return self._begun_since(monotonic())

    def forget(self) -> None:
        """As if nobody had asked yet."""
        self._kept, self._heard = None, {}

    def _first_named(self, heard: str, now: float) -> float:
        recent = {number: at for number, at in self._heard.items() if at > now - _KNOWN_SECONDS}
        recent.setdefault(heard, now)
        self._heard = recent
        return recent[heard]

    def _begun_since(self, moment: float) -> T:
        kept = self._kept
        if kept is None or kept[0] < moment:
            with self._lock:
                # Who held the lock may have made one for us, too.
                kept = self._kept
                if kept is None or kept[0] < moment:
                    kept = self._kept = (monotonic(), self._make())
        return kept[1]


class Once(Generic[T]):
    """What is made of one answer, by name: each made once, however many threads want it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[Hashable, T] = {}

    def get(self, name: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]
