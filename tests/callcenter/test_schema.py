"""The API against its own description: whatever is sent, no door breaks."""

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from rest_framework.authtoken.models import Token
from schemathesis import checks

from callcenter.asgi import pages
from tests.people import available, call_arrives

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key_for(mina, jun):
    """Who asks: the telephone system at its door, a supervisor for reports, else an agent."""
    available(mina)
    call_arrives()
    agent, supervisor = (Token.objects.create(user=user).key for user in (mina, jun))
    keys = {"calls": f"Api-Key {django_settings.TELEPHONY_KEY}", "reports": f"Token {supervisor}"}
    return lambda path: keys.get(path.removeprefix("/api/v1/").split("/")[0], f"Token {agent}")


def test_no_door_breaks_whatever_is_sent(key_for):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", pages)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        _try_out(operation, key_for(operation.path))


def _try_out(operation, key: str) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def send(case):
        case.call_and_validate(headers={"Authorization": key}, checks=[checks.not_a_server_error])

    send()


def test_the_schema_says_all_there_is_to_say():
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
