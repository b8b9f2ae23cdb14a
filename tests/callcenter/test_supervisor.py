"""The supervisor: runs, restarts, and leaves nothing behind. Real processes."""

import os
import signal
import subprocess
import sys
import time

import psutil

from callcenter.supervisor import Service, supervised

SLEEP = "import time; time.sleep(60)"
FAMILY = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{SLEEP}'])"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def wait_for(condition, seconds=10):
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_what_is_killed_is_started_again(tmp_path):
    service = Service("sleeper", python(SLEEP))
    with supervised([service], logs=tmp_path) as supervisor:
        told = []
        supervisor.tell = told.append
        first = service.process.pid
        time.sleep(1.1)
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: service.process.pid != first)
        assert told == ["sleeper ended (-9); starting it again."]


def test_stopping_leaves_no_process_not_even_a_grandchild(tmp_path):
    service = Service("family", python(FAMILY))
    with supervised([service], logs=tmp_path):
        parent = psutil.Process(service.process.pid)
        assert wait_for(parent.children)
        everyone = [parent, *parent.children()]
    _gone, alive = psutil.wait_procs(everyone, timeout=5)
    assert not alive


def test_output_goes_to_a_log_of_its_own(tmp_path):
    with supervised([Service("talker", python("print('hello')"))], logs=tmp_path):
        assert wait_for(lambda: "hello" in (tmp_path / "talker.log").read_text())


def test_services_do_not_outlive_a_killed_supervisor(tmp_path):
    code = (
        "import pathlib, sys, time\n"
        "from callcenter.supervisor import Service, Supervisor\n"
        f"s = Service('sleeper', [sys.executable, '-c', {SLEEP!r}])\n"
        f"Supervisor([s], logs=pathlib.Path({str(tmp_path)!r})).start()\n"
        "print(s.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    _gone, alive = psutil.wait_procs([child], timeout=10)
    assert not alive
