"""Articles by topic, by what is to be done with them, and what belongs to one."""

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agents.models import AuditEntry, User
from knowledgebase.models import Article, Attachment, Revision, Topic
from knowledgebase.queries.piles import PILES


def families() -> QuerySet[Topic]:
    """The tops of the topic tree with ``.articles``: how many are published below each."""
    below = Article.objects.published().filter(
        Q(topic=OuterRef("pk")) | Q(topic__parent=OuterRef("pk"))
    )
    counted = below.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    return Topic.objects.filter(parent=None).annotate(
        articles=Coalesce(Subquery(counted.values("n")), 0)
    )


def listed(
    user: User, *, state: str = "", topic: str = "", language: str = "", owner: str = ""
) -> QuerySet[Article]:
    """What ``user`` may see, changed last first.

    ``state``: a status or a pile of ``PILES``; ``topic``: a code, with all below it; ``owner``:
    a department's code. Empty ones narrow nothing, unknown ones leave nothing.
    """
    articles = Article.objects.visible_to(user)
    if state in PILES:
        articles = PILES[state](articles, user)
    elif state:
        articles = articles.filter(status=state)
    if topic:
        articles = articles.filter(Q(topic__code=topic) | Q(topic__code__startswith=f"{topic}."))
    if language:
        articles = articles.filter(language=language)
    if owner:
        by_topic = Q(owner=None, topic__department__code=owner)
        articles = articles.filter(Q(owner__code=owner) | by_topic)
    return with_what_rows_show(articles).order_by("-updated_at", "-pk")


def with_what_rows_show(articles: QuerySet[Article]) -> QuerySet[Article]:
    """With topics and originals, and ``.open_state``: of the text being worked on, if any."""
    working = Revision.objects.filter(article=OuterRef("pk"), state__in=Revision.OPEN)
    return articles.select_related("topic", "translation_of").annotate(
        open_state=Subquery(working.values("state")[:1])
    )


def languages_of(article: Article, user: User) -> QuerySet[Article]:
    """The same answer in every language in which ``user`` may read it, the original first."""
    original = article.translation_of_id or article.pk
    visible = Article.objects.visible_to(user).select_related("translation_of")
    same = visible.filter(Q(pk=original) | Q(translation_of=original))
    return same.order_by(F("translation_of").asc(nulls_first=True), "pk")


def history_of(article: Article) -> QuerySet[AuditEntry]:
    """Who did what to it, newest first."""
    entries = AuditEntry.objects.filter(target_type=article._meta.label_lower, target_id=article.pk)
    return entries.select_related("actor").order_by("-at", "-pk")


def open_revision(article: Article) -> Revision | None:
    """What is being worked on, or waits."""
    revisions = article.revisions.filter(state__in=Revision.OPEN)
    return revisions.select_related("written_by", "saved_by", "reviewed_by", "based_on").first()


def attachments_of(article: Article) -> QuerySet[Attachment]:
    """The files of the text in force."""
    shown = article.revisions.filter(number=article.edition)
    return article.attachments.filter(revisions__in=shown).order_by("name")
