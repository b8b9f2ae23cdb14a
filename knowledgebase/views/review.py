"""A revision: what it says, what it changes, and what becomes of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callcenter.refusals import Invalid
from knowledgebase.access import editors_only, may_write, reviewers_only
from knowledgebase.actions import drafts, review
from knowledgebase.diff import compare
from knowledgebase.models import Revision
from knowledgebase.queries.articles import open_revision

State = Revision.State


@require_GET
@reviewers_only
def revision(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    return _page(request, _the(article_id, number))


def _the(article_id: int, number: int) -> Revision:
    whole = Revision.objects.select_related(
        "article__translation_of", "topic__department", "owner", "based_on", "written_by"
    ).select_related("saved_by", "reviewed_by")
    return get_object_or_404(whole, article=article_id, number=number)


def _page(request: HttpRequest, shown: Revision, status: int = 200, **more) -> HttpResponse:
    against = _against(request, shown)
    context = {
        "revision": shown,
        "article": shown.article,
        "others": shown.article.revisions.exclude(pk=shown.pk).only("number", "state", "article"),
        "against": against,
        "changes": compare(against, shown),
        "attachments": shown.attachments.order_by("name"),
        "working": open_revision(shown.article),
        "mine": shown.written_also_by(request.user),
        "may_write": may_write(request.user),
    } | more
    return render(request, "knowledgebase/revision.html", context, status=status)


def _against(request: HttpRequest, shown: Revision) -> Revision | None:
    """What it is compared with: as asked, else what was in force before it."""
    others = shown.article.revisions.exclude(pk=shown.pk)
    if asked := _number(request.GET.get("against", "")):
        return others.filter(number=asked).first()
    before = others.filter(number__lt=shown.number)
    was_read = before.filter(state__in=[State.PUBLISHED, State.SUPERSEDED])
    return was_read.first() or before.first()


@require_POST
@reviewers_only
def approve(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    published = review.approve(
        actor=request.user,
        article_id=article_id,
        number=number,
        version=_number(request.POST.get("version", "")),
        comment=request.POST.get("comment", ""),
    )
    if published:
        messages.success(request, _("Published. It is found from now on."))
    else:
        messages.success(request, _("Approved. It is published on its day."))
    return redirect("knowledgebase:article", article_id)


@require_POST
@reviewers_only
def send_back(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    comment = request.POST.get("comment", "")
    try:
        review.send_back(
            actor=request.user,
            article_id=article_id,
            number=number,
            version=_number(request.POST.get("version", "")),
            comment=comment,
        )
    except Invalid as refusal:
        told = {"comment": comment, "comment_error": refusal.message}
        return _page(request, _the(article_id, number), 400, **told)
    messages.success(request, _("Sent back with your comment."))
    return redirect("knowledgebase:to-do")


@require_POST
@editors_only
def take_back(request: HttpRequest, article_id: int) -> HttpResponse:
    drafts.take_back(actor=request.user, article_id=article_id)
    messages.success(request, _("Taken back: it is a draft again."))
    return redirect("knowledgebase:edit", article_id)


@require_POST
@editors_only
def restore(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    drafts.restore(actor=request.user, article_id=article_id, number=number)
    messages.success(request, _("This is a draft with the old text. Hand it in when it is right."))
    return redirect("knowledgebase:edit", article_id)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
