"""The rules of areas that change."""
