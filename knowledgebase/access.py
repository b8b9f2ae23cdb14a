"""Who may write articles, and who may say that they are right."""

from agents.access import Role, for_roles
from agents.models import User
from knowledgebase.models import Article

# Whoever answers for the floor may be the second pair of eyes, so that a center with one editor
# is not stuck. Writing is the editors' alone.
REVIEWERS = frozenset(Article.SEEN_WHOLE_BY)

editors_only = for_roles(Role.EDITOR)
reviewers_only = for_roles(*REVIEWERS)
# A notice is on every desk at once and says itself who made it: one pair of eyes, of either kind.
announcers_only = for_roles(*REVIEWERS)


def may_write(user: User) -> bool:
    return user.role == Role.EDITOR


def may_review(user: User) -> bool:
    return user.role in REVIEWERS
