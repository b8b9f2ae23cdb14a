"""The staff's pages of the knowledge base."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agents.access import EVERYBODY, Role, for_roles
from knowledgebase.actions.articles import save_article
from knowledgebase.forms import ArticleForm
from knowledgebase.models import Article
from knowledgebase.queries.articles import families, newest
from knowledgebase.search import search

editors_only = for_roles(Role.EDITOR)


@require_GET
@for_roles(*EVERYBODY)
def listing(request: HttpRequest) -> HttpResponse:
    """A search, or without one the articles by topic."""
    query = request.GET.get("q", "").strip()
    topic = request.GET.get("topic", "")
    context = {"query": query, "topic": topic, "families": families()}
    if query:
        context["found"] = search(query, limit=30, staff=True)
    else:
        context["articles"] = newest(request.user, topic)
    template = "knowledgebase/results.html" if request.htmx else "knowledgebase/list.html"
    return render(request, template, context)


@require_GET
@for_roles(*EVERYBODY)
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    visible = Article.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("topic__department"), pk=article_id)
    original = found.translation_of_id or found.pk
    languages = visible.filter(pk=original) | visible.filter(translation_of=original)
    context = {"article": found, "languages": languages.order_by("pk")}
    return render(request, "knowledgebase/article.html", context)


@editors_only
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Article())


@editors_only
def edit(request: HttpRequest, article_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Article, pk=article_id))


def _edit(request: HttpRequest, article: Article) -> HttpResponse:
    form = ArticleForm(request.POST or None, instance=article)
    if request.method == "POST" and form.is_valid():
        saved = save_article(actor=request.user, article=form.save(commit=False))
        messages.success(request, _("Saved. It is found from now on."))
        return redirect("knowledgebase:article", saved.pk)
    status = 400 if form.errors else 200
    return render(request, "knowledgebase/edit.html", {"form": form}, status=status)
