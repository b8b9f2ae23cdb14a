"""Finding answers: cutting text into terms, the index, and the ranking."""

from knowledgebase.search.rank import Found, search, snippet

__all__ = ["Found", "search", "snippet"]
