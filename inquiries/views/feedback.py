"""Saying from the desk what is not right with an article; the inquiry in hand goes along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callcenter.refusals import Refused
from inquiries import queries
from inquiries.views.desk import at_the_desk
from knowledgebase.actions import feedback
from knowledgebase.models import Article, Feedback


@at_the_desk
def say(request: HttpRequest, article_id: int) -> HttpResponse:
    """The form, and what came of it. One press of a kind is enough; words are welcome."""
    article = get_object_or_404(Article.objects.visible_to(request.user), pk=article_id)
    inquiry = queries.desk_of(request.user).inquiry
    context = {"article": article, "inquiry": inquiry, "kinds": Feedback.Kind.choices}
    if request.method == "POST":
        words = request.POST.get("words", "")
        try:
            context["said"] = feedback.say(
                actor=request.user,
                article_id=article.pk,
                kind=request.POST.get("kind", ""),
                words=words,
                inquiry=inquiry.number if inquiry else "",
            )
        except Refused as refusal:
            context |= {"words": words, "error": refusal.message}
    return _answer(request, context)


def _answer(request: HttpRequest, context: dict) -> HttpResponse:
    if request.htmx:
        return render(request, "inquiries/desk/feedback.html", context)
    if "said" in context:
        messages.success(request, _("Thank you. The editors have it, and you will hear."))
        return redirect("knowledgebase:article", context["article"].pk)
    status = 400 if "error" in context else 200
    return render(request, "inquiries/feedback.html", context, status=status)
