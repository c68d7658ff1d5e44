"""The state variables of a run: places, people, firms, markets, budgets; a theme in each module."""
