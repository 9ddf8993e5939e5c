"""Predictions made visible: as a self-contained HTML page and in the terminal."""
