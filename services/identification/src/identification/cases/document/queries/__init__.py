"""Reading documents: what each shows of a case, the mark that it bears, and what is told of one to whoever holds it."""
