"""What citizens read: public articles in force, in their language."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from knowledgebase.models import Article, Topic
from knowledgebase.search import Found, search, snippet

SHOWN, ENOUGH = 10, 3
NEWEST = 8


def readable() -> QuerySet[Article]:
    """Public and in force today; nothing out of date."""
    return Article.objects.published().filter(public=True)


def find(query: str, language: str) -> Found:
    """The same search as at the desk. Where ``language`` has next to nothing, other languages
    too: an answer to be translated is better than none."""
    found = search(query, language=language, limit=SHOWN)
    articles = list(found.articles)
    if len(articles) < ENOUGH:
        known = {article.pk for article in articles}
        others = search(query, limit=SHOWN).articles
        articles += [article for article in others if article.pk not in known]
    # Dates are asked here, too: nothing out of date is among what citizens find.
    in_force = set(readable().filter(pk__in=[one.pk for one in articles]).values_list("pk"))
    shown = [one for one in articles if (one.pk,) in in_force]
    for article in shown:
        article.snippet = snippet(article, found.terms)  # type: ignore[attr-defined]
    return Found(shown, max(found.count, len(shown)), found.took_ms, found.terms)


def topics(language: str) -> list[Topic]:
    """Families with something to read in ``language``, each with ``.articles``: how many."""
    counts: dict[str, int] = {}
    codes = readable().filter(language=language, topic__isnull=False)
    for code, number in codes.values_list("topic__code").annotate(Count("pk")):
        family = code.partition(".")[0]
        counts[family] = counts.get(family, 0) + number
    families = list(Topic.objects.filter(code__in=counts).order_by("key", "code"))
    for topic in families:
        topic.articles = counts[topic.code]  # type: ignore[attr-defined]
    return sorted(families, key=lambda topic: (topic.key == "0", topic.key))


def of_topic(code: str, language: str) -> QuerySet[Article]:
    under = Q(topic__code=code) | Q(topic__code__startswith=f"{code}.")
    return readable().filter(under, language=language).order_by("title", "pk")


def newest(language: str) -> QuerySet[Article]:
    return readable().filter(language=language).order_by("-updated_at", "-pk")[:NEWEST]


@dataclass(frozen=True)
class Page:
    """An answer at its address: the article that is shown, and in which languages there is one.

    ``article`` is in another language than was asked for where there is no translation.
    ``over`` is one that held once: it is named, not shown.
    """

    original: int
    article: Article | None
    languages: list[str]
    over: Article | None = None


def page(original: int, language: str) -> Page | None:
    """The answer with this number in ``language``; None if citizens never read one there.

    An address has the number of the original, so that it is the same in every language.
    """
    same = Article.objects.filter(Q(pk=original) | Q(translation_of=original), public=True)
    same = same.select_related("topic", "translation_of", "owner", "topic__department")
    held = list(same.readable().order_by("pk"))
    by_language = {one.language: one for one in held if not one.is_expired}
    if by_language:
        usual = by_language.get("ko") or next(iter(by_language.values()))
        return Page(original, by_language.get(language, usual), sorted(by_language))
    if held:
        return Page(original, None, [], over=held[0])
    return None


def related(article: Article) -> list[Article]:
    """Linked by an editor first, then others of the same topic."""
    there = readable().filter(language=article.language).exclude(pk=article.pk)
    near = list(there.filter(related=article).order_by("title")[:5])
    if len(near) < 5 and article.topic_id:
        known = [one.pk for one in near]
        same = there.filter(topic=article.topic_id).exclude(pk__in=known)
        near += list(same.order_by("-updated_at")[: 5 - len(near)])
    return near


def all_pages() -> dict[int, dict[str, Article]]:
    """For the sitemap: every original's number, with the article of each language."""
    pages: dict[int, dict[str, Article]] = {}
    fields = ("pk", "language", "translation_of", "updated_at")
    for article in readable().only(*fields).order_by("pk"):
        pages.setdefault(article.translation_of_id or article.pk, {})[article.language] = article
    return pages
