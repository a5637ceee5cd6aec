"""An installation filled with invented households, to try it out and to measure it at its size."""
