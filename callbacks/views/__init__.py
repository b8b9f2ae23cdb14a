"""Pages: promises at the desk, for the citizen, and the list of them all."""
