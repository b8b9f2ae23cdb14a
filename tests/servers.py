"""Real servers for every test: PostgreSQL and Valkey of our own, started once for the run.

A plugin rather than a conftest, because Django's settings are read before any conftest is. The
workers of pytest-xdist inherit the environment of the process that started them.
"""

import os
from contextlib import ExitStack

from callcenter.servers import running, var_folder

_servers = ExitStack()
# Playwright keeps an event loop running in its worker, where other tests use the database too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Tests run at any hour; those about the quiet ones say so themselves.
os.environ["QUIET_FROM_HOUR"] = os.environ["QUIET_UNTIL_HOUR"] = "0"
os.environ.update(_servers.enter_context(running(var_folder() / "test")))


def pytest_unconfigure():
    _servers.close()
