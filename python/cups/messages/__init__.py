"""Channels and what is said in them: the ground that chats and rooms stand on. Knows nobody's rights; its callers do."""
