"""One inquiry, whole: for whoever looks into it while, before or after it is at a desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import DESK, Role, for_roles
from inquiries import queries
from inquiries.actions import contacts, viewings
from inquiries.models import Inquiry
from inquiries.views.desk import save_note

readers = for_roles(*DESK, Role.OPERATOR)
writers = for_roles(*DESK)


def _inquiry(number: str) -> Inquiry:
    return get_object_or_404(Inquiry.objects.with_names(), number=number)


@require_GET
@readers
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    found = _inquiry(number)
    context = {
        "inquiry": found,
        "contacts": queries.contacts_of(found),
        "transfers": queries.transfers_of(found),
        "handoffs": queries.handoffs_of(found),
        "articles": found.articles.all(),
        "earlier": queries.earlier_inquiries(found),
        "writes": request.user.role in DESK,
    }
    template = "inquiries/inquiry_region.html" if request.htmx else "inquiries/inquiry.html"
    return render(request, template, context)


@require_POST
@writers
def note(request: HttpRequest, number: str) -> HttpResponse:
    return save_note(request, _inquiry(number))


@require_POST
@writers
def difficult(request: HttpRequest, number: str) -> HttpResponse:
    found = _inquiry(number)
    contacts.mark_difficult(
        inquiry=found,
        difficult=request.POST.get("difficult") == "1",
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    messages.success(request, _("Recorded."))
    return redirect("inquiries:inquiry", found.number)


@require_GET
@readers
def viewers(request: HttpRequest, number: str) -> HttpResponse:
    """Who else has it open; asking says that one has it open oneself."""
    others = viewings.look(inquiry=_inquiry(number), user=request.user)
    return render(request, "inquiries/viewers.html", {"others": others})


@require_POST
@readers
def leave(request: HttpRequest, number: str) -> HttpResponse:
    viewings.leave(inquiry=_inquiry(number), user=request.user)
    return HttpResponse(status=204)
