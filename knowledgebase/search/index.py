"""Writing what searches look into."""

from collections.abc import Iterable

from knowledgebase.models import Article, Posting
from knowledgebase.search.terms import weigh

POSTINGS_AT_ONCE = 5000


def index(articles: Iterable[Article]) -> None:
    """Write the search terms of saved articles anew. Atomic with the caller."""
    postings = []
    for article in articles:
        weights = weigh(article.title, article.body, article.asked)
        article.length = weights.total()
        Article.objects.filter(pk=article.pk).update(length=article.length)
        Posting.objects.filter(article=article).delete()
        postings += [
            Posting(term=term, article=article, weight=min(weight, 32767))
            for term, weight in weights.items()
        ]
    Posting.objects.bulk_create(postings, batch_size=POSTINGS_AT_ONCE)
