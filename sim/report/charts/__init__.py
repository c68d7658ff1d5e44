"""What the report draws, from tables."""
