"""Alerts: what supervisors start and end, the photograph, and a sighting from the desk."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents.access import DESK, Role, for_roles
from callbacks.actions import alerts as actions
from callbacks.forms_rounds import AlertForm
from callbacks.models import Alert, Photo
from callbacks.queries import alerts as queries
from callbacks.views.board import show
from callcenter.refusals import Refused

supervisors_only = for_roles(Role.SUPERVISOR)


@require_http_methods(["GET", "POST"])
@supervisors_only
def alerts(request: HttpRequest) -> HttpResponse:
    """Running, past, and a new one; what is refused stays as it was typed."""
    form = AlertForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.start(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Every desk shows it now."))
            return redirect("callbacks:alerts")
    return _page(request, form, status=400 if form.errors else 200)


def _page(request: HttpRequest, form: AlertForm, status: int) -> HttpResponse:
    running = list(queries.running())
    page = Paginator(queries.past(), 20).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "running": running,
        "sightings": queries.sightings_of(running),
        "reasons": Alert.Reason.choices,
        "page": page,
        "undoable": [alert.pk for alert in page if queries.may_be_undone(alert)],
    }
    return render(request, "callbacks/alerts/alerts.html", context, status=status)


@require_POST
@supervisors_only
def end(request: HttpRequest, alert_id: int) -> HttpResponse:
    actions.end(alert_id=alert_id, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("It is gone from every desk."))
    return redirect("callbacks:alerts")


@require_POST
@supervisors_only
def undo(request: HttpRequest, alert_id: int) -> HttpResponse:
    actions.undo_end(alert_id=alert_id, actor=request.user)
    messages.success(request, _("Every desk shows it again."))
    return redirect("callbacks:alerts")


@require_GET
@for_roles(*DESK)
def photo(request: HttpRequest, alert_id: int) -> HttpResponse:
    """While the alert runs, to whoever has a desk; never kept by the browser."""
    found = get_object_or_404(Photo, alert=alert_id, alert__ended_at=None)
    answer = HttpResponse(bytes(found.jpeg), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@for_roles(*DESK)
def sighting(request: HttpRequest, alert_id: int) -> HttpResponse:
    place, words = request.POST.get("place", ""), request.POST.get("words", "")
    if not Alert.objects.filter(pk=alert_id).exists():
        raise Http404
    actions.record_sighting(alert_id=alert_id, agent=request.user, place=place, words=words)
    return show(request) if request.htmx else redirect("inquiries:desk")
