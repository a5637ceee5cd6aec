"""How facts are recorded, shared and followed. No domain word belongs here."""
