"""Pages that belong to no app: where to go after signing in, and whether we are well."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from callcenter.navigation import items_for


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Everybody begins the day at the first thing they may see."""
    return redirect(items_for(request.user)[0][0])


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when pages can be made: the database answers. Redis may be down, pages still work."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")
