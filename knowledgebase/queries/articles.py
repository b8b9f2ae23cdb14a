"""Articles by topic."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agents.models import User
from knowledgebase.models import Article, Topic


def families() -> QuerySet[Topic]:
    """The tops of the topic tree with ``.articles``: how many are published below each."""
    below = Article.objects.published().filter(
        Q(topic=OuterRef("pk")) | Q(topic__parent=OuterRef("pk"))
    )
    counted = below.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    return Topic.objects.filter(parent=None).annotate(
        articles=Coalesce(Subquery(counted.values("n")), 0)
    )


def newest(user: User, topic: str = "") -> QuerySet[Article]:
    """What ``user`` may see of a topic family (all when empty), changed last first."""
    articles = Article.objects.visible_to(user).select_related("topic")
    if topic:
        articles = articles.filter(Q(topic__code=topic) | Q(topic__parent__code=topic))
    return articles.order_by("-updated_at", "-pk")[:100]
