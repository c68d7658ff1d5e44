"""Processes of the model: one file per theme, a public verb that names the columns and a private kernel over rows."""
