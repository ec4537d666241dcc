"""The worldwide queue: asking, waiting, and taking the next person."""
