"""Mail that is sent once it is sent: a row in the transaction of what it tells of, then tries."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

import structlog
from django.core import mail
from django.db import transaction

from callbacks.models import Mail
from callcenter import clock

log = structlog.get_logger(__name__)
LONGEST_WAIT = timedelta(hours=1)


def write(*, about: str, to: Sequence[str], subject: str, body: str) -> Mail:
    """A mail to be sent after commit. The same ``about`` again changes nothing.

    With nobody to write to the row stands all the same, and says so.
    """
    letter, _new = Mail.objects.get_or_create(
        about=about,
        defaults={
            "to": list(to),
            "subject": subject,
            "body": body,
            "made_at": clock.now(),
            "due_at": clock.now(),
            "error": "" if to else "There is no address to write to.",
        },
    )
    return letter


def send_due(limit: int = 50) -> int:
    """Send what is due, the oldest first, up to the first that fails; how many were dealt with.

    Safe in several processes.
    """
    due = Mail.objects.filter(sent_at=None, due_at__lte=clock.now()).exclude(to=[])
    ids = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    # A mail server that is away costs one wait, not one for each letter: the watcher waits, too.
    return sum(takewhile(bool, map(_send, ids)))


@transaction.atomic
def _send(letter_id: int) -> bool:
    """The row is held while the mail server is spoken to: nobody else sends the same."""
    locked = Mail.objects.select_for_update(skip_locked=True)
    letter = locked.filter(pk=letter_id, sent_at=None, due_at__lte=clock.now()).first()
    if letter is None:
        return True  # Somebody else sends it.
    letter.tries += 1
    try:
        mail.EmailMessage(subject=letter.subject, body=letter.body, to=letter.to).send()
    except Exception as error:  # Whatever it is, it is tried again and stops no other alarm.
        letter.error = str(error)[:1000]
        letter.due_at = clock.now() + min(
            timedelta(seconds=15 * 2 ** min(letter.tries, 8)), LONGEST_WAIT
        )
        log.warning("mail.not_sent", mail=letter.pk, error=letter.error)
    else:
        letter.sent_at, letter.error = clock.now(), ""
    letter.save(update_fields=["tries", "error", "due_at", "sent_at"])
    return letter.sent_at is not None
