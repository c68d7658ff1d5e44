"""Arrays, randomness, blocks and files: the base of the model, which knows nothing of counties."""
