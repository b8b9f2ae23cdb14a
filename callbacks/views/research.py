"""A promise by itself, and finding out what was promised."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from agents.models import User
from callbacks.actions import research as actions
from callbacks.forms import ResearchForm
from callbacks.models import Callback, Research
from callbacks.queries import promises as queries
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from knowledgebase.models import Department

staff = for_roles(Role.AGENT, Role.SUPERVISOR)


@require_GET
@staff
def detail(request: HttpRequest, callback_id: int) -> HttpResponse:
    return _show(request, _promise(callback_id))


def _promise(callback_id: int) -> Callback:
    found = Callback.objects.select_related(
        *("inquiry__topic", "inquiry__citizen", "promised_by", "caller_agent", "department"),
        *("research__assigned_to", "research__answered_by", "research__approved_by"),
        *("research__handoff__department", "research__article"),
    )
    return get_object_or_404(found, pk=callback_id)


def _show(request: HttpRequest, promise: Callback, **more) -> HttpResponse:
    research = getattr(promise, "research", None) or Research(callback=promise)
    typed = {"notes": research.notes, "answer": research.answer, "version": research.version}
    context = {
        "promise": promise,
        "research": research,
        "form": ResearchForm(initial=typed | {"for_article": research.for_article}),
        "attempts": queries.history_of(promise),
        "people": _colleagues(),
        "departments": Department.objects.order_by("code"),
        "wrote_it": research.answered_by == request.user,
        "now": clock.now(),
        "decides": request.user.role == Role.SUPERVISOR,
    }
    status = more.pop("status", 200)
    return render(request, "callbacks/detail.html", context | more, status=status)


def _colleagues():
    desk = [User.Role.AGENT, User.Role.SUPERVISOR]
    return User.objects.filter(role__in=desk, is_active=True).order_by("display_name", "username")


@require_POST
@staff
def write(request: HttpRequest, callback_id: int) -> HttpResponse:
    """Save, or hand in; when somebody saved meanwhile, both texts stand on the page."""
    form = ResearchForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This is too long."), field="answer")
    sent = {**form.cleaned_data, "callback_id": callback_id, "actor": request.user}
    for_article = sent.pop("for_article")
    try:
        if request.POST.get("verb") == "submit":
            actions.submit(**sent, for_article=for_article)
            messages.success(request, _("Somebody else looks at it now."))
        else:
            actions.save(**sent)
            messages.success(request, _("Saved."))
    except Refused as refusal:
        return _keep_typed(request, callback_id, form.cleaned_data, refusal)
    return redirect("callbacks:detail", callback_id)


def _keep_typed(
    request: HttpRequest, callback_id: int, typed: dict, refusal: Refused
) -> HttpResponse:
    """The page again with the refusal and all that was typed; after a conflict, theirs too."""
    theirs = getattr(refusal, "theirs", None)
    if theirs is not None:
        typed = typed | {"version": theirs.version}
    context = {"form": ResearchForm(initial=typed), "theirs": theirs, "refusal": refusal}
    return _show(request, _promise(callback_id), **context, status=refusal.status)


@require_POST
@staff
def decide(request: HttpRequest, callback_id: int) -> HttpResponse:
    """Approve the answer, or send it back with what is missing."""
    version = request.POST.get("version", "")
    said = {"callback_id": callback_id, "actor": request.user}
    said["version"] = int(version) if version.isdigit() else -1
    if request.POST.get("verb") == "approve":
        actions.approve(**said)
        messages.success(request, _("Approved: whoever calls finds it there."))
    else:
        actions.send_back(**said, reason=request.POST.get("reason", "")[:2000])
        messages.success(request, _("It is worked on again."))
    return redirect("callbacks:detail", callback_id)


@require_POST
@staff
def assign(request: HttpRequest, callback_id: int) -> HttpResponse:
    name = request.POST.get("to", "")
    to = get_object_or_404(_colleagues(), username=name) if name else None
    actions.assign(callback_id=callback_id, actor=request.user, to=to)
    messages.success(request, _("Recorded."))
    return redirect("callbacks:detail", callback_id)


@require_POST
@staff
def ask(request: HttpRequest, callback_id: int) -> HttpResponse:
    actions.ask_department(
        callback_id=callback_id,
        actor=request.user,
        department=request.POST.get("department", ""),
        question=request.POST.get("question", "")[:5000],
    )
    messages.success(request, _("The department has it; its answer comes here."))
    return redirect("callbacks:detail", callback_id)
