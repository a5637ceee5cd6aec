"""Pairing (结对帮扶): who of the staff is responsible for a registered household, one at a time."""
