"""The citizens' help pages: no account, no cookie, no script needed, and the same for everybody.

Made without the request, so that nothing of who asks can be in them: they may be kept by whoever
stands in between. The language is that of the address.
"""

import json
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import http_date
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_GET, require_POST

from knowledgebase.actions.help import count_answer
from knowledgebase.models import Article, Language, Topic, active_language
from knowledgebase.queries import help as queries
from knowledgebase.queries.articles import attachments_of
from knowledgebase.templatetags.articles import aloud

KEPT_SECONDS = 60
# Our codes, and the ones that browsers and Django know the languages by.
WEB_CODES = {"ko": "ko", "en": "en", "zh": "zh-hans", "ja": "ja"}


def in_its_language(view):
    """The page in the language of its address; an unknown one leads to the start."""

    @wraps(view)
    def shown(request: HttpRequest, language: str, *args, **kwargs) -> HttpResponse:
        if language not in Language.values:
            return redirect("knowledgebase:help")
        with translation.override(WEB_CODES[language]):
            answer = view(request, language, *args, **kwargs)
        answer["Content-Language"] = WEB_CODES[language]
        return answer

    return shown


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """To the help pages in the language that the browser, or the citizen, has chosen."""
    language = active_language()
    return redirect("knowledgebase:help-home", language if language in Language.values else "ko")


@require_GET
@conditional_page
@in_its_language
def home(request: HttpRequest, language: str) -> HttpResponse:
    """The search, what it found, or the topics and one of them."""
    query = _asked(request, "q", 500)
    context: dict = {"query": query}
    if query:
        context["found"] = queries.find(query, language)
    elif code := _asked(request, "topic", 60):
        context["topic"] = Topic.objects.filter(code=code).first()
        context["articles"] = queries.of_topic(code, language)
    else:
        context |= {"topics": queries.topics(language), "newest": queries.newest(language)}
    if request.htmx:
        return _kept(HttpResponse(_text("results", language, context)))
    context["alternates"] = _addresses(request, list(Language.values))
    context["languages"] = _switch(language)
    # What is found changes with every day: search engines keep the topics and the answers.
    return _kept(HttpResponse(_text("home", language, context | {"noindex": bool(query)})))


def _asked(request: HttpRequest, name: str, letters: int) -> str:
    """What stands in the address, without the one sign that no text in the database may have."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:letters]


@require_GET
@conditional_page
@in_its_language
def article(request: HttpRequest, language: str, answer_id: int) -> HttpResponse:
    page = queries.page(answer_id, language)
    if page is None:
        return _away(request, language, 404)
    if page.article is None:
        return _away(request, language, 410, over=page.over)
    shown = page.article
    if shown.pk == answer_id and shown.translation_of_id:
        return redirect("knowledgebase:help-article", language, shown.translation_of_id)
    alternates = _addresses(request, page.languages, answer_id)
    context = {
        "article": shown,
        "number": answer_id,
        "untranslated": shown.language != language,
        "canonical": alternates[shown.language],
        "alternates": alternates if len(alternates) > 1 else {},
        "languages": _switch(language, answer_id),
        "related": queries.related(shown),
        "attachments": attachments_of(shown),
        "faq": _faq(shown),
        "said": request.GET.get("said", ""),
    }
    answer = _kept(HttpResponse(_text("article", language, context)))
    answer["Last-Modified"] = http_date(shown.updated_at.timestamp())
    return answer


@csrf_exempt  # It reads no cookie and knows nobody: there is nothing that could be forged.
@require_POST
@in_its_language
def answered(request: HttpRequest, language: str, answer_id: int) -> HttpResponse:
    """Did this answer it? Counted, and thanked for on the same page."""
    page = queries.page(answer_id, language)
    said = request.POST.get("answered", "")
    if page is None or page.article is None or said not in ("yes", "no"):
        return _away(request, language, 404)
    count_answer(article=page.article, answered=said == "yes")
    there = reverse("knowledgebase:help-article", args=[language, answer_id])
    return redirect(f"{there}?said={said}#said")


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines read: the help pages and the form, nothing of anybody's."""
    lines = ["User-agent: *", "Allow: /help/", "Disallow: /track/", "Disallow: /api/"]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def _text(name: str, language: str, context: dict) -> str:
    whole = {"language": language, "home": reverse("knowledgebase:help-home", args=[language])}
    return render_to_string(f"knowledgebase/help/{name}.html", whole | context)


def _kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    # With a script the results alone come from the same address.
    answer["Vary"] = "HX-Request"
    return answer


def _away(
    request: HttpRequest, language: str, status: int, *, over: Article | None = None
) -> HttpResponse:
    """Nothing here, or nothing any more: the ways on."""
    context = {"over": over, "topics": queries.topics(language), "languages": _switch(language)}
    context |= {"noindex": True, "query": over.title if over else ""}
    return HttpResponse(_text("away", language, context), status=status)


def _address(language: str, number: int | None = None) -> str:
    if number is None:
        return reverse("knowledgebase:help-home", args=[language])
    return reverse("knowledgebase:help-article", args=[language, number])


def _addresses(request: HttpRequest, languages: list[str], number: int | None = None) -> dict:
    """Whole addresses by the center's code, for search engines."""
    return {
        language: request.build_absolute_uri(_address(language, number)) for language in languages
    }


def _switch(language: str, number: int | None = None) -> list[dict]:
    """The same page in each language, as links."""
    names = dict(settings.LANGUAGES)
    return [
        {
            "code": WEB_CODES[code],
            "name": names[WEB_CODES[code]],
            "url": _address(code, number),
            "current": code == language,
        }
        for code in Language.values
    ]


def _faq(shown: Article) -> SafeString:
    """The answer as structured data (https://schema.org/FAQPage), safe inside of a script."""
    faq = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": WEB_CODES[shown.language],
        "dateModified": timezone.localdate(shown.updated_at).isoformat(),
        "mainEntity": [
            {
                "@type": "Question",
                "name": shown.title,
                "acceptedAnswer": {"@type": "Answer", "text": aloud(shown)},
            }
        ],
    }
    text = json.dumps(faq, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - no sign that could end the element is left
