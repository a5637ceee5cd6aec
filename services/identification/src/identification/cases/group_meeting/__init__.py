"""The group meeting (组级评议): a villager group deliberates on the households of its agenda."""
