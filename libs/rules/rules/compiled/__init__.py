"""Runs compiled rule sets: one automaton over the paths of documents, one tree for all sets of a document."""
