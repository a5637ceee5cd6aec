"""Earning a living: projects, their five patterns, and who takes part."""
