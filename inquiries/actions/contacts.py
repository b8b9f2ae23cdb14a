"""The agent's work on the contact in hand."""

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import queue
from agents.models import QueueEntry, User
from callcenter import clock, live
from callcenter.refusals import Invalid, Missing, Refused
from inquiries import signals
from inquiries.actions.intake import find_topic, open_contact
from inquiries.models import ArticleLink, Contact, Inquiry
from knowledgebase.actions import learning
from knowledgebase.models import Article

Outcome = Contact.Outcome
Status = Inquiry.Status

STATUS_AFTER = {
    Outcome.RESOLVED: Status.CLOSED,
    Outcome.PROMISED: Status.PROMISED,
    Outcome.HANDED_OFF: Status.WITH_DEPARTMENT,
    Outcome.NOT_REACHED: Status.PROMISED,
    Outcome.OUTSIDE: Status.CLOSED,
    Outcome.UNFINISHED: Status.RECEIVED,
    Outcome.ABANDONED: Status.CLOSED,
}
# Outcomes an agent names; a promise and a hand-off are made by their own actions.
NAMED_BY_HAND = {Outcome.RESOLVED, Outcome.NOT_REACHED}


def in_hand(agent: User) -> Contact:
    """The contact this agent has accepted and not finished. Raises Refused when there is none."""
    contact = (
        Contact.objects.select_related("inquiry", "entry")
        .filter(entry__agent=agent, entry__status=QueueEntry.Status.TAKEN)
        .first()
    )
    if contact is None:
        raise Refused(_("You have nothing in hand. Accept an offer first."))
    return contact


@transaction.atomic
def link_article(*, agent: User, article_id: int) -> ArticleLink:
    """Say that an article answers the inquiry in hand. Saying it twice changes nothing."""
    article = Article.objects.published().filter(pk=article_id).first()
    if article is None:
        raise Invalid(_("There is no such article."), field="article")
    inquiry = in_hand(agent).inquiry
    link, new = ArticleLink.objects.get_or_create(
        inquiry=inquiry,
        article=article,
        defaults={"linked_by": agent, "linked_at": clock.now()},
    )
    if new:
        audit.record(actor=agent, verb="article.linked", target=inquiry, article=article.pk)
        _tell_desk(agent, inquiry)
    return link


@transaction.atomic
def unlink_article(*, agent: User, article_id: int) -> None:
    inquiry = in_hand(agent).inquiry
    gone, _models = ArticleLink.objects.filter(inquiry=inquiry, article=article_id).delete()
    if not gone:
        raise Missing(_("This article is not linked."))
    audit.record(actor=agent, verb="article.unlinked", target=inquiry, article=article_id)
    _tell_desk(agent, inquiry)


@transaction.atomic
def write_note(*, agent: User, note: str, version: int, inquiry: Inquiry | None = None) -> Inquiry:
    """Save the note of an inquiry, the one in hand if none is named, as its author read it.

    ``version`` is the note's version on the author's screen. Raises Refused when somebody else
    has saved a newer one meanwhile; theirs stays.
    """
    inquiry = inquiry or in_hand(agent).inquiry
    saved = Inquiry.objects.filter(pk=inquiry.pk, note_version=version).update(
        note=note, note_version=version + 1
    )
    if not saved:
        raise Refused(_("The note was changed meanwhile. Reload to see it; yours is not saved."))
    inquiry.refresh_from_db()
    tell_screens(inquiry, "note-changed")
    return inquiry


def tell_screens(inquiry: Inquiry, what: str) -> None:
    """Announce a change to everybody who has the inquiry open, at a desk or on its page."""
    held = inquiry.contacts.filter(entry__status=QueueEntry.Status.TAKEN)
    desks = [live.desk_of(agent) for agent in held.values_list("entry__agent", flat=True)]
    live.push_on_commit(live.Event(what, inquiry.pk), topics=[live.inquiry(inquiry.pk), *desks])


@transaction.atomic
def mark_difficult(*, inquiry: Inquiry, difficult: bool, reason: str, actor: User) -> None:
    """Say that a caller has been abusive, or no longer is: trained agents are asked first.

    Raises Refused without a number to know them by, Invalid without a reason.
    """
    if inquiry.citizen is None:
        raise Refused(_("There is no number to know this caller by."))
    if not reason.strip():
        raise Invalid(_("Say why: it is written down."), field="reason")
    inquiry.citizen.difficult = difficult
    inquiry.citizen.save(update_fields=["difficult"])
    verb = "citizen.difficult" if difficult else "citizen.not_difficult"
    audit.record(actor=actor, verb=verb, target=inquiry.citizen, reason=reason.strip())
    tell_screens(inquiry, "caller-changed")


@transaction.atomic
def set_topic(*, agent: User, topic: str) -> Inquiry:
    """Tag the inquiry in hand with a topic code. Raises Invalid for one that does not exist."""
    contact = in_hand(agent)
    inquiry = contact.inquiry
    inquiry.topic = find_topic(topic)
    # Entry before inquiry, as whoever takes or lets go of it locks them.
    queue.refine(entry_id=contact.entry_id, topic=inquiry.topic.family)
    inquiry.save(update_fields=["topic"])
    audit.record(actor=agent, verb="inquiry.topic", target=inquiry, topic=topic)
    _tell_desk(agent, inquiry)
    return inquiry


@transaction.atomic
def set_outcome(*, agent: User, outcome: str, reply: str = "") -> Contact:
    """Record how the contact in hand ended; ``reply`` is what the citizen will read.

    Raises Invalid for an outcome that is not named by hand, or not on this kind of contact.
    """
    if outcome not in NAMED_BY_HAND:
        raise Invalid(_("The outcome is resolved or not_reached."), field="outcome")
    contact = in_hand(agent)
    if outcome == Outcome.NOT_REACHED and contact.entry.kind != QueueEntry.Kind.CALLBACK:
        raise Invalid(_("Only a callback can end without reaching anybody."), field="outcome")
    if reply:
        contact.inquiry.reply = reply
    conclude(contact=contact, outcome=Outcome(outcome), actor=agent)
    return contact


def conclude(*, contact: Contact, outcome: Contact.Outcome, actor: User | None) -> None:
    """Write an outcome on a contact and let the inquiry follow. Atomic with the caller."""
    inquiry = contact.inquiry
    if contact.entry.kind == QueueEntry.Kind.CONSULT:
        raise Refused(_("It is your colleague's to end."))
    if inquiry.status == Status.WITH_DEPARTMENT and contact.outcome == Outcome.HANDED_OFF:
        raise Refused(_("The department has it already."))
    contact.outcome = outcome
    contact.save(update_fields=["outcome"])
    move(inquiry, STATUS_AFTER[outcome], actor=actor)
    audit.record(actor=actor, verb=f"contact.{outcome}", target=contact, inquiry=inquiry.pk)
    if actor:
        _tell_desk(actor, inquiry)


def move(inquiry: Inquiry, status: Inquiry.Status, *, actor: User | None = None) -> None:
    """Give an inquiry a new status; closing it tells the apps above. Atomic with the caller."""
    closing = status == Status.CLOSED
    inquiry.status = status
    inquiry.closed_at = (inquiry.closed_at or clock.now()) if closing else None
    inquiry.closed_by = actor if closing else None
    inquiry.save(update_fields=["status", "closed_at", "closed_by", "reply"])
    if closing:
        signals.inquiry_closed.send(sender=Inquiry, inquiry=inquiry)


@transaction.atomic
def hang_up(*, agent: User) -> Contact:
    """The conversation is over; the agent still writes. Wrap-up begins."""
    contact = in_hand(agent)
    queue.release(entry_id=contact.entry_id)
    return contact


@transaction.atomic
def finish(*, agent: User) -> Contact:
    """Hand in the contact in hand. Raises Refused while it has no outcome: nothing is dropped."""
    contact = in_hand(agent)
    if not contact.outcome:
        raise Refused(_("Say first how it ended."))
    if contact.entry.kind == QueueEntry.Kind.CONSULT:
        queue.complete(entry_id=contact.entry_id, actor=agent)
        return contact
    contact.drafts.all().delete()
    if contact.entry.settled_at is None:
        signals.contact_finished.send(sender=Contact, contact=contact)
    queue.settle(entry_id=contact.entry_id)
    _teach(contact)
    return contact


def _teach(contact: Contact) -> None:
    """What was asked is another way to find the articles that answered it. Once for a contact."""
    inquiry = contact.inquiry
    if contact.outcome != Outcome.RESOLVED or contact.entry.settled_at is not None:
        return
    linked = inquiry.articles.values_list("pk", flat=True)
    question = learning.question_in(inquiry.subject, inquiry.body, inquiry.note)
    learning.learn(question=question, articles=linked)


def mark_taken(*, entry: QueueEntry) -> None:
    """An agent took the entry: its inquiry is in progress. Atomic with the taking.

    An outcome from before is void: of an agent who passed it on, or of a caller who seemed gone.
    """
    contact = Contact.objects.select_related("inquiry").filter(entry=entry).first()
    if contact is None:
        return
    if entry.kind == QueueEntry.Kind.CONSULT:
        Contact.objects.filter(pk=contact.pk).update(outcome=Outcome.CONSULTED)
        return
    if contact.outcome:
        Contact.objects.filter(pk=contact.pk).update(outcome="")
    move(contact.inquiry, Status.IN_PROGRESS)


def mark_let_go(*, entry: QueueEntry) -> None:
    """It is in nobody's hands, but has not left the center. Atomic with the letting go."""
    Inquiry.objects.filter(contacts__entry=entry).update(status=Status.RECEIVED)


def review_orphan(*, entry: QueueEntry) -> None:
    """A conversation ended and its agent vanished before writing it up: somebody looks into it."""
    contact = Contact.objects.select_related("inquiry").filter(entry=entry).first()
    if contact is not None and not contact.outcome:
        conclude(contact=contact, outcome=Outcome.UNFINISHED, actor=None)
        # A welfare check stays one: whoever takes it calls, and sees whom to call.
        again = QueueEntry.Kind.WELFARE if entry.kind == "welfare" else QueueEntry.Kind.RETURNED
        open_contact(inquiry=contact.inquiry, kind=again)


def mark_abandoned(*, entry: QueueEntry) -> None:
    """The caller hung up while waiting. Atomic with the abandoning."""
    contact = Contact.objects.select_related("inquiry").filter(entry=entry).first()
    if contact is not None:
        conclude(contact=contact, outcome=Outcome.ABANDONED, actor=None)


def _tell_desk(agent: User, inquiry: Inquiry) -> None:
    event = live.Event("inquiry-changed", inquiry.pk)
    live.push_on_commit(event, topics=[live.desk_of(agent.pk)])
