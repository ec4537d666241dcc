"""Many processes as one site: which of them live, who is connected where, who does the house's work, and the quick way for news."""
