"""Measuring instruments: small pure functions that score predictions against gold, document by document.

Predictions and gold are sequences aligned by position. Nothing here reads files, runs models or prints. Import the
noun you need, for example `from whodid_training.metrics.ceaf import ceaf_ree`.
"""
