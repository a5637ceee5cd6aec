"""The cases of safety-net."""
