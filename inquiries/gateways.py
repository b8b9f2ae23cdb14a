"""How a text message leaves the house. A city names a class of its own in TEXT_GATEWAY."""

from typing import Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


class NotTaken(Exception):
    """The other side has certainly not taken the message: it may be tried again."""


class Gateway(Protocol):
    """Takes one text message. ``key`` is the same whenever it is the same message."""

    def send(self, *, to: str, text: str, key: str) -> str:
        """Send ``text`` to an E.164 number; what the other side calls the message, or "".

        Raises NotTaken when it was certainly refused. Any other exception means that nobody
        knows: the message is not sent again by itself.
        """


class ConsoleGateway:
    """Writes to the log what would be sent: for the demo, tests and trying things out."""

    def send(self, *, to: str, text: str, key: str) -> str:
        log.info("text.sent", to=to, text=text, key=key)
        return f"console:{key}"


def gateway() -> Gateway:
    return import_string(settings.TEXT_GATEWAY)()
