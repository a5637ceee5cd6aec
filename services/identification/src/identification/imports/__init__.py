"""What is brought in from files."""
