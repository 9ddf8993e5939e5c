"""Reviewing a model's answers in a notebook: figures as plots, errors in their articles, archives as tables.

Nothing is measured here; the numbers come from `whodid_training.evaluation`. Plots and tables need the extra
`notebooks`.
"""
