"""Experiments: many runs of the model, and conclusions from them."""
