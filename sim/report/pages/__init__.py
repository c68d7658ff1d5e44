"""Pages that a reader opens, in both languages."""
