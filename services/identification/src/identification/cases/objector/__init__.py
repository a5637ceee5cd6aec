"""The objector (异议人): who objected or complained, until what is kept of them is erased."""
