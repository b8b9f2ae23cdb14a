"""What the desk and the citizen's page show of promises, as fragments of theirs."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from callbacks.actions import promises
from callbacks.models import Callback
from callbacks.queries import promises as queries
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from inquiries.models import Inquiry
from inquiries.views.citizen import by_link
from inquiries.views.desk import at_the_desk


@require_GET
@for_roles(Role.AGENT, Role.SUPERVISOR)
def for_inquiry(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """The open promises about an inquiry, and about others of the same number."""
    inquiry = get_object_or_404(Inquiry, pk=inquiry_id)
    context = {"inquiry": inquiry, "promises": queries.open_about(inquiry)}
    return render(request, "callbacks/for_inquiry.html", context)


@require_GET
def for_citizen(request: HttpRequest, number: str, key: str) -> HttpResponse:
    promise = Callback.objects.open().filter(inquiry=by_link(number, key)).first()
    return render(request, "callbacks/for_citizen.html", {"promise": promise})


@require_GET
@at_the_desk
def form(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    inquiry = get_object_or_404(Inquiry.objects.with_names(), pk=inquiry_id)
    before = Callback.objects.open().filter(inquiry=inquiry).first()
    times = _usual_times()
    context = {
        "inquiry": inquiry,
        "phone": before.phone if before else inquiry.citizen.phone if inquiry.citizen else "",
        "times": times,
        "usual": times[1][0],
        "soonest": clock.now(),
        "furthest": clock.now() + promises.FURTHEST,
    }
    return render(request, "callbacks/promise_form.html", context)


@require_POST
@at_the_desk
def promise(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    due_at = _read_time(sent.get("due_at") or sent.get("usual", ""))
    promises.promise(
        agent=request.user,
        due_at=due_at,
        phone=sent.get("phone", ""),
        question=sent.get("question", "")[:5000],
    )
    contacts.finish(agent=request.user)
    # htmx and a plain browser alike follow and get the desk as it then is.
    return redirect("inquiries:desk")


def _read_time(text: str) -> datetime:
    """A local or an aware time as a form sends it. Raises Invalid."""
    try:
        time = parse_datetime(text)
    except ValueError:
        time = None
    if time is None:
        raise Invalid(_("Say when somebody is to call."), field="due_at")
    return time if timezone.is_aware(time) else timezone.make_aware(time)


def _usual_times() -> list[tuple[datetime, str]]:
    """(time, label) of the usual promises, at full five minutes: they are said aloud."""
    now = clock.now() + timedelta(minutes=5)
    now -= timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    morning = clock.day_bounds(clock.today() + timedelta(days=1))[0] + timedelta(hours=9)
    return [
        (now + timedelta(minutes=30), _("In 30 minutes")),
        (now + timedelta(hours=1), _("In an hour")),
        (now + timedelta(hours=2), _("In two hours")),
        (morning, _("Tomorrow at nine")),
    ]
