"""Decisions on eligibility: what a review decided by which rule, in words, and executed again."""
