"""A whole center of its own: web, worker and beat on their own database, and its telephone."""

from datetime import datetime

import httpx
import pytest

from callcenter.scratch import scratch_center
from tests.snapshot import Snapshot

_PRINT_KEY = "from django.conf import settings; print(settings.TELEPHONY_KEY)"


@pytest.fixture(scope="session")
def running_center(tmp_path_factory):
    """For tests in the xdist group "browser": one worker runs them all, one after the other."""
    with scratch_center("browser_tests", folder=tmp_path_factory.mktemp("center")) as running:
        database = running.environment["DATABASE_URL"]
        yield running, Snapshot(database, living=("callbacks_watcher",))


@pytest.fixture
def center(running_center):
    """The running center as on its first day: what other tests left behind is gone."""
    running, first_day = running_center
    first_day.restore()
    return running


@pytest.fixture
def telephone(center):
    """The telephone system: ``telephone(call_id, kind, …)`` sends an event; the answer."""
    key = center.manage("shell", "--no-imports", "-c", _PRINT_KEY)
    client = httpx.Client(base_url=center.url, headers={"Authorization": f"Api-Key {key}"})

    def send(call_id: str, kind: str, **fields):
        now = datetime.now().astimezone().isoformat()
        event = {"event_id": f"{call_id}-{kind}", "call_id": call_id, "type": kind, "at": now}
        answer = client.post("/api/v1/calls/events/", json=event | fields)
        answer.raise_for_status()
        return answer.json()

    yield send
    client.close()
