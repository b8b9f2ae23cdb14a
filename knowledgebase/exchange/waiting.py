"""A file between its preview and the yes: kept in the private folder, known by a signed name.

No row of ours: nothing is asked about it but by the person who has the page open, and a file that
was never confirmed is litter that the next import sweeps away.
"""

from datetime import timedelta
from uuid import uuid4

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import User
from callcenter.refusals import Missing

FOLDER = "imports"
KEPT_HOURS = 24
_SALT = "knowledgebase.import"


def keep(content: bytes, user: User) -> str:
    """Put a file aside for ``user``; the token that finds it again."""
    _sweep()
    name = uuid4().hex
    default_storage.save(f"{FOLDER}/{name}", ContentFile(content))
    return signing.dumps([name, user.pk], salt=_SALT)


def content_of(token: str, user: User) -> bytes:
    """The file behind a token. Raises Missing when it is somebody else's, old, or used up."""
    try:
        with default_storage.open(_path(token, user)) as file:
            return file.read()
    except FileNotFoundError:
        raise _gone() from None


def drop(token: str, user: User) -> None:
    default_storage.delete(_path(token, user))


def _path(token: str, user: User) -> str:
    try:
        hours = timedelta(hours=KEPT_HOURS)
        name, owner = signing.loads(token, salt=_SALT, max_age=hours)
    except signing.BadSignature:
        raise _gone() from None
    if owner != user.pk:
        raise _gone()
    return f"{FOLDER}/{name}"


def _gone() -> Missing:
    return Missing(_("This file is not here any more. Choose it again."), field="file")


def _sweep() -> None:
    if not default_storage.exists(FOLDER):
        return
    # The age of a file is told by the operating system's clock, not by the center's.
    oldest = timezone.now() - timedelta(hours=KEPT_HOURS)
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < oldest:
            default_storage.delete(path)
