"""Our own PostgreSQL and Valkey (a Redis), from Python wheels, for a machine that has neither.

The same servers as in production, so there is one way to run this and no second dialect to test.
The first process that needs them starts them; later ones join. The starter leaves last: it waits
for those who joined. If it is killed, the servers go down with it.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.servers import postgres, valkey

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = ("DATABASE_URL", "REDIS_URL")
JOIN_WITHIN_SECONDS = 60


class ServersError(RuntimeError):
    """The servers cannot be had; the message says why and what to do."""


def var_folder() -> Path:
    """Where data, logs and secrets of this machine live: CALLCENTER_VAR, or ``var/`` here."""
    return Path(os.environ.get("CALLCENTER_VAR") or REPOSITORY / "var").resolve()


@contextmanager
def running(var: Path | None = None) -> Iterator[dict[str, str]]:
    """The environment that leads to working servers: given, joined, or started here.

    Raises ServersError when only one of DATABASE_URL and REDIS_URL is set, or a server of ours
    does not come up.
    """
    given = {name: os.environ[name] for name in ENVIRONMENT if os.environ.get(name)}
    if len(given) == 1:
        missing = next(name for name in ENVIRONMENT if name not in given)
        raise ServersError(f"{missing} is not set. Set both, or neither to use our own servers.")
    if given:
        yield given
        return
    with _embedded(var or var_folder()) as environment:
        yield environment


@contextmanager
def _embedded(var: Path) -> Iterator[dict[str, str]]:
    run = var / "run"
    run.mkdir(parents=True, exist_ok=True)
    state = run / "servers.json"
    # The kernel drops these locks with the process, so a crash leaves nothing to clean up.
    with (run / "starter.lock").open("w") as starter, (run / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _try_lock(starter):
            yield _join(state)
            return
        state.unlink(missing_ok=True)
        with _started(var) as environment:
            state.write_text(json.dumps(environment))
            try:
                yield environment
            finally:
                state.unlink(missing_ok=True)
                fcntl.flock(users, fcntl.LOCK_EX)


@contextmanager
def _started(var: Path) -> Iterator[dict[str, str]]:
    try:
        with postgres.running(var) as database_url, valkey.running(var) as redis_url:
            urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
            yield urls | {"CALLCENTER_EMBEDDED": "1", "CALLCENTER_VAR": str(var)}
    except (postgres.NotUp, valkey.NotUp) as error:
        raise ServersError(str(error)) from error


def _try_lock(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _join(state: Path) -> dict[str, str]:
    """The environment another process of ours has written, once its servers are up."""
    give_up = time.monotonic() + JOIN_WITHIN_SECONDS
    while time.monotonic() < give_up:
        if state.exists() and (text := state.read_text()):
            return json.loads(text)
        time.sleep(0.05)
    raise ServersError(f"Another process is starting the servers and is not done: see {state}.")
