"""The public notice (公示): a list posted where everybody can read it, and what happens until it is closed."""
