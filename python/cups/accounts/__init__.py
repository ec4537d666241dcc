"""Who people are: guests, members and listeners, their sessions, the gate, and who blocked whom."""
