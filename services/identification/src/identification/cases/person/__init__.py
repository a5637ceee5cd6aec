"""The person (个人): what is kept of somebody, until it is erased, and what forbids erasing it."""
