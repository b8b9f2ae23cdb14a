"""Pages of the people: the rota."""
