"""What governments decide about measures: plans, money for them, and what is delivered."""
