"""What the search has learned from closed inquiries, for editors to see and take away."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from knowledgebase.access import editors_only
from knowledgebase.actions import learning
from knowledgebase.models import Article, LearnedQuestion

PER_PAGE = 50


@require_GET
@editors_only
def questions(request: HttpRequest) -> HttpResponse:
    """The newest first; of one article with ``?article=``."""
    rows = LearnedQuestion.objects.select_related("article", "removed_by")
    wanted, article = request.GET.get("article", ""), None
    if wanted.isdecimal() and len(wanted) < 18:
        article = Article.objects.filter(pk=int(wanted)).first()
        rows = rows.filter(article_id=int(wanted))
    page = Paginator(rows.order_by("-last_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "knowledgebase/learned.html", {"page": page, "article": article})


@require_POST
@editors_only
def forget(request: HttpRequest, question_id: int) -> HttpResponse:
    learning.forget(actor=request.user, question_id=question_id)
    messages.success(request, _("Removed: it finds the article no more. You can undo this here."))
    return _back(request)


@require_POST
@editors_only
def remember(request: HttpRequest, question_id: int) -> HttpResponse:
    learning.remember(actor=request.user, question_id=question_id)
    messages.success(request, _("It finds the article again."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    article = request.POST.get("article", "")
    answer = redirect("knowledgebase:learned")
    if article.isdecimal():
        answer["Location"] += f"?article={article}"
    return answer
