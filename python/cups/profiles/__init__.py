"""What people show of themselves: words, a picture, what a listener takes; and who is found among the listeners."""
