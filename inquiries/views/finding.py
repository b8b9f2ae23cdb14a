"""Finding the answer at the desk: the results as one types, and one of them to read."""

import unicodedata

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from inquiries.views.desk import at_the_desk
from knowledgebase.models import Article
from knowledgebase.queries import notices
from knowledgebase.queries.articles import attachments_of
from knowledgebase.search import Found, search, snippet

SHOWN = 12


@require_GET
@at_the_desk
def find(request: HttpRequest) -> HttpResponse:
    """The best articles for ``q``. With ``open``, its last syllable is still being written."""
    query = request.GET.get("q", "").strip()
    found = _found(query, still_open="open" in request.GET)
    # A translation says itself when it is of an older text.
    prefetch_related_objects(found.articles, "translation_of")
    for article in found.articles:
        article.snippet = snippet(article, found.terms)
    context = {
        "found": found,
        "query": query,
        "notices": notices.about(found.articles, found.terms),
    }
    return render(request, "inquiries/desk/results.html", context)


def _found(query: str, *, still_open: bool) -> Found:
    found = search(query, limit=SHOWN, staff=True)
    if found.articles or not still_open:
        return found
    return search(loosened(query), limit=SHOWN, staff=True)


def loosened(query: str) -> str:
    """The final consonant of the last syllable as the beginning of the next.

    On the way from 수 to 수도 a Korean keyboard shows 숟: the consonant belongs to whichever
    syllable comes of the next key.

    >>> loosened("숟")
    '수ㄷ'
    """
    parts = unicodedata.normalize("NFD", query[-1:])
    final = _FINALS.get(parts[-1:])
    return query[:-1] + unicodedata.normalize("NFC", parts[:-1]) + final if final else query


# The simple final consonants, and those that begin a syllable with the same key.
_FINALS = dict(zip("ᆨᆩᆫᆮᆯᆷᆸᆺᆻᆼᆽᆾᆿᇀᇁᇂ", "ㄱㄲㄴㄷㄹㅁㅂㅅㅆㅇㅈㅊㅋㅌㅍㅎ", strict=True))


@require_GET
@at_the_desk
def read(request: HttpRequest, article_id: int) -> HttpResponse:
    """The whole answer, beside the work. What is out of date says so."""
    readable = Article.objects.readable().select_related("translation_of")
    article = get_object_or_404(readable, pk=article_id)
    context = {"article": article, "attachments": attachments_of(article)}
    return render(request, "inquiries/desk/article.html", context)
