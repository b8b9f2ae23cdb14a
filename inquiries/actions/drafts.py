"""Half-typed words, kept on the server: they outlive a browser and go on with the contact."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from inquiries.models import Draft

LONGEST = 20_000
_NAME = re.compile(r"[a-z-]{1,40}")


@transaction.atomic
def keep(*, agent: User, name: str, text: str) -> None:
    """Keep what stands in the field ``name`` of the contact in hand; nothing is kept of ""."""
    if not _NAME.fullmatch(name):
        raise Invalid(_("This field has no draft."), field="name")
    if len(text) > LONGEST:
        raise Invalid(_("This is too long to be kept."), field="text")
    contact = contacts.in_hand(agent)
    if not text:
        contact.drafts.filter(name=name).delete()
        return
    Draft.objects.update_or_create(
        contact=contact,
        name=name,
        defaults={"text": text, "written_by": agent, "written_at": clock.now()},
    )
