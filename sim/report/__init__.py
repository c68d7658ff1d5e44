"""Figures, maps and pages, drawn from tables and files only."""
