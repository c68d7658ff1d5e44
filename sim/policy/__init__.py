"""Policy measures of governments: plans, funding and delivery."""
