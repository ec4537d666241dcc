"""Chat rooms: who may enter, who is there, and what their moderators do."""
