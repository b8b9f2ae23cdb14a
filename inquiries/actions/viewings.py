"""Who has an inquiry open: told to everybody else who has."""

from datetime import timedelta

from agents.models import QueueEntry, User
from callcenter import clock
from inquiries.actions.contacts import tell_screens
from inquiries.models import Inquiry, Viewing

# A page says every fifteen seconds that it is still there.
GONE_AFTER = timedelta(seconds=40)


def look(*, inquiry: Inquiry, user: User) -> list[tuple[User, bool]]:
    """Note that ``user`` has it open; (somebody else who has, whether in hand at a desk)."""
    now = clock.now()
    before = Viewing.objects.filter(inquiry=inquiry, user=user).first()
    Viewing.objects.update_or_create(inquiry=inquiry, user=user, defaults={"seen_at": now})
    if before is None or before.seen_at < now - GONE_AFTER:
        tell_screens(inquiry, "viewers-changed")
    return _others(inquiry, user)


def leave(*, inquiry: Inquiry, user: User) -> None:
    """The page is closed. Not told at once, it would be noticed after GONE_AFTER."""
    gone, _models = Viewing.objects.filter(inquiry=inquiry, user=user).delete()
    if gone:
        tell_screens(inquiry, "viewers-changed")


def _others(inquiry: Inquiry, user: User) -> list[tuple[User, bool]]:
    in_hand = set(
        inquiry.contacts.filter(entry__status=QueueEntry.Status.TAKEN).values_list(
            "entry__agent", flat=True
        )
    )
    lately = Viewing.objects.filter(inquiry=inquiry, seen_at__gt=clock.now() - GONE_AFTER)
    looking = set(lately.values_list("user", flat=True))
    people = User.objects.filter(pk__in=(in_hand | looking) - {user.pk}).order_by("display_name")
    return [(one, one.pk in in_hand) for one in people]
