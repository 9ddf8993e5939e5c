"""Corpora: how each published data set becomes `Article`s, and which part of the ontology it marks."""
