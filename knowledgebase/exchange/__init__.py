"""Articles as tables and JSON, to take along and to bring back."""

from knowledgebase.exchange.reading import Bad, Row, read
from knowledgebase.exchange.writing import as_csv, as_json

__all__ = ["Bad", "Row", "as_csv", "as_json", "read"]
