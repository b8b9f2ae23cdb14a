"""Files beside a text: checked by what is in them, put on a draft, and so looked at by two."""

from dataclasses import dataclass
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.actions.drafts import Conflict, mark_written
from knowledgebase.actions.publishing import announce, lock_article
from knowledgebase.models import Article, Attachment, Revision

MOST = 10
LOOKED_AT = 8192


@dataclass(frozen=True)
class Kind:
    """What a name's ending promises: the type it is served as, and what must be in the file."""

    content_type: str
    found: frozenset[str]


_ZIPPED = frozenset({".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".hwpx"})
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
# No HTML, no SVG, nothing with macros: nothing in here runs where it is opened.
KINDS = {
    ".pdf": Kind("application/pdf", frozenset({".pdf"})),
    ".png": Kind("image/png", frozenset({".png"})),
    ".jpg": Kind("image/jpeg", frozenset({".jpg", ".jpeg", ".jfif"})),
    ".jpeg": Kind("image/jpeg", frozenset({".jpg", ".jpeg", ".jfif"})),
    ".webp": Kind("image/webp", frozenset({".webp"})),
    ".hwp": Kind("application/x-hwp", frozenset({".hwp", ".doc", ".xls", ".ppt", ".msi", ".msg"})),
    ".hwpx": Kind("application/hwp+zip", _ZIPPED),
    ".docx": Kind(f"{_OPEN_XML}wordprocessingml.document", _ZIPPED),
    ".xlsx": Kind(f"{_OPEN_XML}spreadsheetml.sheet", _ZIPPED),
    ".pptx": Kind(f"{_OPEN_XML}presentationml.presentation", _ZIPPED),
    ".odt": Kind("application/vnd.oasis.opendocument.text", _ZIPPED),
}
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_HANGUL = b"HWP Document File"


def attach(*, actor: User, article_id: int, version: int, upload: UploadedFile) -> Attachment:
    """Put a file on the draft. Raises Invalid for the file, Refused without a draft, Conflict."""
    name, kind = _checked(upload)
    attachment = Attachment(
        article_id=article_id,
        name=name,
        content_type=kind.content_type,
        size=upload.size or 0,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    # The file first: a row without its file would be a lie, a file without a row is only litter.
    attachment.file.save(name, upload, save=False)
    try:
        _put_on_draft(attachment, actor, version)
    except Exception:
        attachment.file.delete(save=False)
        raise
    return attachment


@transaction.atomic
def detach(*, actor: User, article_id: int, attachment_id: int, version: int) -> None:
    """Take a file off the draft; older texts keep it. Raises Missing, Refused, Conflict."""
    article = lock_article(article_id)
    draft = _draft(article, version)
    attachment = draft.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Missing(_("There is no such file."))
    draft.attachments.remove(attachment)
    _written(article, draft, actor, "article.detached", attachment)


@transaction.atomic
def _put_on_draft(attachment: Attachment, actor: User, version: int) -> None:
    article = lock_article(attachment.article_id)
    draft = _draft(article, version)
    if draft.attachments.count() >= MOST:
        raise Refused(_("A text has at most %(n)s files.") % {"n": MOST})
    attachment.save()
    draft.attachments.add(attachment)
    _written(article, draft, actor, "article.attached", attachment)


def _draft(article: Article, version: int) -> Revision:
    drafts = article.revisions.filter(state=Revision.State.DRAFT)
    draft = drafts.select_related("saved_by").first()
    if draft is None:
        raise Refused(_("Save a draft first: files belong to a text."))
    if draft.version != version:
        raise Conflict(draft)
    return draft


def _written(
    article: Article, draft: Revision, actor: User, verb: str, attachment: Attachment
) -> None:
    mark_written(draft, actor)
    draft.save(update_fields=["version", "saved_by", "saved_at", "authors"])
    audit.record(
        actor=actor, verb=verb, target=article, revision=draft.number, file=attachment.name
    )
    announce(article)


def _checked(upload: UploadedFile) -> tuple[str, Kind]:
    """A harmless name, and what the file is by its content as well as by its name."""
    path = PurePath(upload.name or "")
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        allowed = ", ".join(sorted(KINDS))
        raise Invalid(_("Files may be: %(list)s") % {"list": allowed}, field="file")
    if not upload.size or upload.size > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // 1_000_000
        raise Invalid(
            _("A file has at most %(n)s MB, and is not empty.") % {"n": most}, field="file"
        )
    if not _is_what_it_says(upload, kind):
        raise Invalid(_("In this file there is something else than its name says."), field="file")
    return get_valid_filename(path.stem)[:150] + path.suffix.lower(), kind


def _is_what_it_says(upload: UploadedFile, kind: Kind) -> bool:
    upload.seek(0)
    head = upload.read(LOOKED_AT)
    upload.seek(0)
    if ".hwp" in kind.found:
        return head.startswith((_COMPOUND_FILE, _OLD_HANGUL))
    try:
        matches = puremagic.magic_string(head, filename=None)
    except (puremagic.PureError, ValueError):
        return False
    return any(match.extension in kind.found for match in matches)
