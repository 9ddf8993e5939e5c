"""Evaluation: from gold articles and predictions to figures with intervals, reports and comparisons.

`convention` says what of a corpus is scored, `scoring` counts, `figures` names the headline figures, `evaluation` puts
them together, `report` writes them, `compare` sets two systems against each other. Nothing here runs a model.
"""
