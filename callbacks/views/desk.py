"""What the desk and the citizen's page show of promises, as fragments of theirs."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from callbacks import timing, wording
from callbacks.actions import promises
from callbacks.models import Callback
from callbacks.queries import promises as queries
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from inquiries.models import Inquiry
from inquiries.views.citizen import by_link
from inquiries.views.desk import at_the_desk, show
from knowledgebase.models import Department, Language


@require_GET
@for_roles(Role.AGENT, Role.SUPERVISOR)
def for_inquiry(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """The open promises about an inquiry, and about others of the same number."""
    inquiry = get_object_or_404(Inquiry, pk=inquiry_id)
    context = {"inquiry": inquiry, "promises": queries.open_about(inquiry)}
    return render(request, "callbacks/for_inquiry.html", context)


@require_GET
def for_citizen(request: HttpRequest, number: str, key: str) -> HttpResponse:
    promise = queries.open_for_citizen(by_link(number, key)).first()
    return render(request, "callbacks/for_citizen.html", {"promise": promise})


@require_GET
@at_the_desk
def mine(request: HttpRequest) -> HttpResponse:
    """What this agent has promised for today, and what of it is about to break."""
    context = {"promises": queries.mine_today(request.user), "now": clock.now()}
    return render(request, "callbacks/mine.html", context)


@require_GET
@at_the_desk
def form(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    inquiry = get_object_or_404(Inquiry.objects.with_names(), pk=inquiry_id)
    before = Callback.objects.open().filter(inquiry=inquiry).first()
    times = _usual_times()
    context = {
        "inquiry": inquiry,
        "before": before,
        "phone": before.phone if before else inquiry.citizen.phone if inquiry.citizen else "",
        "times": times,
        "usual": times[1][0],
        "soonest": clock.now(),
        "furthest": clock.now() + timing.FURTHEST,
        "spoken": wording.spoken(),
        "languages": Language.choices,
        "departments": Department.objects.order_by("code"),
        "quiet": (settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR),
        "zone": settings.TIME_ZONE,
    }
    return render(request, "callbacks/promise_form.html", context)


@require_POST
@at_the_desk
def promise(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    inquiry = contacts.in_hand(request.user).inquiry
    callback = promises.promise(
        agent=request.user,
        due_at=_read_time(sent.get("due_at") or sent.get("usual", "")),
        until=_read_time(sent["until"], field="until") if sent.get("until") else None,
        phone=sent.get("phone", ""),
        question=sent.get("question", "")[:5000],
        language=sent.get("language", ""),
        caller=sent.get("caller") or Callback.Caller.ANYONE,
        department=sent.get("department", ""),
        at_any_hour="at_any_hour" in sent,
    )
    contacts.finish(agent=request.user)
    if callback.inquiry_id != inquiry.pk:
        messages.info(request, _joined(callback))
    # htmx and a plain browser alike follow and get the desk as it then is.
    return redirect("inquiries:desk")


def _joined(callback: Callback) -> str:
    said = _("They had asked this already (%(number)s): one call answers both, on %(when)s.")
    when = timezone.localtime(callback.promised_for)
    return said % {"number": callback.inquiry.number, "when": f"{when:%m-%d %H:%M}"}


# --- Keeping it


@require_GET
@at_the_desk
def attempt(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """The try that is in this agent's hands: whom to call, what to say, and the one dial."""
    return _show_attempt(request, inquiry_id)


@require_POST
@at_the_desk
def dial(request: HttpRequest) -> HttpResponse:
    """Claims the dial; only an answer of 200 is to make anything ring."""
    made = promises.dial(agent=request.user)
    if not request.htmx:
        return redirect("inquiries:desk")
    return _show_attempt(request, made.callback.inquiry_id, just_now=True)


def _show_attempt(request: HttpRequest, inquiry_id: int, **more) -> HttpResponse:
    found = queries.attempt_of(request.user, inquiry_id)
    return render(request, "callbacks/attempt.html", {"attempt": found, **more})


@require_POST
@at_the_desk
def unreached(request: HttpRequest) -> HttpResponse:
    promises.say_unreached(agent=request.user, outcome=request.POST.get("outcome", ""))
    contacts.finish(agent=request.user)
    return show(request)


def _read_time(text: str, *, field: str = "due_at") -> datetime:
    """A local or an aware time as a form sends it. Raises Invalid."""
    try:
        time = parse_datetime(text)
    except ValueError:
        time = None
    if time is None:
        raise Invalid(_("Say when somebody is to call."), field=field)
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
