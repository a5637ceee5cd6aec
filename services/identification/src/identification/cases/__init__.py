"""The kinds of case, one package each."""
