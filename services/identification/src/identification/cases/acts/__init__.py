"""What the organised acts share: a list of applications, judged or shown together in an area on a day."""
