"""The people of the welfare rounds: for supervisors, and every look is written down."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import audit
from agents.access import Role, for_roles
from callbacks.actions import welfare_people as actions
from callbacks.forms_rounds import ConsentForm, PauseForm, PersonForm
from callbacks.models import Person
from callbacks.queries import welfare as queries
from callcenter import clock
from callcenter.refusals import Refused

supervisors_only = for_roles(Role.SUPERVISOR)
_PER_PAGE = 50
_HISTORY_PER_PAGE = 30


@require_GET
@supervisors_only
def listing(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.found(query), _PER_PAGE).get_page(request.GET.get("page"))
    audit.record(
        actor=request.user, verb="people.listed", target=request.user, searched=bool(query)
    )
    return render(request, "callbacks/welfare/people.html", {"page": page, "query": query})


@require_http_methods(["GET", "POST"])
@supervisors_only
def add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request, PersonForm(), None)
    form = PersonForm(request.POST)
    return _save(request, form, None)


@require_http_methods(["GET", "POST"])
@supervisors_only
def change(request: HttpRequest, resident_id: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=resident_id)
    if request.method == "GET":
        return _form(request, PersonForm(instance=found), found)
    return _save(request, PersonForm(request.POST, instance=found), found)


def _form(request, form: PersonForm, found: Person | None, status: int = 200) -> HttpResponse:
    context = {"form": form, "person": found}
    return render(request, "callbacks/welfare/person_form.html", context, status=status)


def _save(request: HttpRequest, form: PersonForm, found: Person | None) -> HttpResponse:
    """What is refused is said beside the field, and what was typed stays."""
    if not form.is_valid():
        return _form(request, form, found, status=400)
    fields = form.fields_for_action()
    try:
        if found:
            saved = actions.change_person(person_id=found.pk, actor=request.user, **fields)
        else:
            saved = actions.add_person(actor=request.user, **fields)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form(request, form, found, status=refusal.status)
    messages.success(request, _("Saved."))
    return redirect("callbacks:welfare-person", saved.pk)


@require_GET
@supervisors_only
def person(request: HttpRequest, resident_id: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=resident_id)
    audit.record(actor=request.user, verb="person.read", target=found)
    return _page(request, found)


def _page(request: HttpRequest, found: Person, status: int = 200, **forms) -> HttpResponse:
    today = clock.today()
    consents = list(found.consents.select_related("recorded_by", "withdrawn_by"))
    history = Paginator(queries.history_of(found), _HISTORY_PER_PAGE)
    context = {
        "person": found,
        "ladder": found.ladder.all(),
        "consents": consents,
        "consent": next((one for one in consents if one.withdrawn_at is None), None),
        "today": today,
        "pauses": found.pauses.filter(last_day__gte=today).select_related("made_by"),
        "coming": found.checks.filter(status="planned", due_at__gt=clock.now()).order_by("due_at")[
            :6
        ],
        "page": history.get_page(request.GET.get("page")),
        "consent_form": ConsentForm(initial={"since": today}),
        "pause_form": PauseForm(initial={"first_day": today}),
    }
    return render(request, "callbacks/welfare/person.html", context | forms, status=status)


@require_POST
@supervisors_only
def consent(request: HttpRequest, resident_id: int) -> HttpResponse:
    found, form = get_object_or_404(Person, pk=resident_id), ConsentForm(request.POST)
    return _apply(
        request,
        found,
        "consent_form",
        form,
        actions.give_consent,
        _("Recorded: the calls are planned."),
    )


@require_POST
@supervisors_only
def pause(request: HttpRequest, resident_id: int) -> HttpResponse:
    found, form = get_object_or_404(Person, pk=resident_id), PauseForm(request.POST)
    return _apply(
        request, found, "pause_form", form, actions.pause, _("Nobody will call on these days.")
    )


def _apply(request, found: Person, name: str, form, action, said: str) -> HttpResponse:
    if form.is_valid():
        try:
            action(person_id=found.pk, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    if not form.is_valid():
        return _page(request, found, status=400, **{name: form})
    messages.success(request, said)
    return redirect("callbacks:welfare-person", found.pk)


@require_POST
@supervisors_only
def withdraw(request: HttpRequest, resident_id: int) -> HttpResponse:
    """At once and without a question back: asking twice is what the page does, before."""
    cancelled = actions.withdraw_consent(
        person_id=resident_id, actor=request.user, because=request.POST.get("because", "")
    )
    said = ngettext(
        "Withdrawn. %(n)s planned call is cancelled.",
        "Withdrawn. %(n)s planned calls are cancelled.",
        cancelled,
    )
    messages.success(request, said % {"n": cancelled})
    return redirect("callbacks:welfare-person", resident_id)


@require_POST
@supervisors_only
def end_pause(request: HttpRequest, pause_id: int) -> HttpResponse:
    found = actions.end_pause(pause_id=pause_id, actor=request.user)
    messages.success(request, _("The pause is over; what is to come is planned again."))
    return redirect("callbacks:welfare-person", found.pk)
