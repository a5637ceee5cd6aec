"""The administrative area (行政区划): which areas exist, from which day, under which code and name."""
