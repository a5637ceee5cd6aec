"""The demo: a villager group of Huangxi village in June 2015, told step by step."""
