"""Fitting what turns scores into answers: tables of development data, calibration, thresholds, abstention."""
