"""Articles that may contradict each other, for editors."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from knowledgebase.access import editors_only
from knowledgebase.actions import suspects
from knowledgebase.models import Suspect
from knowledgebase.queries import suspects as queries

PER_PAGE = 20


@require_GET
@editors_only
def listing(request: HttpRequest) -> HttpResponse:
    return _list(request, request.GET.get("state", ""))


@require_POST
@editors_only
def no_conflict(request: HttpRequest, suspect_id: int) -> HttpResponse:
    suspect = suspects.no_conflict(actor=request.user, suspect_id=suspect_id)
    return _after(request, Suspect.Status.OPEN, set_aside=suspect)


@require_POST
@editors_only
def suspect_again(request: HttpRequest, suspect_id: int) -> HttpResponse:
    suspects.suspect_again(actor=request.user, suspect_id=suspect_id)
    return _after(request, request.POST.get("state", ""))


def _after(request: HttpRequest, state: str, **more) -> HttpResponse:
    if request.htmx:
        return _list(request, state, **more)
    messages.success(request, _("Done."))
    return redirect("knowledgebase:suspects")


def _list(request: HttpRequest, state: str, **more) -> HttpResponse:
    state = state if state in Suspect.Status.values else Suspect.Status.OPEN
    page = Paginator(queries.listed(state), PER_PAGE).get_page(request.GET.get("page"))
    for suspect in page:
        suspect.sides = queries.side_by_side(suspect)
    context = {"page": page, "state": state, "counts": queries.counts()}
    template = "suspects_region.html" if request.htmx else "suspects.html"
    return render(request, f"knowledgebase/{template}", context | more)
