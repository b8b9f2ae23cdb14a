"""The agent's desk. Every verb calls one action and shows the desk as it then is."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents import queries as routing
from agents.access import DESK, for_roles
from agents.actions import desks, offers, states
from agents.models import BreakReason
from callcenter.refusals import Invalid, Refused
from inquiries import queries
from inquiries.actions import contacts, handoffs
from inquiries.forms import NoteForm
from inquiries.models import Inquiry
from knowledgebase.models import Department, Topic
from knowledgebase.queries.notices import pinned_on

at_the_desk = for_roles(*DESK)


@require_GET
@at_the_desk
def desk(request: HttpRequest) -> HttpResponse:
    desks.heard(request.user.pk)
    if request.htmx:
        return render(request, "inquiries/desk/region.html", _context(request))
    return render(request, "inquiries/desk.html", _context(request) | pinned_on(request.user))


def show(request: HttpRequest) -> HttpResponse:
    """After a verb: the desk again, as a region for htmx, as a page otherwise."""
    if not request.htmx:
        return redirect("inquiries:desk")
    return render(request, "inquiries/desk/region.html", _context(request))


def _context(request: HttpRequest) -> dict:
    now = queries.desk_of(request.user)
    wrap_up_ends = now.presence.since + timedelta(seconds=settings.WRAP_UP_SECONDS)
    context = {"desk": now, "presence": now.presence, "wrap_up_ends": wrap_up_ends}
    context |= {"today": queries.today_of(request.user), "break_reasons": BreakReason.by_hand()}
    if now.contact:
        context |= _about(now.contact)
    if now.offer:
        context["ring"] = routing.rings()[now.offer.ring - 1 :][:1]
    return context


def _about(contact) -> dict:
    inquiry = contact.inquiry
    family = inquiry.topic and (inquiry.topic.parent_id or inquiry.topic_id)
    # In the order of the keys on the keyboard, where the zero comes last.
    topics = sorted(Topic.objects.all(), key=lambda topic: (topic.key == "0", topic.key))
    earlier = list(queries.earlier_inquiries(inquiry))
    taken_at = contact.entry.taken_at
    return {
        "contact": contact,
        "inquiry": inquiry,
        "waited": taken_at and taken_at - contact.entry.waiting_since,
        "earlier": earlier,
        "earlier_more": len(earlier) == queries.EARLIER_SHOWN,
        "handoffs": queries.handoffs_of(inquiry),
        "families": [topic for topic in topics if topic.parent_id is None],
        "narrower": [topic for topic in topics if topic.parent_id == family] if family else [],
        "family": family,
        "departments": Department.objects.order_by("code"),
        "drafts": dict(contact.drafts.values_list("name", "text")),
        "briefed_by": contact.briefing and queries.briefed_by(contact),
        "transfers": queries.transfers_of(inquiry),
        "question": queries.question_about(contact),
    }


@require_POST
@at_the_desk
def set_state(request: HttpRequest) -> HttpResponse:
    state, _colon, reason = request.POST.get("state", "").partition(":")
    states.set_state(agent=request.user, state=state, reason=reason)
    return show(request)


@require_POST
@at_the_desk
def accept(request: HttpRequest, offer_id: int) -> HttpResponse:
    offers.accept(offer_id=offer_id, agent=request.user)
    return show(request)


@require_POST
@at_the_desk
def decline(request: HttpRequest, offer_id: int) -> HttpResponse:
    offers.decline(offer_id=offer_id, agent=request.user)
    return show(request)


@require_POST
@at_the_desk
def link(request: HttpRequest, article_id: int) -> HttpResponse:
    contacts.link_article(agent=request.user, article_id=article_id)
    return show(request)


@require_POST
@at_the_desk
def unlink(request: HttpRequest, article_id: int) -> HttpResponse:
    contacts.unlink_article(agent=request.user, article_id=article_id)
    return show(request)


@require_POST
@at_the_desk
def note(request: HttpRequest) -> HttpResponse:
    return save_note(request, contacts.in_hand(request.user).inquiry)


def save_note(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Save the note as it is typed; answers with its new version, or with what stands instead."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This note cannot be saved. It may be too long."), field="note")
    sent, conflict = form.cleaned_data, False
    try:
        inquiry = contacts.write_note(agent=request.user, inquiry=inquiry, **sent)
    except Refused:
        inquiry.refresh_from_db()
        conflict = inquiry.note != sent["note"]
    # Until the agent has chosen, the page stays at the version it has read.
    version = sent["version"] if conflict else inquiry.note_version
    context = {"inquiry": inquiry, "version": version, "conflict": conflict, "saved": not conflict}
    return render(request, "inquiries/desk/note_state.html", context)


@require_POST
@at_the_desk
def topic(request: HttpRequest) -> HttpResponse:
    contacts.set_topic(agent=request.user, topic=request.POST.get("topic", ""))
    return show(request)


@require_POST
@at_the_desk
def hang_up(request: HttpRequest) -> HttpResponse:
    contacts.hang_up(agent=request.user)
    return show(request)


@require_POST
@at_the_desk
def resolve(request: HttpRequest) -> HttpResponse:
    """The ordinary end: settled, said so, handed in."""
    outcome, reply = request.POST.get("outcome", "resolved"), request.POST.get("reply", "")
    contacts.set_outcome(agent=request.user, outcome=outcome, reply=reply)
    contacts.finish(agent=request.user)
    return show(request)


@require_POST
@at_the_desk
def finish(request: HttpRequest) -> HttpResponse:
    """Nothing more to say: a colleague's question is answered."""
    contacts.finish(agent=request.user)
    return show(request)


@require_POST
@at_the_desk
def hand_off(request: HttpRequest) -> HttpResponse:
    department, message = request.POST.get("department", ""), request.POST.get("message", "")
    handoffs.hand_off(agent=request.user, department=department, message=message)
    contacts.finish(agent=request.user)
    return show(request)
