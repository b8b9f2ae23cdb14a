"""Event mode: the page of whoever makes notices, and what every desk shows of them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import EVERYBODY, for_roles
from callcenter.refusals import Refused
from knowledgebase.access import announcers_only
from knowledgebase.actions import notices as actions
from knowledgebase.forms_notices import NoticeForm, TemplateForm, begun_from
from knowledgebase.models import Notice, NoticeTemplate
from knowledgebase.queries import notices as queries
from knowledgebase.search import search

OFFERED = 6


@require_GET
@announcers_only
def board(request: HttpRequest) -> HttpResponse:
    """What runs, what is planned, what is past, and the templates to begin with."""
    template = "notices/board_region.html" if request.htmx else "notices/board.html"
    context = queries.board() | {"templates": NoticeTemplate.objects.select_related("topic")}
    return render(request, f"knowledgebase/{template}", context)


@announcers_only
def new(request: HttpRequest) -> HttpResponse:
    """A new one, half written where it begins from a template."""
    code = request.POST.get("template", "") or request.GET.get("template", "")
    template = NoticeTemplate.objects.filter(code=code).first()
    if request.method != "POST":
        return _form(request, NoticeForm(initial=begun_from(template)), template=template)
    form = NoticeForm(request.POST)

    def write() -> Notice:
        return actions.plan_notice(
            actor=request.user,
            fields=form.content(),
            articles=form.cleaned_data["articles"],
            template=template,
        )

    return _written(request, form, write, template=template)


@announcers_only
def edit(request: HttpRequest, notice_id: int) -> HttpResponse:
    notice = get_object_or_404(Notice, pk=notice_id)
    if request.method != "POST":
        start = {"version": notice.version, "articles": notice.articles.all()}
        return _form(request, NoticeForm(instance=notice, initial=start), notice=notice)
    form = NoticeForm(request.POST)

    def write() -> Notice:
        return actions.change_notice(
            actor=request.user,
            notice_id=notice_id,
            version=form.cleaned_data["version"] or 0,
            fields=form.content(),
            articles=form.cleaned_data["articles"],
        )

    return _written(request, form, write, notice=notice)


def _form(request: HttpRequest, form: NoticeForm, status: int = 200, **more) -> HttpResponse:
    return render(request, "knowledgebase/notices/edit.html", {"form": form} | more, status=status)


def _written(
    request: HttpRequest, form: NoticeForm, write: Callable[[], Notice], **more
) -> HttpResponse:
    """Do it, or give the form back with everything that was typed."""
    if not form.is_valid():
        return _form(request, form, 400, **more)
    try:
        notice = write()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        # Whoever sends it again has read what it says now.
        if current := more.get("notice"):
            form.data = form.data.copy()
            form.data["version"] = Notice.objects.get(pk=current.pk).version
        return _form(request, form, refusal.status, **more)
    _say(request, notice)
    return redirect("knowledgebase:notices")


def _say(request: HttpRequest, notice: Notice) -> None:
    if notice.phase == Notice.Phase.RUNNING:
        messages.success(request, _("It is on every desk now."))
    else:
        messages.success(request, _("Planned. It comes to every desk by itself."))
    if meets := [other.title for other in queries.overlapping(notice)]:
        said = _("At the same time: %(titles)s.") % {"titles": ", ".join(meets)}
        messages.warning(request, said)


@require_POST
@announcers_only
def end(request: HttpRequest, notice_id: int) -> HttpResponse:
    actions.end_notice(actor=request.user, notice_id=notice_id)
    messages.success(request, _("Ended: it is off every desk. You can bring it back below."))
    return redirect("knowledgebase:notices")


@require_POST
@announcers_only
def undo_end(request: HttpRequest, notice_id: int) -> HttpResponse:
    actions.undo_end(actor=request.user, notice_id=notice_id)
    messages.success(request, _("It is back."))
    return redirect("knowledgebase:notices")


@announcers_only
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One of the usual notices, as the next one will begin."""
    shown = get_object_or_404(NoticeTemplate, pk=template_id)
    form = TemplateForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            fields = form.content()
            actions.save_template(actor=request.user, template_id=template_id, fields=fields)
            messages.success(request, _("Saved. The next one begins like this."))
            return redirect("knowledgebase:notices")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"form": form, "template": shown}
    status = 400 if form.errors else 200
    return render(request, "knowledgebase/notices/template.html", context, status=status)


@require_GET
@announcers_only
def articles(request: HttpRequest) -> HttpResponse:
    """Articles to link, for what is being typed."""
    query = request.GET.get("q", "").strip()
    found = search(query, limit=OFFERED, staff=True).articles if query else []
    context = {"articles": found, "query": query}
    return render(request, "knowledgebase/notices/offered.html", context)


@require_GET
@for_roles(*EVERYBODY)
def running(request: HttpRequest) -> HttpResponse:
    """What is pinned on this person's desk now, and when that changes by the clock."""
    context = queries.pinned_on(request.user)
    return render(request, "knowledgebase/notices/running.html", context)


@require_POST
@for_roles(*EVERYBODY)
def fold(request: HttpRequest, notice_id: int) -> HttpResponse:
    version = request.POST.get("version", "")
    actions.fold(
        agent=request.user,
        notice_id=notice_id,
        version=int(version) if version.isdecimal() and len(version) < 9 else 0,
        folded=request.POST.get("folded") == "1",
    )
    return HttpResponse(status=204)
