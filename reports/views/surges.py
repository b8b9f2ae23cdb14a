"""What is asked about unusually often just now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agents.access import Role
from reports import surges as of_topics
from reports.views import watchers_only


@require_GET
@watchers_only
def surges(request: HttpRequest) -> HttpResponse:
    template = "reports/surges_region.html" if request.htmx else "reports/surges.html"
    context = {
        "surges": of_topics.SURGES.get(),
        "weeks": of_topics.WEEKS,
        "fewest": of_topics.FEWEST,
        "may_write": request.user.role == Role.SUPERVISOR,
    }
    return render(request, template, context)
