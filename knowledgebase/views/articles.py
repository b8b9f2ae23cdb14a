"""The staff's pages to read in: the list, what is to be done, one article."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from agents.access import EVERYBODY, for_roles, takes_calls
from knowledgebase.access import may_review, may_write, reviewers_only
from knowledgebase.forms import ListFilter
from knowledgebase.models import Article, Language
from knowledgebase.queries import articles as queries
from knowledgebase.queries import feedback, gaps, suspects
from knowledgebase.queries.todo import to_review_count, todo
from knowledgebase.search import search
from knowledgebase.words import PILES

PER_PAGE = 50
HISTORY_SHOWN = 20


@require_GET
@for_roles(*EVERYBODY)
def listing(request: HttpRequest) -> HttpResponse:
    """A search, or without one the articles that the filters leave."""
    query, user = request.GET.get("q", "").strip(), request.user
    form = ListFilter(request.GET, piles=PILES if may_write(user) else None)
    chosen = form.chosen()
    context = {"query": query, "filter": form, "chosen": chosen, "may_write": may_write(user)}
    if query:
        context["found"] = search(query, language=chosen["language"], limit=30, staff=True)
    else:
        pages = Paginator(queries.listed(user, **chosen), PER_PAGE)
        context["page"] = pages.get_page(request.GET.get("page"))
    if request.htmx:
        return render(request, "knowledgebase/results.html", context)
    if may_review(user):
        context["to_review"] = to_review_count(user)
    return render(request, "knowledgebase/list.html", context)


@require_GET
@reviewers_only
def to_do(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and which articles need somebody."""
    heaps = todo(request.user)
    context = {
        "heaps": [heap for heap in heaps if heap.count],
        "done": [heap for heap in heaps if not heap.count],
        "may_write": may_write(request.user),
    }
    if may_write(request.user):
        context["beside"] = {
            "feedback": feedback.open_count(),
            "gaps": gaps.open_count(),
            "suspects": suspects.open_count(),
        }
    template = "knowledgebase/todo_region.html" if request.htmx else "knowledgebase/todo.html"
    return render(request, template, context)


@require_GET
@for_roles(*EVERYBODY)
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    user = request.user
    visible = Article.objects.visible_to(user)
    with_all = visible.select_related("topic__department", "owner", "translation_of", "updated_by")
    found = get_object_or_404(with_all, pk=article_id)
    languages = list(queries.languages_of(found, user))
    context = {
        "article": found,
        "languages": languages,
        "related": visible.filter(related=found).order_by("title"),
        "attachments": queries.attachments_of(found),
        "may_write": may_write(user),
        "takes_calls": takes_calls(user),
    }
    if may_review(user):
        context |= _for_editors(found, languages)
    return render(request, "knowledgebase/article.html", context)


def _for_editors(article: Article, languages: list[Article]) -> dict:
    there = {one.language for one in languages}
    revisions = article.revisions.select_related("written_by", "reviewed_by")
    return {
        "working": queries.open_revision(article),
        "missing": [pair for pair in Language.choices if pair[0] not in there],
        "original": article.translation_of_id or article.pk,
        "history": queries.history_of(article)[:HISTORY_SHOWN],
        "revisions": revisions.defer("body", "script")[:HISTORY_SHOWN],
        "feedback": feedback.open_of(article),
        "may_review": True,
    }
