"""Finding out what was promised: assigned, noted, asked, answered, approved, offered as article.

One row for each promise, made by whoever begins. Who saves says which version they have read;
nobody overwrites what they have not seen, and nobody approves what they wrote.
"""

import structlog
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callbacks.actions.promises.state import announce, end
from callbacks.models import Callback, Research
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from inquiries.actions import contacts, handoffs
from inquiries.models import HandOff, Inquiry
from knowledgebase.actions.drafts import start_article

log = structlog.get_logger(__name__)
State = Research.State
LONGEST = 20_000
_NO_ANSWER = {"answered_by": None, "answered_at": None, "approved_by": None, "approved_at": None}
AT_A_TIME = 20


class Conflict(Refused):
    """Somebody has saved meanwhile; ``theirs`` is what stands now. Nothing was written."""

    def __init__(self, theirs: Research) -> None:
        who = theirs.saved_by or _("Somebody else")
        super().__init__(
            _("%(person)s has changed this meanwhile. Nothing was overwritten.") % {"person": who}
        )
        self.theirs = theirs


@transaction.atomic
def assign(*, callback_id: int, actor: User, to: User | None) -> Research:
    """Say who finds it out; None: nobody in particular. Raises Refused when the call is over."""
    research = _lock(callback_id)
    research.assigned_to = to
    research.save(update_fields=["assigned_to"])
    _record(research, "research.assigned", actor, to=to.pk if to else None)
    return research


@transaction.atomic
def save(*, callback_id: int, actor: User, version: int, notes: str, answer: str) -> Research:
    """Keep notes and the answer as far as it is written.

    A changed answer is no longer the one that was approved. Raises Conflict, Invalid, Refused.
    """
    research = _lock_version(callback_id, version)
    if max(len(notes), len(answer)) > LONGEST:
        raise Invalid(_("This is too long."), field="answer")
    _write(research, actor, notes=notes, answer=answer)
    _record(research, "research.saved", actor, version=research.version)
    return research


@transaction.atomic
def submit(
    *,
    callback_id: int,
    actor: User,
    version: int,
    notes: str,
    answer: str,
    for_article: bool = True,
) -> Research:
    """This is the answer: somebody else is to look at it. Raises Conflict, Invalid, Refused."""
    research = _lock_version(callback_id, version)
    if not answer.strip():
        raise Invalid(_("Write the answer first."), field="answer")
    if research.state == State.ASKED:
        raise Refused(_("A department is asked. Take the question back first, or wait."))
    _write(research, actor, notes=notes, answer=answer)
    research.for_article = for_article
    _answered(research, by=actor)
    _record(research, "research.answered", actor)
    return research


@transaction.atomic
def approve(*, callback_id: int, actor: User, version: int) -> Research:
    """A second person says that it is right. Raises Conflict, and Refused for who wrote it."""
    research = _lock_version(callback_id, version)
    if research.state != State.ANSWERED:
        raise Refused(_("There is no answer to approve."))
    if research.answered_by == actor:
        raise Refused(_("You wrote it: somebody else is to look at it."))
    research.state = State.APPROVED
    research.approved_by, research.approved_at = actor, clock.now()
    research.save(update_fields=["state", "approved_by", "approved_at"])
    _record(research, "research.approved", actor)
    return research


@transaction.atomic
def send_back(*, callback_id: int, actor: User, version: int, reason: str) -> Research:
    """Not yet: the answer is worked on again, and the notes say why. Raises Conflict, Refused."""
    research = _lock_version(callback_id, version)
    if research.state not in (State.ANSWERED, State.APPROVED):
        raise Refused(_("There is no answer to send back."))
    if not reason.strip():
        raise Invalid(_("Say what is missing."), field="reason")
    _reopen(research, State.OPEN)
    _note(research, f"{actor}: {reason.strip()}")
    _record(research, "research.sent_back", actor, reason=reason.strip())
    return research


@transaction.atomic
def ask_department(*, callback_id: int, actor: User, department: str, question: str) -> Research:
    """Let a department find it out; its answer comes here. Raises Invalid, Refused."""
    research = _lock(callback_id)
    if research.state != State.OPEN:
        raise Refused(_("There is an answer already, or a department is asked."))
    research.handoff = handoffs.ask(
        agent=actor,
        inquiry=research.callback.inquiry,
        department=department,
        message=question,
        purpose=HandOff.Purpose.RESEARCH,
    )
    research.state = State.ASKED
    research.save(update_fields=["handoff", "state"])
    _record(research, "research.asked", actor, handoff=research.handoff.pk)
    return research


def hear_department(*, handoff: HandOff) -> None:
    """A department has answered what it was asked for, or returned it. Atomic with that."""
    if handoff.purpose == HandOff.Purpose.CALL:
        _department_called(handoff)
        return
    research = Research.objects.select_for_update(of=("self",)).filter(handoff=handoff).first()
    if research is None or research.state != State.ASKED:
        return
    if handoff.status == HandOff.Status.RETURNED:
        research.state = State.OPEN
        _note(research, f"{handoff.department}: {handoff.answer}")
    else:
        research.answer = handoff.answer
        research.version += 1
        # Whoever asked stands for the answer; so somebody else is to approve it.
        _answered(research, by=handoff.sent_by)
    research.save()
    _record(research, f"research.{handoff.status}", None, handoff=handoff.pk)


def _department_called(handoff: HandOff) -> None:
    """The department was to call by itself. It has: kept. It will not: anybody of us calls."""
    open_ones = Callback.objects.open().select_for_update(of=("self",))
    callback = open_ones.filter(inquiry=handoff.inquiry, status=Callback.Status.PROMISED).first()
    if callback is None:
        return
    if handoff.status == HandOff.Status.RETURNED:
        callback.caller, callback.department = Callback.Caller.ANYONE, None
        callback.save(update_fields=["caller", "department"])
        announce(callback)
        return
    callback.inquiry.reply = handoff.answer
    end(callback, Callback.Status.KEPT, actor=None)
    contacts.move(callback.inquiry, Inquiry.Status.CLOSED)


# --- The answer as an article


def offer_articles() -> int:
    """Start drafts of what was found out, approved and told; how many. Once for each.

    Safe in several workers at once. What cannot be a draft is left to people, and says so.
    """
    ready = Research.objects.filter(
        state=State.APPROVED,
        for_article=True,
        offered_at=None,
        callback__status=Callback.Status.KEPT,
    )
    return sum(_offer_or_report(pk) for pk in ready.values_list("pk", flat=True)[:AT_A_TIME])


def _offer_or_report(research_id: int) -> bool:
    try:
        return _offer(research_id)
    except (DatabaseError, Refused):
        log.exception("research.not_offered", research=research_id)
        Research.objects.filter(pk=research_id).update(for_article=False)
        return False


@transaction.atomic
def _offer(research_id: int) -> bool:
    found = Research.objects.select_for_update(skip_locked=True, of=("self",))
    research = found.filter(pk=research_id, offered_at=None).first()
    if research is None:
        return False
    callback, author = research.callback, research.answered_by
    if author is None:  # Never: a constraint has it that an approved answer has an author.
        return False
    draft = start_article(
        actor=author,
        language=callback.language,
        fields={
            "title": _title(callback),
            "body": research.answer,
            "topic": callback.inquiry.topic,
        },
    )
    research.article, research.offered_at = draft.article, clock.now()
    research.save(update_fields=["article", "offered_at"])
    _record(research, "research.offered", None, article=draft.article_id)
    return True


def _title(callback: Callback) -> str:
    """The first line of the question: an editor finds a better one."""
    lines = (callback.question or callback.inquiry.subject).strip().splitlines()
    return (lines[0] if lines else callback.inquiry.number)[:200]


# --- What they have in common


def _lock(callback_id: int) -> Research:
    """The research of an open promise, begun now if it was not; its row is locked."""
    callback = Callback.objects.select_for_update(of=("self",)).filter(pk=callback_id).first()
    if callback is None:
        raise Missing(_("There is no such promise."))
    if not callback.is_open:
        raise Refused(_("This promise is over."))
    Research.objects.get_or_create(callback=callback, defaults={"created_at": clock.now()})
    locked = Research.objects.select_for_update(of=("self",))
    return locked.select_related("callback__inquiry", "saved_by", "answered_by").get(
        callback=callback
    )


def _lock_version(callback_id: int, version: int) -> Research:
    research = _lock(callback_id)
    if research.version != version:
        raise Conflict(research)
    return research


def _write(research: Research, actor: User, *, notes: str, answer: str) -> None:
    if (research.notes, research.answer) == (notes, answer):
        return
    if research.answer != answer and research.state != State.ASKED:
        _reopen(research, State.OPEN)
    research.notes, research.answer = notes, answer
    research.version += 1
    research.saved_by, research.saved_at = actor, clock.now()
    research.save()


def _answered(research: Research, *, by: User) -> None:
    research.state = State.ANSWERED
    research.answered_by, research.answered_at = by, clock.now()
    research.approved_by = research.approved_at = None
    research.save()


def _reopen(research: Research, state: Research.State) -> None:
    research.state = state
    for name, value in _NO_ANSWER.items():
        setattr(research, name, value)


def _note(research: Research, line: str) -> None:
    research.notes = f"{research.notes}\n{line}".strip()[:LONGEST]
    research.version += 1
    research.save()


def _record(research: Research, verb: str, actor: User | None, **detail) -> None:
    audit.record(actor=actor, verb=verb, target=research, **detail)
    announce(research.callback, "research-changed")
