"""The vault: who people are, sealed for each of them, and read only for a purpose that is written down first."""
