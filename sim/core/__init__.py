"""Arrays, randomness, blocks and files: what the model stands on, and what knows nothing of counties."""
