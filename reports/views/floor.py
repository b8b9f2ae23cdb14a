"""The floor, the wallboard, and what supervisors do to the line."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role
from agents.actions import steering
from agents.models import PresenceState, QueueEntry, User
from callcenter.refusals import Invalid
from reports.floor import FLOOR, Floor
from reports.views import supervisors_only, watchers_only
from reports.wall import wall_of

# What is shown of the line, and of what is in hand; the counts are of everything.
LONGEST_LIST = 60
REASON_LENGTH = 200
_VERBS: dict[str, Callable[..., QueueEntry]] = {
    "pin": steering.pin,
    "unpin": steering.unpin,
    "end": steering.move_to_end,
    "pull": steering.pull,
}


@require_GET
@watchers_only
def floor(request: HttpRequest) -> HttpResponse:
    region = _floor_region(_now(request), steers=request.user.role == Role.SUPERVISOR)
    return _page(request, "floor", region)


@require_GET
@watchers_only
def wall(request: HttpRequest) -> HttpResponse:
    now = _now(request)
    return _page(request, "wall", _rendered(now, "wall", lambda: {"wall": wall_of(now)}))


def _now(request: HttpRequest) -> Floor:
    return FLOOR.get(heard=request.headers.get("X-Heard", "")[:20])


def _page(request: HttpRequest, name: str, region: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(region)
    return render(request, f"reports/{name}.html", {"region": region})


def _floor_region(now: Floor, *, steers: bool) -> str:
    def context() -> dict:
        shown = {"waiting": now.waiting[:LONGEST_LIST], "in_hand": now.in_hand[:LONGEST_LIST]}
        return {"floor": now, "steers": steers, **shown}

    return _rendered(now, "floor", context, steers)


def _rendered(now: Floor, name: str, context: Callable[[], dict], *rights: bool) -> str:
    """The moving part of a page, made once for all who may see the same in one language.

    Without the request: nothing of one reader may get into what others are shown, too.
    """

    def render_region() -> str:
        return render_to_string(f"reports/{name}_region.html", context())

    return now.rendered.get((name, get_language(), *rights), render_region)


@require_GET
@supervisors_only
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What can be done to an entry just now; fetched each time its menu opens."""
    now = FLOOR.renewed()
    in_line = next((one for one in now.waiting if one.pk == entry_id), None)
    in_hand = next((one for one in now.in_hand if one.pk == entry_id), None)
    at_work = [one for one in [*now.agents, *now.supervisors] if one.at_work]
    by_state = sorted(at_work, key=lambda one: one.state != PresenceState.AVAILABLE)
    context = {
        "entry": in_line or in_hand,
        "waits": in_line,
        "can_be_pulled": in_line.rings_at if in_line else in_hand and in_hand.can_be_moved,
        "others": [one for one in now.waiting[:LONGEST_LIST] if one.pk != entry_id],
        "people": [one for one in by_state if not in_hand or one.pk != in_hand.agent_id],
    }
    return render(request, "reports/floor_steer.html", context)


@require_POST
@supervisors_only
def steer(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One of the verbs; the floor as it then is."""
    get_object_or_404(QueueEntry, pk=entry_id)
    sent, verb = request.POST, request.POST.get("verb", "")
    given = {"entry_id": entry_id, "actor": request.user, "reason": reason_of(sent)}
    if verb in _VERBS:
        _VERBS[verb](**given)
    elif verb == "before":
        steering.move_before(**given, other_id=_number(sent, "other"))
    elif verb == "reassign":
        steering.reassign(**given, agent=_colleague(sent))
    else:
        raise Invalid(_("Choose what to do."), field="verb")
    if not request.htmx:
        return redirect("reports:floor")
    return HttpResponse(_floor_region(FLOOR.renewed(), steers=True))


def reason_of(sent: QueryDict) -> str:
    return sent.get("reason", "")[:REASON_LENGTH]


def _number(sent: QueryDict, field: str) -> int:
    text = sent.get(field, "")
    if not text.isdecimal():
        raise Invalid(_("Choose one from the list."), field=field)
    return int(text)


def _colleague(sent: QueryDict) -> User:
    desks = User.objects.filter(role__in=[Role.AGENT, Role.SUPERVISOR], is_active=True)
    colleague = desks.filter(pk=_number(sent, "agent")).first()
    if colleague is None:
        raise Invalid(_("Choose one from the list."), field="agent")
    return colleague
