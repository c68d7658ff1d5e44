"""Experiments: many runs of the model, and what is concluded from them."""
