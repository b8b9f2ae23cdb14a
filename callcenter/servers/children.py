"""Starting a server so that it neither outlives us nor hears our terminal's Ctrl-C."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def dies_with_parent(signal_number: int) -> Callable[[], None]:
    """For ``preexec_fn``: the kernel sends ``signal_number`` when the parent is gone (Linux).

    Set after the change of user, which would clear it.
    """

    def prepare() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)

    return prepare


def start(
    argv: list[str],
    *,
    log: Path,
    on_orphaned: int = signal.SIGTERM,
    environment: dict[str, str] | None = None,
    user: int | None = None,
) -> subprocess.Popen:
    """Start ``argv`` in a session of its own, its output appended to ``log``."""
    as_user = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own programs
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/" if user is not None else None,
            start_new_session=True,
            preexec_fn=dies_with_parent(on_orphaned),
            **as_user,
        )


def stop(process: subprocess.Popen, signal_number: int, *, within: float) -> None:
    """Ask a process to end, and end it and its group when it does not ``within`` seconds."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            pass
    kill_group(process)


def kill_group(process: subprocess.Popen) -> None:
    """End whatever is left of a process's session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(ready: Callable[[], bool], *, process: subprocess.Popen, within: float) -> bool:
    """True as soon as ``ready``; False when the process ends or the seconds are over."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up and process.poll() is None:
        if ready():
            return True
        time.sleep(0.05)
    return False
