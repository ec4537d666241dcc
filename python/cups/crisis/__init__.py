"""Crisis help by country, which works when nothing else does."""
