"""The household (户): the people who live together and share income and spending, under one id for ever."""
