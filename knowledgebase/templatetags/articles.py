"""How articles are shown."""

import re

import nh3
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from knowledgebase import words
from knowledgebase.queries import notices

register = template.Library()
_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
# Everything an answer needs; scripts, styles, forms and frames are not among it.
_ALLOWED = {"p", "br", "strong", "em", "code", "ul", "ol", "li", "a", "blockquote", "hr"}
_ALOUD_READ, _ALOUD_LETTERS = 2000, 400
_SIGNS = re.compile(r"(?:^[-*+#>]+ |[#*_>`|\[\]]+|\s)+", re.MULTILINE)
_ALLOWED |= {"h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"}


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as harmless HTML."""
    html = nh3.clean(
        _reader.render(text), tags=_ALLOWED, url_schemes={"http", "https", "mailto", "tel"}
    )
    return mark_safe(html)  # noqa: S308 - cleaned the line before


@register.filter
def aloud(article) -> str:
    """What is said to a citizen: the answer written for that, else the beginning of the text as
    plain words, to the end of a sentence where there is one."""
    if article.spoken:
        return article.spoken
    # A dozen of them are made with each letter that somebody types: no reader of Markdown here.
    text = _SIGNS.sub(" ", article.body[:_ALOUD_READ]).strip()
    if len(text) <= _ALOUD_LETTERS:
        return text
    end = max(text.rfind(mark, 0, _ALOUD_LETTERS) for mark in (". ", "。", "! ", "? "))
    return text[: end + 1] if end > 0 else text[:_ALOUD_LETTERS] + "…"


@register.inclusion_tag("knowledgebase/notices/public.html")
def public_notices() -> dict:
    """What citizens are told now, on every page of theirs."""
    return {"notices": notices.public()}


@register.filter
def pile_name(name: str):
    """What a pile of work is called."""
    return words.PILES[name]


@register.filter
def verb_name(verb: str):
    """What an entry of an article's history says."""
    return words.VERBS.get(verb, verb)


@register.filter
def mark_hits(text: str, terms: list[str]) -> SafeString:
    """Plain text with the search terms marked."""
    if not terms:
        return escape(text)
    longest_first = sorted(terms, key=len, reverse=True)
    wanted = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")+", re.IGNORECASE)
    parts, end = [], 0
    for hit in wanted.finditer(text):
        parts += [escape(text[end : hit.start()]), f"<mark>{escape(hit.group())}</mark>"]
        end = hit.end()
    return mark_safe("".join(parts) + escape(text[end:]))  # noqa: S308 - every part is escaped
