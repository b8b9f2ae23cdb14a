"""Keeping articles true: looked at again, withdrawn, and which lead to each other."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callcenter.refusals import Missing
from knowledgebase.access import editors_only
from knowledgebase.actions import relations, validity
from knowledgebase.models import Article
from knowledgebase.search import search

OFFERED = 8


@require_POST
@editors_only
def still_right(request: HttpRequest, article_id: int) -> HttpResponse:
    validity.still_right(actor=request.user, article_id=article_id)
    messages.success(request, _("Noted: you have looked, and it is right."))
    return redirect("knowledgebase:article", article_id)


@require_POST
@editors_only
def withdraw(request: HttpRequest, article_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    validity.withdraw(actor=request.user, article_id=article_id, reason=reason)
    messages.success(request, _("Withdrawn. Nobody finds it from now on."))
    return redirect("knowledgebase:article", article_id)


@require_GET
@editors_only
def candidates(request: HttpRequest, article_id: int) -> HttpResponse:
    """Articles that could be linked, for what is being typed."""
    article = get_object_or_404(Article, pk=article_id)
    query = request.GET.get("q", "")
    there = {article.pk, *article.related.values_list("pk", flat=True)}
    found = search(query, limit=OFFERED + len(there), staff=True).articles
    offered = [one for one in found if one.pk not in there][:OFFERED]
    context = {"article": article, "offered": offered, "query": query}
    return render(request, "knowledgebase/candidates.html", context)


@require_POST
@editors_only
def relate(request: HttpRequest, article_id: int) -> HttpResponse:
    relations.relate(actor=request.user, article_id=article_id, other_id=_other(request))
    return redirect("knowledgebase:article", article_id)


@require_POST
@editors_only
def unrelate(request: HttpRequest, article_id: int) -> HttpResponse:
    relations.unrelate(actor=request.user, article_id=article_id, other_id=_other(request))
    return redirect("knowledgebase:article", article_id)


def _other(request: HttpRequest) -> int:
    text = request.POST.get("other", "")
    if not text.isdecimal() or len(text) > 17:
        raise Missing(_("There is no such article."))
    return int(text)
