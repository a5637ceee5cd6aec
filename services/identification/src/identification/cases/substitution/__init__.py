"""Substitution (代理): the county names who acts in an officer's place, why, where and for how long."""
