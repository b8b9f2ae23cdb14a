"""Our own servers: found again, joined, repaired after a crash, and gone when we are."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from callcenter import servers

HOLD = """
import pathlib, select, signal, sys
from callcenter.servers import running
# As on a terminal, also where the tests run in the background and no interrupt is heard.
signal.signal(signal.SIGINT, signal.default_int_handler)
with running(pathlib.Path(sys.argv[1])) as environment:
    print(environment["DATABASE_URL"], environment["REDIS_URL"], flush=True)
    # A signal that comes just before a read would be noticed after it: so no read without end.
    while not select.select([sys.stdin], [], [], 0.2)[0]:
        pass
"""


def hold(var) -> subprocess.Popen:
    """A process that holds servers for ``var`` until its standard input closes."""
    unset = dict.fromkeys(servers.ENVIRONMENT, "")
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    argv = [sys.executable, "-c", HOLD, str(var)]
    return subprocess.Popen(argv, env=os.environ | unset, **pipe)


def children_of(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_one_address_without_the_other_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://x")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(servers.ServersError, match="REDIS_URL"), servers.running(tmp_path):
        pass


def test_given_addresses_are_used_and_nothing_is_started(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://x")
    monkeypatch.setenv("REDIS_URL", "redis://y")
    with servers.running(tmp_path) as environment:
        assert environment == {"DATABASE_URL": "postgres://x", "REDIS_URL": "redis://y"}
    assert not list(tmp_path.iterdir())


def test_the_second_joins_the_first_who_leaves_last(tmp_path):
    first = hold(tmp_path)
    urls = first.stdout.readline()
    second = hold(tmp_path)
    assert second.stdout.readline() == urls
    first.stdin.close()
    with pytest.raises(subprocess.TimeoutExpired):
        first.wait(1)
    started = children_of(first)
    second.communicate()
    assert first.wait(60) == 0
    assert not [child for child in started if child.is_running()]


def test_a_killed_starter_takes_the_servers_along_and_the_next_one_repairs(tmp_path):
    first = hold(tmp_path)
    first.stdout.readline()
    started = children_of(first)
    assert {child.name() for child in started} >= {"postgres", "valkey-server"}
    first.kill()
    first.wait()
    _gone, alive = psutil.wait_procs(started, timeout=20)
    assert not alive
    again = hold(tmp_path)
    assert again.stdout.readline().startswith("postgres://")
    again.communicate()
    assert again.returncode == 0


def test_the_terminals_interrupt_does_not_reach_the_servers(tmp_path):
    first = hold(tmp_path)
    first.stdout.readline()
    groups = {os.getpgid(child.pid) for child in children_of(first)}
    assert os.getpgid(first.pid) not in groups
    first.send_signal(signal.SIGINT)
    started = time.monotonic()
    first.wait(60)
    assert time.monotonic() - started < 20
