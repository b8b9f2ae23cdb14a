"""How articles are shown."""

import re

import nh3
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from knowledgebase import words

register = template.Library()
_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
# Everything an answer needs; scripts, styles, forms and frames are not among it.
_ALLOWED = {"p", "br", "strong", "em", "code", "ul", "ol", "li", "a", "blockquote", "hr"}
_ALLOWED |= {"h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"}


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as harmless HTML."""
    html = nh3.clean(
        _reader.render(text), tags=_ALLOWED, url_schemes={"http", "https", "mailto", "tel"}
    )
    return mark_safe(html)  # noqa: S308 - cleaned the line before


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
