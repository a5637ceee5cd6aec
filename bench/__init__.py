"""Measurements side by side, printed as ratios of one run."""
