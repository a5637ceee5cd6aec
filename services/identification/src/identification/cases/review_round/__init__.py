"""The review round (乡级复核, and 县级审定 where the procedure has it): a drawn sample is visited, every row is judged."""
