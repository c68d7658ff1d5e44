"""What pages and figures are written in: language, units, names, type."""
