"""Observations: pure functions of the world, by county and by groups of counties."""
