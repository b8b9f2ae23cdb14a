"""Finding answers: cutting text into terms, the index, and the ranking."""

from knowledgebase.search.find import Found, search
from knowledgebase.search.marks import marked, snippet

__all__ = ["Found", "marked", "search", "snippet"]
