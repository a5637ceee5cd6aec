"""Reading decisions on eligibility: what is answered of one, and how it is found, told and executed again."""
