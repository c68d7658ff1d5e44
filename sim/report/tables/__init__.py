"""What the report says, as tables computed from the files of a run."""
