"""What the desk and the citizen's page show of promises, as fragments of theirs."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from callbacks import actions
from callbacks.models import Callback
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from inquiries.models import Inquiry
from inquiries.views.citizen import by_link
from inquiries.views.desk import agents_only


@require_GET
@for_roles(Role.AGENT, Role.SUPERVISOR)
def for_inquiry(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """The open promise about an inquiry, if there is one."""
    promise = Callback.objects.open().filter(inquiry=inquiry_id).first()
    return render(request, "callbacks/for_inquiry.html", {"promise": promise})


@require_GET
def for_citizen(request: HttpRequest, number: str, key: str) -> HttpResponse:
    promise = Callback.objects.open().filter(inquiry=by_link(number, key)).first()
    return render(request, "callbacks/for_citizen.html", {"promise": promise})


@require_GET
@agents_only
def form(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    inquiry = get_object_or_404(Inquiry.objects.with_names(), pk=inquiry_id)
    context = {
        "inquiry": inquiry,
        "times": _usual_times(),
        "default": clock.now() + timedelta(hours=1),
    }
    return render(request, "callbacks/promise_form.html", context)


@require_POST
@agents_only
def promise(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    due_at = _read_time(sent.get("due_at") or sent.get("usual", ""))
    actions.promise(
        agent=request.user,
        due_at=due_at,
        phone=sent.get("phone", ""),
        question=sent.get("question", "")[:5000],
    )
    contacts.finish(agent=request.user)
    # 303 makes htmx and a plain browser alike fetch the desk as it then is.
    return redirect(reverse("inquiries:desk"))


def _read_time(text: str) -> datetime:
    """A local or an aware time as a form sends it. Raises Invalid."""
    try:
        time = parse_datetime(text)
    except ValueError:
        time = None
    if time is None:
        raise Invalid(_("Say when somebody is to call."), field="due_at")
    return time if timezone.is_aware(time) else timezone.make_aware(time)


def _usual_times() -> list[tuple[str, str]]:
    """(time, label) of the promises that are made most."""
    now = clock.now()
    morning = clock.day_bounds(clock.today() + timedelta(days=1))[0] + timedelta(hours=9)
    usual = [
        (now + timedelta(minutes=30), _("In 30 minutes")),
        (now + timedelta(hours=1), _("In an hour")),
        (now + timedelta(hours=2), _("In two hours")),
        (morning, _("Tomorrow at nine")),
    ]
    return [(time.isoformat(), label) for time, label in usual]
