"""The objection (异议): against a household on a notice, against the act itself, or because somebody was left out."""
