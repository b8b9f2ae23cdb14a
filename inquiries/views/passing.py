"""The desk's verbs about others: pass on, ask a colleague, hold; and what is half typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from inquiries import queries
from inquiries.actions import calls, drafts, transfers
from inquiries.models import Transfer
from inquiries.views.desk import at_the_desk, show


@require_GET
@at_the_desk
def form(request: HttpRequest, what: str) -> HttpResponse:
    """Whom it can go to just now; ``what`` is ``transfer`` or ``consult``."""
    desk = queries.desk_of(request.user)
    context = {
        "what": what,
        "contact": desk.contact,
        "receivers": queries.receivers(request.user),
        "reasons": Transfer.Reason.choices,
        "drafts": dict(desk.contact.drafts.values_list("name", "text")) if desk.contact else {},
    }
    return render(request, "inquiries/desk/pass_form.html", context)


@require_POST
@at_the_desk
def transfer(request: HttpRequest) -> HttpResponse:
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    message = request.POST.get("message", "")[:5000]
    transfers.transfer(agent=request.user, to=to, reason=reason, message=message)
    return show(request)


@require_POST
@at_the_desk
def consult(request: HttpRequest) -> HttpResponse:
    to, question = request.POST.get("to", ""), request.POST.get("question", "")[:5000]
    transfers.consult(agent=request.user, to=to, question=question)
    return show(request)


@require_POST
@at_the_desk
def end_consult(request: HttpRequest) -> HttpResponse:
    transfers.end_consult(agent=request.user)
    return show(request)


@require_POST
@at_the_desk
def hold(request: HttpRequest) -> HttpResponse:
    calls.hold(agent=request.user, on=request.POST.get("on") == "1")
    return show(request)


@require_POST
@at_the_desk
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is half typed; there is nothing to show for it."""
    name, text = request.POST.get("name", ""), request.POST.get("text", "")
    drafts.keep(agent=request.user, name=name, text=text.replace("\r\n", "\n"))
    return HttpResponse(status=204)
