"""Words for the same: what editors keep so that citizens' words find the city's."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callcenter.refusals import Invalid
from knowledgebase.access import editors_only
from knowledgebase.actions import synonyms
from knowledgebase.models import Language, Synonym
from knowledgebase.search import search

PER_PAGE, SHOWN, REMOVED_SHOWN = 50, 5, 5


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def groups(request: HttpRequest) -> HttpResponse:
    """All groups with a form for a new one. A refused one comes back as it was typed."""
    typed = {"words": "", "language": "ko"}
    problem: Invalid | None = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        try:
            synonyms.write_group(actor=request.user, **typed)
        except Invalid as refusal:
            problem = refusal
        else:
            messages.success(request, _("Kept. The next search knows it."))
            return redirect("knowledgebase:words")
    context = {"typed": typed, "problem": problem, "languages": Language.choices}
    status = 400 if problem else 200
    return render(request, "knowledgebase/words.html", context | _lists(request), status=status)


def _lists(request: HttpRequest) -> dict:
    wanted = request.GET.get("q", "").replace("\0", "").strip()
    kept = Synonym.objects.filter(removed_at=None).select_related("updated_by")
    if wanted:
        kept = kept.filter(words__icontains=wanted)
    removed = Synonym.objects.filter(removed_at__isnull=False).order_by("-removed_at")
    pages = Paginator(kept.order_by("-updated_at", "-pk"), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return {"page": page, "removed": removed[:REMOVED_SHOWN], "query": wanted}


@require_POST
@editors_only
def change(request: HttpRequest, group_id: int) -> HttpResponse:
    words, language = (request.POST.get(name, "") for name in ("words", "language"))
    user = request.user
    synonyms.write_group(actor=user, words=words, language=language, group_id=group_id)
    messages.success(request, _("Kept. The next search knows it."))
    return redirect("knowledgebase:words")


@require_POST
@editors_only
def remove(request: HttpRequest, group_id: int) -> HttpResponse:
    synonyms.remove_group(actor=request.user, group_id=group_id)
    messages.success(request, _("Removed. You can bring it back from the list below."))
    return redirect("knowledgebase:words")


@require_POST
@editors_only
def restore(request: HttpRequest, group_id: int) -> HttpResponse:
    synonyms.restore_group(actor=request.user, group_id=group_id)
    messages.success(request, _("It is in use again."))
    return redirect("knowledgebase:words")


@require_GET
@editors_only
def preview(request: HttpRequest) -> HttpResponse:
    """What each of the words finds now, to see what a group would bring together."""
    typed = request.GET.get("words", "").replace("\n", ",").split(",")
    words = [word.strip() for word in typed if word.strip()][: synonyms.MOST_WORDS]
    found = [(word, search(word, limit=SHOWN, staff=True)) for word in words]
    return render(request, "knowledgebase/words_preview.html", {"found": found})
