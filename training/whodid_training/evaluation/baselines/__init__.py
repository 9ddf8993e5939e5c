"""Baselines: simple systems that answer with `Prediction`s, so that every figure of a model has a floor beside it.

`nothing` reports no event, `keywords` counts word stems, `tfidf` learns event types from bags of words. `floors` runs
them all.
"""
