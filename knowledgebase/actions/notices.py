"""Event mode: notices planned, changed, ended, and told of to every desk."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.live import NOTICES, Event, push_on_commit
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.models import Article, FoldedNotice, Notice, NoticeTemplate

# A slip of the year would pin a line to every desk for good.
LONGEST = timedelta(days=92)
MOST_ARTICLES = 5
WORDS = tuple(
    f"{part}_{language}" for part in ("title", "text") for language in ("ko", "en", "zh", "ja")
)
_GAP = re.compile(r"\[[^\[\]]+\]")
Phase = Notice.Phase


@transaction.atomic
def plan_notice(
    *,
    actor: User,
    fields: dict[str, Any],
    articles: Iterable[Article] = (),
    template: NoticeTemplate | None = None,
) -> Notice:
    """A new notice, on the desks from its start on: at once when that is now or past.

    ``fields``: ``WORDS``, topic, public, starts_at, ends_at. Raises Invalid, naming the field.
    """
    notice = Notice(**fields, template=template, made_by=actor, made_at=clock.now())
    notice.changed_at = notice.made_at
    articles = _checked(notice, articles)
    if notice.ends_at <= clock.now():
        raise Invalid(_("This end is over already."), field="ends_at")
    notice.told = notice.phase
    notice.save()
    notice.articles.set(articles)
    times = {"starts_at": notice.starts_at.isoformat(), "ends_at": notice.ends_at.isoformat()}
    audit.record(actor=actor, verb="notice.made", target=notice, **times)
    _announce(notice)
    return notice


@transaction.atomic
def change_notice(
    *,
    actor: User,
    notice_id: int,
    version: int,
    fields: dict[str, Any],
    articles: Iterable[Article] = (),
) -> Notice:
    """Let it say something else, or hold at another time. Raises Invalid, Missing or Refused.

    ``version`` is the one that was opened: two who write at once do not write over each other.
    """
    notice = _locked(notice_id)
    if notice.version != version:
        raise Refused(_("Somebody has changed this notice meanwhile. Yours is not saved yet."))
    if notice.phase == Phase.PAST:
        raise Refused(_("It is over. Bring it back first, or make a new one."))
    before = {name: getattr(notice, name) for name in fields}
    for name, value in fields.items():
        setattr(notice, name, value)
    articles = _checked(notice, articles)
    notice.version, notice.changed_at, notice.told = version + 1, clock.now(), notice.phase
    notice.save()
    notice.articles.set(articles)
    changed = sorted(name for name, value in fields.items() if before[name] != value)
    audit.record(actor=actor, verb="notice.changed", target=notice, changed=changed)
    _announce(notice)
    return notice


@transaction.atomic
def end_notice(*, actor: User, notice_id: int) -> Notice:
    """Off every desk at once; one that has not begun never will. Raises Missing or Refused."""
    now = clock.now()
    still = Notice.objects.filter(pk=notice_id, ended_at=None, ends_at__gt=now)
    ended = still.update(ended_at=now, ended_by=actor, changed_at=now, told=Phase.PAST)
    notice = _there(notice_id)
    if not ended:
        raise Refused(_("It is over already."))
    audit.record(actor=actor, verb="notice.ended", target=notice)
    _announce(notice)
    return notice


@transaction.atomic
def undo_end(*, actor: User, notice_id: int) -> Notice:
    """As if nobody had ended it. Raises Missing, or Refused when its time is over anyway."""
    now = clock.now()
    early = Notice.objects.filter(pk=notice_id, ended_at__isnull=False, ends_at__gt=now)
    back = early.update(ended_at=None, ended_by=None, changed_at=now)
    notice = _there(notice_id)
    if not back:
        raise Refused(_("It cannot come back: its time is over, or nobody has ended it."))
    Notice.objects.filter(pk=notice_id).update(told=notice.phase)
    audit.record(actor=actor, verb="notice.brought_back", target=notice)
    _announce(notice)
    return notice


@transaction.atomic
def fold(*, agent: User, notice_id: int, version: int, folded: bool) -> None:
    """Keep a notice as one line at this agent's desk, or whole again. Twice changes nothing.

    A choice of one's own desk: no audit entry, and nobody else is told.
    """
    _there(notice_id)
    if folded:
        FoldedNotice.objects.update_or_create(
            notice_id=notice_id, agent=agent, defaults={"version": version}
        )
    else:
        FoldedNotice.objects.filter(notice_id=notice_id, agent=agent).delete()


@transaction.atomic
def tell() -> int:
    """Tell the desks of notices that began or ended by the clock; how many these were.

    Idempotent, from PostgreSQL: of two ticks at once the conditional update lets one tell.
    """
    now = clock.now()
    begun = Q(told=Phase.PLANNED, starts_at__lte=now, ends_at__gt=now)
    over = Q(ends_at__lte=now) & ~Q(told=Phase.PAST)
    due = Notice.objects.filter(begun | over, ended_at=None)
    notices = list(due.select_for_update(skip_locked=True, no_key=True)[:100])
    for notice in notices:
        Notice.objects.filter(pk=notice.pk).update(told=notice.phase)
        _announce(notice)
    return len(notices)


@transaction.atomic
def save_template(*, actor: User, template_id: int, fields: dict[str, Any]) -> NoticeTemplate:
    """Let a template say something else. Raises Missing or Invalid."""
    template = NoticeTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise Missing(_("There is no such template."))
    for name, value in fields.items():
        setattr(template, name, value)
    _check_words(template)
    template.save()
    audit.record(actor=actor, verb="notice.template_changed", target=template)
    return template


def _there(notice_id: int) -> Notice:
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise Missing(_("There is no such notice."))
    return notice


def _locked(notice_id: int) -> Notice:
    _there(notice_id)
    return Notice.objects.select_for_update(no_key=True).get(pk=notice_id)


def _checked(notice: Notice, articles: Iterable[Article]) -> list[Article]:
    """The articles, if all of it can be said. Raises Invalid, naming the field."""
    _check_words(notice)
    _check_filled_in(notice)
    if notice.starts_at >= notice.ends_at:
        raise Invalid(_("It must end after it begins."), field="ends_at")
    if notice.ends_at - notice.starts_at > LONGEST:
        raise Invalid(_("A notice runs for three months at the most."), field="ends_at")
    articles = list(articles)
    if len(articles) > MOST_ARTICLES:
        raise Invalid(
            _("A notice leads to at most %(n)s articles.") % {"n": MOST_ARTICLES}, field="articles"
        )
    return articles


def _check_words(words: Notice | NoticeTemplate) -> None:
    for name in ("title_ko", "text_ko"):
        if not getattr(words, name).strip():
            raise Invalid(_("Every notice is written in Korean."), field=name)
    for language in ("en", "zh", "ja"):
        title, text = (getattr(words, f"{part}_{language}").strip() for part in ("title", "text"))
        if bool(title) != bool(text):
            missing = "text" if title else "title"
            raise Invalid(_("Write both, or neither."), field=f"{missing}_{language}")


def _check_filled_in(notice: Notice) -> None:
    """What a template leaves in brackets for whoever writes must not reach a desk."""
    for name in WORDS if notice.template else ():
        for gap in _GAP.findall(getattr(notice.template, name)):
            if gap in getattr(notice, name):
                said = _("Fill in what stands in brackets: %(gap)s") % {"gap": gap}
                raise Invalid(said, field=name)


def _announce(notice: Notice) -> None:
    push_on_commit(Event("notice-changed", notice.pk), topics=[NOTICES])
