"""The village verification round (村级审核): households are visited at home and what they stated is checked."""
