"""The card of a welfare check at the desk: how to speak, whom to call, one key for each outcome."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from agents import audit
from callbacks.actions import welfare
from callbacks.queries import welfare as queries
from callcenter.refusals import Refused
from inquiries.views.desk import at_the_desk


@require_GET
@at_the_desk
def card(request: HttpRequest) -> HttpResponse:
    """Only what this person has in hand; who looked at whose card is written down."""
    try:
        check = welfare.in_hand(request.user)
    except Refused:
        return HttpResponse("")
    audit.record(actor=request.user, verb="person.card_read", target=check.person)
    ladder = list(check.person.ladder.all())
    context = {
        "check": check,
        "person": check.person,
        "ladder": ladder,
        "now": next((one for one in ladder if one.position == check.rung), None),
        "steps": check.steps.select_related("by"),
        "last_words": queries.last_words(check.person),
    }
    return render(request, "callbacks/welfare/card.html", context)


@require_POST
@at_the_desk
def outcome(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    rung = sent.get("rung", "")
    welfare.record(
        agent=request.user,
        outcome=sent.get("outcome", ""),
        words=sent.get("words", "")[:5000],
        rung=int(rung) if rung.isdecimal() and len(rung) < 5 else None,
    )
    # htmx and a plain browser alike follow and get the desk as it then is.
    return redirect("inquiries:desk")
