"""Articles as files: a table to take along, and one to bring back after a look at what it does."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.models import User
from callcenter import clock
from callcenter.refusals import Refused
from knowledgebase.access import editors_only
from knowledgebase.actions.imports import propose_article
from knowledgebase.exchange import Bad, Row, as_csv, as_json, read, waiting
from knowledgebase.exchange.columns import COLUMNS, REQUIRED
from knowledgebase.exchange.plan import Plan, in_order, plan
from knowledgebase.forms import ImportForm
from knowledgebase.models import Article

SHOWN = 200
# So many are handed in with one answer, so that the page can tell how far it is.
AT_ONCE = 40
_WRITERS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}


@editors_only
def exchange(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it would change is shown before anything is written."""
    if request.method != "POST":
        return _page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 400)
    content = form.cleaned_data["file"].read()
    try:
        planned = plan(content)
    except Refused as refusal:
        form.add_error("file", refusal.message)
        return _page(request, form, 400)
    context = _shown(planned) | {"name": form.cleaned_data["file"].name[:100]}
    if planned.to_do:
        context["token"] = waiting.keep(content, request.user)
    return render(request, "knowledgebase/exchange_preview.html", context)


@require_POST
@editors_only
def take_in(request: HttpRequest) -> HttpResponse:
    """Hand in the next rows of a file that was looked at; the answer asks for those after."""
    token = request.POST.get("token", "")
    done, handed = (_number(request.POST.get(name, "")) for name in ("done", "handed"))
    rows = in_order(read(waiting.content_of(token, request.user)))
    outcomes = [_hand_in(request.user, row) for row in rows[done : done + AT_ONCE]]
    refused = [one for one in outcomes if isinstance(one, Bad)]
    handed += sum(one in ("new", "changed") for one in outcomes)
    done = min(done + AT_ONCE, len(rows))
    over = done == len(rows)
    if over:
        waiting.drop(token, request.user)
        if not request.htmx:
            messages.success(request, _("%(n)s handed in for review.") % {"n": handed})
            return redirect("knowledgebase:to-do")
    context = {"token": token, "done": done, "total": len(rows), "handed": handed, "over": over}
    template = "knowledgebase/exchange_progress.html"
    if not request.htmx:
        template = "knowledgebase/exchange_going.html"
    return render(request, template, context | {"refused": refused})


@require_GET
@editors_only
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Every article as a file that can be brought back."""
    if form not in _WRITERS:
        raise Http404
    write, content_type = _WRITERS[form]
    answer = StreamingHttpResponse(
        write(Article.objects.all()), content_type=f"{content_type}; charset=utf-8"
    )
    name = f"articles-{clock.today():%Y%m%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _hand_in(editor: User, row: Row | Bad) -> str | Bad:
    """What became of a row; what is bad was told of in the preview, and is told again."""
    if isinstance(row, Bad):
        return row
    try:
        return propose_article(actor=editor, external_id=row.external_id, fields=row.fields)
    except Refused as refusal:
        return Bad(row.line, refusal.field, str(refusal.message))


def _shown(planned: Plan) -> dict:
    return {
        "counts": planned.counts,
        "planned": planned.to_do[:SHOWN],
        "more": max(0, len(planned.to_do) - SHOWN),
        "bad": planned.bad[:SHOWN],
        "bad_more": max(0, len(planned.bad) - SHOWN),
    }


def _page(request: HttpRequest, form: ImportForm, status: int = 200, **more) -> HttpResponse:
    context = {"form": form, "columns": COLUMNS, "required": REQUIRED} | more
    return render(request, "knowledgebase/exchange.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
