"""Showing where the words of a query stand."""

import re

from knowledgebase.models import Article

SNIPPET_LETTERS = 140


def snippet(article: Article, terms: list[str]) -> str:
    """The part of the body where the terms stand thickest, as plain text."""
    text = re.sub(r"[#*_>`|\[\]-]+|\s+", " ", article.body)
    text = re.sub(r" +", " ", text).strip()
    if len(text) <= SNIPPET_LETTERS:
        return text
    spots = sorted(spot for term in terms if (spot := text.lower().find(term)) >= 0)
    start = max(0, min(spots[0] - 20, len(text) - SNIPPET_LETTERS)) if spots else 0
    end = start + SNIPPET_LETTERS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
