"""How an action says no, and how a page or the API passes it on.

An action raises ``Refused`` with a sentence for the person who asked; nothing it did remains.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Refused(Exception):
    """The state of things does not allow it (HTTP 409)."""

    status = 409

    def __init__(self, message: str, *, field: str = "detail") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(Refused):
    """What was sent cannot be meant (HTTP 400); ``field`` names the part."""

    status = 400


class Missing(Refused):
    """There is no such thing, or not for this person (HTTP 404)."""

    status = 404


def api_exception_handler(exc: Exception, context: dict) -> Response | None:
    """Refusals in the same shape as REST framework's own validation errors."""
    if not isinstance(exc, Refused):
        return exception_handler(exc, context)
    text = str(exc.message)
    return Response({exc.field: text if exc.field == "detail" else [text]}, status=exc.status)


class RefusalMiddleware:
    """A refused page action becomes a message on the page it came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        if not isinstance(exc, Refused):
            return None
        if request.htmx:
            return HttpResponse(str(exc.message), status=exc.status, content_type="text/plain")
        messages.error(request, exc.message)
        back = request.META.get("HTTP_REFERER", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return redirect(back if safe else "start")
