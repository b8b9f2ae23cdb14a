"""Feedback: the editors' list, the agent's own, and the answers that are news to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import DESK, for_roles
from knowledgebase.access import editors_only
from knowledgebase.actions import feedback
from knowledgebase.queries import feedback as queries

who_may_say = for_roles(*DESK)


@require_GET
@editors_only
def listing(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
@editors_only
def answer(request: HttpRequest, feedback_id: int) -> HttpResponse:
    feedback.answer(
        actor=request.user, feedback_id=feedback_id, text=request.POST.get("answer", "")
    )
    return _after(request, _("Done. Who said it hears of it."))


@require_POST
@editors_only
def open_again(request: HttpRequest, feedback_id: int) -> HttpResponse:
    feedback.open_again(actor=request.user, feedback_id=feedback_id)
    return _after(request, _("It is open again."))


@require_GET
@who_may_say
def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "knowledgebase/feedback_mine.html", {"own": queries.own(request.user)})


@require_GET
@who_may_say
def news(request: HttpRequest) -> HttpResponse:
    return _news(request)


@require_POST
@who_may_say
def heard(request: HttpRequest, feedback_id: int) -> HttpResponse:
    feedback.hear(actor=request.user, feedback_id=feedback_id)
    return _news(request) if request.htmx else redirect("knowledgebase:feedback-mine")


def _after(request: HttpRequest, said: str) -> HttpResponse:
    if request.htmx:
        return _list(request)
    messages.success(request, said)
    return redirect("knowledgebase:feedback")


def _list(request: HttpRequest) -> HttpResponse:
    context = {"about": queries.open_by_article(), "done": queries.done()}
    template = "feedback_region.html" if request.htmx else "feedback.html"
    return render(request, f"knowledgebase/{template}", context)


def _news(request: HttpRequest) -> HttpResponse:
    return render(
        request, "knowledgebase/feedback_news.html", {"news": queries.news_for(request.user)}
    )
