"""The staff's pages of the knowledge base, and the public's."""
