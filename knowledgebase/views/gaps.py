"""Questions without an article, for editors; and the door that searches are told through."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from knowledgebase.access import editors_only
from knowledgebase.actions import gaps
from knowledgebase.models import SearchLog
from knowledgebase.queries import gaps as queries

PER_PAGE = 30


@require_GET
@editors_only
def listing(request: HttpRequest) -> HttpResponse:
    return _list(request, request.GET.get("state", ""))


@require_POST
@editors_only
def not_needed(request: HttpRequest, gap_id: int) -> HttpResponse:
    gap = gaps.not_needed(actor=request.user, gap_id=gap_id)
    return _after(request, "open", set_aside=gap)


@require_POST
@editors_only
def open_again(request: HttpRequest, gap_id: int) -> HttpResponse:
    gaps.needed_after_all(actor=request.user, gap_id=gap_id)
    return _after(request, request.POST.get("state", ""))


@require_POST
def searched(request: HttpRequest) -> HttpResponse:
    """A page tells how a search ended; of whom is not kept. Staff tell of the desk, all others
    of the help pages."""
    told = request.POST
    staff = request.user.is_authenticated
    gaps.log_search(
        episode=told.get("episode", ""),
        query=told.get("q", ""),
        hits=_number(told.get("hits", "")),
        channel=SearchLog.Channel.DESK if staff else SearchLog.Channel.HELP,
        language=told.get("language", ""),
        opened=_number(told.get("opened", "")),
    )
    return HttpResponse(status=204)


def _after(request: HttpRequest, state: str, **more) -> HttpResponse:
    if request.htmx:
        return _list(request, state, **more)
    messages.success(request, _("Done."))
    return redirect("knowledgebase:gaps")


def _list(request: HttpRequest, state: str, **more) -> HttpResponse:
    state = state if state in queries.STATES else "open"
    page = Paginator(queries.listed(state), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "counts": queries.counts(), "shown": queries.EXAMPLES}
    template = "gaps_region.html" if request.htmx else "gaps.html"
    return render(request, f"knowledgebase/{template}", context | more)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
