"""The links by which departments come in without an account: signed, expiring, revocable."""

import hmac
from datetime import timedelta

from django.conf import settings
from django.core import signing

from inquiries.models import HandOff

_SALT = "officer"


def token_of(handoff: HandOff) -> str:
    """What stands in the address of a hand-off's page. Signed: it cannot be guessed or changed."""
    return signing.dumps([handoff.pk, handoff.link_key], salt=_SALT)


def handoff_of(token: str) -> HandOff | None:
    """The hand-off of a link; None when it was not ours, has run out, or was made void."""
    try:
        lasts = timedelta(days=settings.HANDOFF_LINK_DAYS)
        handoff_id, key = signing.loads(token, salt=_SALT, max_age=lasts)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = HandOff.objects.select_related("inquiry__topic", "inquiry__citizen", "department")
    handoff = found.filter(pk=handoff_id).first()
    if handoff is None or not handoff.link_key:
        return None
    return handoff if hmac.compare_digest(handoff.link_key, str(key)) else None
