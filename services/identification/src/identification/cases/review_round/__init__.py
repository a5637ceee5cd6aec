"""The review round (乡级复核, 县级审定): a drawn sample is visited, every row is judged."""
