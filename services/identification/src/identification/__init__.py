"""Who is poor, why, and who decided it: the seven-step identification."""
