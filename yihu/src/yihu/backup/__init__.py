"""Backups of services, and bringing them back into empty databases."""
