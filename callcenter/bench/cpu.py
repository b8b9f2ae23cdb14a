"""Processor time: unlike time on the clock, not much changed by who else uses the machine."""

import os

import psutil


def of_process(pid: int) -> float:
    """Seconds of processor time that a process has had so far."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def ours(session) -> float:
    """Seconds that this process, and its database session (of psycopg2), have had so far."""
    return of_process(os.getpid()) + of_process(session.get_backend_pid())
